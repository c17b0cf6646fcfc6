import { describe, expect, it } from '@jest/globals';
import { findEqualStatement, type StoredEntry, statementDigest } from '../../src/index.ts';
import { makeSigned, type SignedChanges } from '../support/signed.ts';

const ME = 'https://github.com/acme/app/.github/workflows/build.yml@refs/heads/main';
const PREDICATE = { a: [1, { b: 'c', d: null }], e: 'f' };

function entry(changes: SignedChanges = {}): StoredEntry {
  const { bytes } = makeSigned({ predicate: PREDICATE, ...changes });
  return { kind: 'bundle', origin: { kind: 'file', path: 'x', line: undefined }, bytes };
}

const intended = { statement: makeSigned({ predicate: PREDICATE }).statement, identity: ME };

describe('what is about to be signed', () => {
  it.each<{
    name: string;
    entries: readonly StoredEntry[];
    identity?: string | undefined;
    asked: number;
    found: boolean;
  }>([
    { name: 'the same', entries: [entry()], asked: 1, found: true },
    {
      name: 'the same with other order of keys',
      entries: [entry({ predicate: { e: 'f', a: [1, { d: null, b: 'c' }] } })],
      asked: 1,
      found: true,
    },
    { name: 'by somebody else', entries: [entry()], identity: `${ME}-evil`, asked: 1, found: false },
    { name: 'that does not verify', entries: [entry()], identity: undefined, asked: 1, found: false },
    { name: 'another predicate', entries: [entry({ predicate: { a: 1 } })], asked: 0, found: false },
    {
      name: 'a list in another order',
      entries: [entry({ predicate: { ...PREDICATE, a: [{ b: 'c', d: null }, 1] } })],
      asked: 0,
      found: false,
    },
    {
      name: 'another type',
      entries: [entry({ predicateType: 'https://x.example/v1' })],
      asked: 0,
      found: false,
    },
    { name: 'another subject', entries: [entry({ subject: 'b'.repeat(64) })], asked: 0, found: false },
    {
      name: 'what is no bundle',
      entries: [
        { kind: 'broken', origin: { kind: 'file', path: 'x', line: 1 }, code: 'NOT_FOUND', problem: 'Gone.' },
        {
          kind: 'bundle',
          origin: { kind: 'file', path: 'x', line: 2 },
          bytes: Buffer.from('{"dsseEnvelope":{}}'),
        },
        { kind: 'bundle', origin: { kind: 'file', path: 'x', line: 3 }, bytes: Buffer.from('nonsense') },
      ],
      asked: 0,
      found: false,
    },
    { name: 'the second of two', entries: [entry({ predicate: {} }), entry()], asked: 1, found: true },
  ])('is there already or not: $name', async ({ entries, asked, found, ...rest }) => {
    let verified = 0;
    const identity = 'identity' in rest ? rest.identity : ME;
    const equal = await findEqualStatement(entries, intended, async () => {
      verified += 1;
      return identity;
    });
    expect(equal).toBe(found ? entries.at(-1) : undefined);
    expect(verified).toBe(asked);
  });

  it('is told by digests of its subjects, not by their names or order', () => {
    const subject = [
      { name: 'a', digest: { sha256: '1' } },
      { name: 'b', digest: { sha256: '2', sha512: '3' } },
    ];
    const one = { subject, predicateType: 't', predicate: {} };
    const other = {
      ...one,
      subject: [{ name: 'x', digest: { sha512: '3', sha256: '2' } }, ...subject.slice(0, 1)],
    };
    expect(statementDigest(other)).toBe(statementDigest(one));
    expect(statementDigest({ ...one, subject: subject.slice(0, 1) })).not.toBe(statementDigest(one));
  });
});
