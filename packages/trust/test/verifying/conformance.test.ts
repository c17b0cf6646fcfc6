import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '@artifact-lifecycle/registry';
import { describe, expect, it } from '@jest/globals';
import { readTrustedRoot } from '../../src/root/trusted-root.ts';
import type { VerificationPolicy } from '../../src/verifying/policy.ts';
import { verifyArtifact } from '../../src/verifying/verify-artifact.ts';

/** sigstore-conformance: what every client must take, and must refuse. */
const DATA = process.env['ARTIFACT_LIFECYCLE_DATA'];
const ASSETS = join(DATA ?? '', 'sigstore-conformance/test/assets/bundle-verify');

const IDENTITY =
  'https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main';
const ISSUER = 'https://token.actions.githubusercontent.com';

const ANYTHING = {
  sourceRefs: [],
  events: [],
  denySelfHosted: false,
  builders: [],
  minSlsaLevel: 0,
  require: [],
  allowLegacy: false,
} as const;

const cases =
  DATA === undefined
    ? []
    : readdirSync(ASSETS, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => ({ name, isAccepted: !name.endsWith('_fail') }));

const describeWithData = DATA === undefined ? describe.skip : describe;

describeWithData('sigstore-conformance', () => {
  it('has all its cases', () => {
    expect(cases).toHaveLength(70);
  });

  it.each(cases)('$name', async ({ name, isAccepted }) => {
    const at = (file: string): string => join(ASSETS, name, file);
    const text = (file: string, or: string): string =>
      existsSync(at(file)) ? readFileSync(at(file), 'utf8').trim() : or;
    const identity: VerificationPolicy['identity'] = existsSync(at('key.pub'))
      ? { kind: 'key', publicKey: readFileSync(at('key.pub'), 'utf8') }
      : {
          kind: 'certificate',
          identity: { exact: text('identity', IDENTITY) },
          issuer: text('issuer', ISSUER),
        };
    const root = existsSync(at('trusted_root.json'))
      ? at('trusted_root.json')
      : join(DATA ?? '', 'sigstore-conformance/prod_trusted_root.json');
    const artifact = existsSync(at('artifact')) ? at('artifact') : join(ASSETS, 'a.txt');
    const path = at('bundle.sigstore.json');
    const verification = verifyArtifact({
      digest: digestOf(readFileSync(artifact)),
      entries: [
        { kind: 'bundle', origin: { kind: 'file', path, line: undefined }, bytes: readFileSync(path) },
      ],
      policy: { ...ANYTHING, identity },
      roots: [await readTrustedRoot(readFileSync(root), name)],
      clock: { now: () => Date.parse('2026-11-25T00:00:00Z') },
    });
    if (name === 'managed-key-wrong-key_fail') {
      // Its key is no point of the curve, so there is nothing to verify with.
      await expect(verification).rejects.toMatchObject({ code: 'INPUT_INVALID' });
      return;
    }
    const { verified, refusals, evidence } = await verification;
    expect(verified).toBe(isAccepted);
    expect(refusals).toEqual(isAccepted ? [] : [expect.stringMatching(/^[A-Z].*\.$/)]);
    expect(evidence).toMatchObject([
      { verdict: isAccepted ? 'accepted' : 'refused', reason: expect.any(String) },
    ]);
  });
});
