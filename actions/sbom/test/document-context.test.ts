import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readDocumentContext, TOOL_VERSION } from '../src/document-context.ts';

describe('readDocumentContext', () => {
  it('names the version that package.json has', () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    expect(TOOL_VERSION).toBe(version);
  });

  it.each([
    { text: '', created: undefined },
    { text: '0', created: '1970-01-01T00:00:00.000Z' },
    { text: '253402300799', created: '9999-12-31T23:59:59.000Z' },
  ])('reads SOURCE_DATE_EPOCH=$text', ({ text, created }) => {
    const context = readDocumentContext({ SOURCE_DATE_EPOCH: text }, { now: () => 0 });
    expect(context.created?.toISOString()).toBe(created);
  });

  it.each(['yesterday', '-1', '1.5', '253402300800', '1e9'])('refuses SOURCE_DATE_EPOCH=%s', (text) => {
    expect(() => readDocumentContext({ SOURCE_DATE_EPOCH: text }, { now: () => 0 })).toThrow(text);
  });
});
