import { describe, expect, it } from '@jest/globals';
import { field, objectField } from '../src/cataloguers/json.ts';
import { parseToml } from '../src/cataloguers/toml.ts';

describe('parseToml', () => {
  it('reads tables, lists of tables and multi-line strings', () => {
    expect(parseToml('[[package]]\nname = "a"\ntext = """\nb"""\n[metadata]\nn = 1\n')).toEqual({
      package: [{ name: 'a', text: 'b' }],
      metadata: { n: 1 },
    });
  });

  it.each([
    { name: 'no TOML', text: '<<<<<<< HEAD' },
    { name: 'half a string', text: `a = "${'x'.repeat(1_000_000)}` },
    { name: 'deep lists', text: `a = ${'['.repeat(1_000_000)}` },
    { name: 'deep tables', text: `a = ${'{a='.repeat(1_000_000)}` },
  ])('refuses $name', ({ text }) => {
    expect(() => parseToml(text)).toThrow('It is not TOML.');
  });

  it('keeps to itself what is named like a prototype', () => {
    const document = parseToml('[__proto__]\npolluted = true\n[a]\nx = 1\n');
    expect(field(objectField(document, 'a'), 'polluted')).toBeUndefined();
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});
