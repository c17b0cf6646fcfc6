import { describe, expect, it } from '@jest/globals';
import { encodeStatement, MAX_PREDICATE_BYTES, makeStatement } from '../../src/statement/encode-statement.ts';
import { makePredicateStatement, predicateTypeOfSbom } from '../../src/statement/sbom-statement.ts';
import { SUBJECT } from '../support/bench.ts';

const TYPE = 'https://example.com/predicate/v1';
const HEX = 'a'.repeat(64);

describe('makeStatement', () => {
  it.each([
    { name: 'no subject', subject: [], code: 'INPUT_INVALID', says: 'there is none' },
    {
      name: 'more subjects than GitHub takes',
      subject: Array.from({ length: 1025 }, (_, index) => ({ name: `${index}`, digest: { sha256: HEX } })),
      code: 'LIMIT_EXCEEDED',
      says: 'at most 1024 subjects, and there are 1025',
    },
    {
      name: 'a subject without digest',
      subject: [{ name: 'x', digest: {} }],
      code: 'INPUT_INVALID',
      says: '"x"',
    },
    {
      name: 'a digest in capitals',
      subject: [{ name: 'x', digest: { sha256: 'A'.repeat(64) } }],
      code: 'INPUT_INVALID',
      says: 'no digest',
    },
    {
      name: 'a digest that is too short',
      subject: [{ name: 'x', digest: { sha256: 'a'.repeat(63) } }],
      code: 'INPUT_INVALID',
      says: 'no digest',
    },
    {
      name: 'a good digest beside a bad one',
      subject: [{ name: 'x', digest: { sha256: HEX, sha512: HEX } }],
      code: 'INPUT_INVALID',
      says: 'no digest',
    },
  ])('refuses $name', ({ subject, code, says }) => {
    expect(() => makeStatement(subject, TYPE, {})).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(says) }),
    );
  });

  it.each([
    { name: 'sha256', digest: { sha256: HEX } },
    { name: 'several', digest: { sha256: HEX, sha512: HEX + HEX } },
    { name: 'a commit by SHA-1', digest: { gitCommit: 'a'.repeat(40) } },
    { name: 'a commit by SHA-256', digest: { gitCommit: HEX } },
    { name: 'a kind of its own', digest: { goModuleH1: 'Zm9v=' } },
  ])('takes $name', ({ digest }) => {
    expect(makeStatement([{ name: 'x', digest }], TYPE, {}).subject).toEqual([{ name: 'x', digest }]);
  });

  it('refuses a predicate type that is no URI', () => {
    expect(() => makeStatement(SUBJECT, 'provenance', {})).toThrow(/is no URI/);
  });
});

describe('encodeStatement', () => {
  it('writes the type first, and every byte the same each time', () => {
    const statement = makeStatement(SUBJECT, TYPE, { b: 1, a: 2 });
    expect(encodeStatement(statement).toString()).toBe(
      `{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"ghcr.io/acme/app","digest":{"sha256":"${'c'.repeat(64)}"}}],"predicateType":"${TYPE}","predicate":{"b":1,"a":2}}`,
    );
  });

  it('refuses a predicate over 16 MB, and no smaller one', () => {
    const predicateOf = (length: number): { text: string } => ({
      text: 'x'.repeat(length - '{"text":""}'.length),
    });
    const largest = makeStatement(SUBJECT, TYPE, predicateOf(MAX_PREDICATE_BYTES));
    expect(encodeStatement(largest).length).toBeGreaterThan(MAX_PREDICATE_BYTES);
    const larger = makeStatement(SUBJECT, TYPE, predicateOf(MAX_PREDICATE_BYTES + 1));
    expect(() => encodeStatement(larger)).toThrow(/at most 16777216 bytes, and this one .* has 16777217\.$/);
  });
});

describe('predicateTypeOfSbom', () => {
  it.each([
    {
      name: 'CycloneDX',
      document: { bomFormat: 'CycloneDX', specVersion: '1.6' },
      type: 'https://cyclonedx.org/bom',
    },
    { name: 'SPDX 2.3', document: { spdxVersion: 'SPDX-2.3' }, type: 'https://spdx.dev/Document' },
    {
      name: 'SPDX 3',
      document: { '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld', '@graph': [] },
      type: 'https://spdx.dev/Document/v3',
    },
  ])('knows $name', ({ document, type }) => {
    expect(predicateTypeOfSbom(document)).toBe(type);
  });

  it.each([
    {},
    [],
    null,
    { bomFormat: 'cyclonedx' },
    { spdxVersion: 'SPDX-3.0' },
    { '@context': 'https://spdx.org/' },
  ])('refuses %j', (document) => {
    expect(() => predicateTypeOfSbom(document)).toThrow(/neither CycloneDX nor SPDX/);
  });
});

it('refuses a predicate that is no object', () => {
  expect(() => makePredicateStatement(SUBJECT, TYPE, ['x'])).toThrow(/is no JSON object/);
});
