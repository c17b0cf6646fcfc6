import { readFileSync, writeFileSync } from 'node:fs';
import { createSummary } from '@artifact-lifecycle/core/action';
import type { GateResult } from '@artifact-lifecycle/gates';
import { parseDigest, parseLocation, parseTag } from '@artifact-lifecycle/registry';
import { describe, expect, it } from '@jest/globals';
import {
  factsOf,
  type PromotedTag,
  type PromotionOutcome,
  type RunOutcome,
  referencesOf,
  withoutCopy,
} from '../src/outcome.ts';
import { summarise, verdictOf } from '../src/summary.ts';
import { judgedPromotion } from './support/judged.ts';

const NEW = parseDigest(`sha256:${'b'.repeat(64)}`, 'digest');
const OLD = parseDigest(`sha256:${'a'.repeat(64)}`, 'digest');

const tag = (name: string, outcome: PromotedTag['outcome'], previous?: typeof OLD): PromotedTag => ({
  location: parseLocation('ghcr.io/acme/api', 'location'),
  tag: parseTag(name, 'tag'),
  outcome,
  previous,
});

const ONE: PromotionOutcome = {
  judged: judgedPromotion(NEW),
  state: 'promoted',
  tags: [tag('2.1.0', 'created'), tag('latest', 'moved', OLD)],
  referrers: 3,
  copied: { bytesCopied: 52_500_000, blobsCopied: 7, blobsMounted: 2, blobsSkipped: 1, manifestsCopied: 4 },
  records: [],
  warnings: ['The list names a referrer that is gone.'],
};

const run = (changes: Partial<PromotionOutcome> = {}, isPlanOnly = false): RunOutcome => ({
  isPlanOnly,
  promotions: [{ ...ONE, ...changes }],
  requests: 42,
  seconds: 1.5,
});

const DONE = run();

const written = (outcome: RunOutcome): string => {
  const summary = createSummary();
  summarise(outcome, summary);
  return summary.render();
};

describe('the verdict', () => {
  it.each([
    ['done', DONE, `Promoted ${NEW} to 2 references`],
    [
      'nothing to do',
      run({ tags: [tag('2.1.0', 'same')], copied: { ...ONE.copied, manifestsCopied: 0 } }),
      `Nothing to do: ${NEW} is at 1 reference already`,
    ],
    [
      'only a referrer that came later',
      run({ tags: [tag('2.1.0', 'same')] }),
      `Promoted ${NEW} to 1 reference`,
    ],
    [
      'a dry run',
      run({ state: 'planned' }, true),
      `Dry run: ${NEW} would be promoted to 2 references; nothing was written`,
    ],
    [
      'a plan',
      { ...run({ state: 'planned' }, true), isPlan: true },
      `Planned: ${NEW} is to be promoted to 2 references; nothing was written yet`,
    ],
  ] satisfies readonly (readonly [string, RunOutcome, string])[])('says: %s', (_, outcome, verdict) => {
    expect(verdictOf(outcome)).toBe(verdict);
  });
});

describe('the summary', () => {
  it('has the verdict first, then each reference with its whole digest, then what moved', () => {
    expect(written(DONE)).toBe(`### ✅ Promoted ${NEW} to 2 references

| Reference | Digest | Tag |
| --- | --- | --- |
| <code>ghcr.io/acme/api:2.1.0</code> | <code>${NEW}</code> | created |
| <code>ghcr.io/acme/api:latest</code> | <code>${NEW}</code> | moved from <code>${OLD}</code> |

| What | How much |
| --- | --- |
| Copied | 52.5 MB in 7 blobs, 4 manifests |
| Mounted from another repository | 2 blobs |
| Skipped, found there | 1 blob |
| Attached to it | 3 referrers |
| Requests | 42 |
| Time | 1.5 s |

<details><summary>1 warning</summary>

- The list names a referrer that is gone.

</details>

<details><summary>Use it by its digest</summary>

\`\`\`
ghcr.io/acme/api@${NEW}
\`\`\`

</details>
`);
  });

  it('of what is refused has the road, each verdict, what it would take and the evidence, and no reference', () => {
    const results: readonly GateResult[] = [
      {
        gate: 'hold',
        verdict: 'pass',
        reason: 'No rollback has withdrawn it.',
        evidence: { withdrawn: false },
        isWarning: false,
      },
      {
        gate: 'approval',
        verdict: 'overridden',
        reason: 'Overridden by ada: none counts.',
        evidence: { approvals: [{ login: 'grace', id: 1906, comment: 'go | now' }] },
        isWarning: false,
      },
      {
        gate: 'soak',
        verdict: 'fail',
        reason: 'It has been in staging for 5 h only.',
        evidence: { wanted: '24h', until: '2026-11-26T16:58:00.000Z' },
        isWarning: false,
      },
    ];
    const override = { reason: 'Incident <4711>.', actor: 'ada', gates: ['approval'] };
    const judged = judgedPromotion(NEW, { results, override });
    const text = written({ ...DONE, promotions: [withoutCopy(judged, 'refused')] });
    const golden = new URL('golden/refused.txt', import.meta.url);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });

  it('says of a dry run what would be, and nothing that was', () => {
    const text = written(run({ state: 'planned' }, true));
    expect(text).toContain('would be created');
    expect(text).toContain('would be moved from');
    expect(text).not.toMatch(/Copied|Mounted|\| (?:created|moved) /);
  });

  it('gives no digest to a tag that was not set', () => {
    const text = written(run({ state: 'failed', tags: [tag('2.1.0', 'unset')] }));
    expect(text).toContain('| <code>ghcr.io/acme/api:2.1.0</code> |  | not set |');
  });
});

describe('the outputs', () => {
  it('name only what is there', () => {
    expect(referencesOf(run({ tags: [tag('2.1.0', 'created'), tag('latest', 'unset')] }))).toEqual([
      `ghcr.io/acme/api:2.1.0@${NEW}`,
    ]);
  });

  it('hold every fact of the summary', () => {
    expect(factsOf(DONE, false)).toEqual({
      dryRun: false,
      tags: [
        { reference: 'ghcr.io/acme/api:2.1.0', outcome: 'created' },
        { reference: 'ghcr.io/acme/api:latest', outcome: 'moved', previous: OLD },
      ],
      referrers: 3,
      blobsCopied: 7,
      manifestsCopied: 4,
      warnings: ONE.warnings,
      promotions: [
        {
          state: 'promoted',
          environment: null,
          source: 'ghcr.io/acme/staging:a1b2c3d',
          digest: NEW,
          version: null,
          destinations: ['ghcr.io/acme/api'],
          tags: [
            { reference: 'ghcr.io/acme/api:2.1.0', outcome: 'created' },
            { reference: 'ghcr.io/acme/api:latest', outcome: 'moved', previous: OLD },
          ],
          records: [],
          override: null,
        },
      ],
    });
  });
});
