import { generateKeyPairSync } from 'node:crypto';
import type { IdentityPolicy } from '@artifact-lifecycle/trust';
import { describe, expect, it } from '@jest/globals';
import { uncountedProblem } from '../src/record-signer.ts';

const pem = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString();
const [OWN, OTHER] = [pem(), pem()];
const key = (publicKey: string): IdentityPolicy => ({ kind: 'key', publicKey });
const WORKFLOW = 'https://github.com/acme/api/.github/workflows/promote.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';
const run: IdentityPolicy = { kind: 'certificate', identity: { exact: WORKFLOW }, issuer: ISSUER };

describe('a signer of records', () => {
  it.each([
    { name: 'by the same key', signer: key(OWN), counting: key(`${OWN}\n`) },
    { name: 'by the same identity', signer: run, counting: run },
    {
      name: 'by an identity that a pattern matches',
      signer: run,
      counting: { ...run, identity: { pattern: 'https://github.com/acme/api/.github/workflows/*@**' } },
    },
  ])('counts $name', ({ signer, counting }) => {
    expect(uncountedProblem(signer, counting)).toBeUndefined();
  });

  it.each([
    { name: 'another key', signer: key(OWN), counting: key(OTHER), problem: /another key/ },
    {
      name: 'a key for an identity',
      signer: key(OWN),
      counting: run,
      problem: /a key.*a certificate identity/,
    },
    {
      name: 'an identity for a key',
      signer: run,
      counting: key(OWN),
      problem: /a certificate identity.*a key/,
    },
    {
      name: 'another branch',
      signer: run,
      counting: { ...run, identity: { exact: WORKFLOW.replace('main', 'next') } },
      problem: /main, and the policy names .*next/,
    },
    {
      name: 'an identity that no pattern matches',
      signer: run,
      counting: { ...run, identity: { pattern: 'https://github.com/other/**' } },
      problem: /policy names/,
    },
    {
      name: 'another issuer',
      signer: run,
      counting: { ...run, issuer: 'https://issuer.test' },
      problem: /issuer/,
    },
  ])('by $name is told apart', ({ signer, counting, problem }) => {
    expect(uncountedProblem(signer, counting)).toMatch(problem);
  });
});
