import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '../src/secret.ts';

describe('a secret', () => {
  const secret = new Secret('hunter2');

  it.each<[string, (value: Secret) => unknown]>([
    ['a template', (value) => `${value}`],
    ['adding texts', (value) => 'password: '.concat(value.toString())],
    ['String()', (value) => String(value)],
    ['joining', (value) => [value].join()],
    ['JSON', (value) => JSON.stringify({ value })],
    ['inspecting', (value) => inspect({ value })],
    ['inspecting what is hidden', (value) => inspect(value, { showHidden: true, depth: 9 })],
    [
      'its keys and values',
      (value) => JSON.stringify([Object.entries(value), Object.getOwnPropertyNames(value)]),
    ],
    ['spreading', (value) => inspect({ ...value })],
    ['a copy', (value) => inspect(structuredClone({ ...value }))],
    ['an error', (value) => inspect(new Error(`wrong password: ${value}`, { cause: { value } }))],
  ])('is not seen through %s', (_name, show) => {
    expect(String(show(secret))).not.toContain('hunter2');
  });

  it('is told to who asks for it', () => {
    expect(secret.reveal()).toBe('hunter2');
  });
});
