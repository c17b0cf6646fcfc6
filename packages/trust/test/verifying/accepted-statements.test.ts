import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ListingStore, ListOptions } from '../../src/store/attestation-store.ts';
import type { StoredEntry } from '../../src/store/stored-entry.ts';
import { findAcceptedStatements } from '../../src/verifying/accepted-statements.ts';
import type { IdentityPolicy } from '../../src/verifying/policy.ts';
import { ARTIFACT, type Forge, GITHUB, IDENTITY, NOW, openForge, SBOM_TYPE, stored } from './forge.ts';

const VEX_TYPE = 'https://openvex.dev/ns/v0.2.0';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
});
afterAll(() => forge.close());

const SIGNER: IdentityPolicy = { kind: 'certificate', identity: { exact: IDENTITY }, issuer: GITHUB };

const attest = (predicateType: string, predicate: object = { statements: [] }): StoredEntry =>
  stored(forge.forge({ statement: { predicateType, predicate } }));

/** A store with these entries, which remembers how it was asked. */
function storeOf(entries: readonly StoredEntry[]): ListingStore & { readonly asked: ListOptions[] } {
  const asked: ListOptions[] = [];
  return {
    asked,
    list: async (_, options = {}) => {
      asked.push(options);
      return entries;
    },
  };
}

const find = (store: ListingStore, identity = SIGNER) =>
  findAcceptedStatements({
    digest: ARTIFACT,
    stores: [store],
    identity,
    predicateTypes: [VEX_TYPE],
    roots: [forge.root],
    clock: { now: () => NOW + 60_000 },
    signal: new AbortController().signal,
  });

describe('statements that verify for a signer', () => {
  it('are given with what they say, by whom and when', async () => {
    const { accepted, refused } = await find(storeOf([attest(VEX_TYPE, { statements: [1] })]));
    expect(accepted).toMatchObject([
      { statement: { predicateType: VEX_TYPE, predicate: { statements: [1] } }, signer: IDENTITY },
    ]);
    expect(accepted[0]?.signedAt).toBeGreaterThan(0);
    expect(refused).toEqual([]);
  });

  it('are refused, with the reason, where somebody else signed', async () => {
    const other = `${IDENTITY}-other`;
    const { accepted, refused } = await find(storeOf([attest(VEX_TYPE)]), {
      kind: 'certificate',
      identity: { exact: other },
      issuer: GITHUB,
    });
    expect(accepted).toEqual([]);
    expect(refused).toMatchObject([
      { claim: { predicateType: VEX_TYPE }, reason: expect.stringContaining(other) },
    ]);
  });

  it('are of the types that are asked for', async () => {
    const store = storeOf([attest(SBOM_TYPE), attest(VEX_TYPE)]);
    const { accepted } = await find(store);
    expect(accepted.map(({ statement }) => statement.predicateType)).toEqual([VEX_TYPE]);
    const [options] = store.asked;
    expect([options?.matters?.(VEX_TYPE), options?.matters?.(SBOM_TYPE), options?.legacy]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('may be none', async () => {
    expect(await find(storeOf([]))).toEqual({ accepted: [], refused: [] });
  });

  it('are not none because a store does not answer', async () => {
    const store: ListingStore = { list: () => Promise.reject(new Error('gone')) };
    await expect(find(store)).rejects.toThrow('gone');
  });
});
