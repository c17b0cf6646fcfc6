import { createSummary } from '@artifact-lifecycle/core/action';
import { parseDigest } from '@artifact-lifecycle/registry';
import type { Evidence, Verification } from '@artifact-lifecycle/trust';
import { describe, expect, it } from '@jest/globals';
import { factsOf, isVerified, outputsOf, refusalsOf, type VerifyResult } from '../src/result.ts';
import { summarise, verdictOf } from '../src/summary.ts';

const DIGEST = parseDigest(`sha256:${'a'.repeat(64)}`, 'digest');

const evidence: Evidence = {
  origin: { kind: 'referrer', digest: DIGEST },
  subject: DIGEST,
  verdict: 'accepted',
  reason: 'Signed by us.',
  predicateType: 'https://slsa.dev/provenance/v1',
  signedAt: 0,
  statement: {
    subject: [],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: { large: true },
  },
};

const GOOD: Verification = {
  verified: true,
  refusals: [],
  slsa: {
    level: 2,
    missing: [{ level: 3, reason: 'No builder is listed.' }],
    builder: 'https://github.com/acme/x',
  },
  evidence: [evidence],
};
const BAD: Verification = {
  verified: false,
  refusals: ['There is no signature about this artifact.'],
  slsa: { level: 0, missing: [{ level: 1, reason: 'There is no provenance.' }] },
  evidence: [{ ...evidence, verdict: 'refused', reason: 'It is about | something\nelse.' }],
};

function result(whole: Verification, changed: Partial<VerifyResult> = {}): VerifyResult {
  const artifact = { name: 'ghcr.io/acme/app:1.0', digest: DIGEST, registry: undefined };
  return {
    digest: DIGEST,
    artifacts: [{ artifact, verification: whole }],
    whole,
    comparison: undefined,
    ...changed,
  };
}

const SAME = { equal: true, fact: 'The same.' };
const OTHER = { equal: false, fact: 'Another.' };

describe('the result', () => {
  it.each([
    { name: 'verified', of: result(GOOD), verified: true, refusals: [] },
    { name: 'not verified', of: result(BAD), verified: false, refusals: BAD.refusals },
    { name: 'verified and rebuilt', of: result(GOOD, { comparison: SAME }), verified: true, refusals: [] },
    {
      name: 'verified and rebuilt otherwise',
      of: result(GOOD, { comparison: OTHER }),
      verified: false,
      refusals: ['Another.'],
    },
    {
      name: 'not verified, though rebuilt',
      of: result(BAD, { comparison: SAME }),
      verified: false,
      refusals: BAD.refusals,
    },
  ])('is $name', ({ of, verified, refusals }) => {
    expect(isVerified(of)).toBe(verified);
    expect(refusalsOf(of)).toEqual(refusals);
    expect(outputsOf(of).verified).toBe(verified);
  });

  it('has the evidence without its predicates, and times as text', () => {
    const [first] = outputsOf(result(GOOD)).evidence as readonly Readonly<Record<string, unknown>>[];
    expect(first).toMatchObject({ verdict: 'accepted', signedAt: '1970-01-01T00:00:00.000Z' });
    expect(first).not.toHaveProperty('statement');
    expect(factsOf(result(GOOD))).toMatchObject({ slsa: { level: 2 }, artifacts: [{ slsaLevel: 2 }] });
  });
});

describe('the summary', () => {
  it('has the verdict first, then the level and why not a higher one, then the evidence', () => {
    const summary = createSummary();
    summarise(result(GOOD), summary);
    expect(
      summary.render().split('What each proof proves')[0],
    ).toBe(`### ✅ ghcr.io/acme/app:1.0 is verified, SLSA build level 2

<code>${DIGEST}</code>

| SLSA build level |  |
| --- | --- |
| 2 | built by <code>https&#58;//github.com/acme/x</code> |
| not 3 | No builder is listed. |

| Artifact |  | What | Why | Built from |
| --- | --- | --- | --- | --- |
| ghcr.io/acme/app:1.0 | ✅ | provenance | Signed by us. |  |

<details><summary>`);
  });

  it('says first why it is not verified, whatever is written in a bundle', () => {
    const summary = createSummary();
    summarise(result(BAD), summary);
    const text = summary.render();
    expect(text).toContain('### ❌ ghcr.io/acme/app:1.0 is not verified');
    expect(text).toContain('There is no signature about this artifact.');
    expect(text).not.toContain('about | something\n');
  });

  it('counts platforms', () => {
    const one = {
      artifact: { name: 'linux/amd64', digest: DIGEST, registry: undefined },
      verification: GOOD,
    };
    expect(verdictOf({ ...result(GOOD), artifacts: [...result(GOOD).artifacts, one, one] })).toBe(
      'ghcr.io/acme/app:1.0 with 2 platforms is verified, SLSA build level 2',
    );
  });
});
