import { isSuiteError } from '@artifact-lifecycle/core';
import { parseReference, tryParseTag } from '@artifact-lifecycle/registry';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { GitContext } from '../src/git-context.ts';
import { existing, name, PUSH } from './git-context.ts';

const text = fc.oneof(
  fc.constantFrom('v1.2.3', '1.2rc1', 'main', 'feature/a&b', 'v1.0.0-rc.1+5', ''),
  fc.string(),
  fc.string({ unit: 'binary' }),
);
const ref = fc
  .tuple(fc.constantFrom('refs/heads/', 'refs/tags/', 'refs/pull/', ''), text)
  .map(([start, rest]) => start + rest);

const context: fc.Arbitrary<GitContext> = fc.record({
  source: fc.constantFrom('workflow', 'git'),
  eventName: fc.constantFrom(
    'push',
    'pull_request',
    'pull_request_target',
    'schedule',
    'release',
    'merge_group',
    'create',
    '',
  ),
  ref,
  sha: fc.constantFrom(PUSH.sha, ''),
  pullRequest: fc.option(
    fc.record({ number: fc.nat(), headRef: text, headSha: fc.constantFrom(PUSH.sha, ''), baseRef: text }),
    { nil: undefined },
  ),
  pushBaseRef: fc.option(ref, { nil: undefined }),
  payloadDefaultBranch: fc.option(text, { nil: undefined }),
  repository: fc.record({ name: text, description: text, htmlUrl: text, license: text, defaultBranch: text }),
  runNumber: fc.option(fc.nat(), { nil: undefined }),
  runAttempt: fc.option(fc.nat(), { nil: undefined }),
  commitDate: fc.nat().map((date) => async () => date),
  describe: text.map((value) => async () => value),
});

const expression = fc.constantFrom(
  ...['{{branch}}', '{{tag}}', '{{sha}}', '{{base_ref}}', '{{head_ref}}', '{{describe}}', '{{run_number}}'],
  ...[
    "{{date 'YYYYMMDD'}}",
    '{{commit_date YYYY}}',
    '{{#if branch}}{{branch}}-{{/if}}x',
    '{{nothing}}',
    'a',
    '.',
    '-',
  ],
);
const value = fc.array(fc.oneof(expression, text), { maxLength: 3 }).map((parts) => parts.join(''));
const field = (key: string) => value.map((content) => `"${key}=${content.replaceAll('"', '""')}"`);
const row = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(
        'type=schedule',
        'type=edge',
        'type=sha',
        'type=ref,event=branch',
        'type=ref,event=tag',
        'type=ref,event=pr',
      ),
      fc.constantFrom(
        'type=semver,pattern={{version}}',
        'type=semver,pattern={{major}}.{{minor}}',
        'type=pep440,pattern={{raw}}',
      ),
      field('value'),
      field('pattern').map((pattern) => `type=schedule,${pattern}`),
      field('value').map((content) => `type=semver,pattern={{version}},${content}`),
    ),
    fc.option(field('prefix'), { nil: undefined }),
    fc.option(field('suffix'), { nil: undefined }),
  )
  .map((fields) => fields.filter((part) => part !== undefined).join(','));

describe('whatever the event and the rules', () => {
  it('every reference is one by the distribution grammar, or there is an error of the suite', async () => {
    let named = 0;
    await fc.assert(
      fc.asyncProperty(
        context,
        fc.array(row, { maxLength: 3 }),
        fc.constantFrom(
          '',
          'latest=true',
          'latest=highest',
          'prefix={{branch}}-,onlatest=true',
          'tag-prefix=v',
        ),
        fc.constantFrom('acme/app', 'ghcr.io/A/B\nlocalhost:5000/x', ''),
        async (event, rows, flavor, images) => {
          try {
            const { tags, tagNames } = await name({ images, tags: rows.join('\n'), flavor }, event, {
              existingTags: existing('registry', '1.2.3', '1.2rc1', 'latest'),
            });
            for (const tag of tagNames) expect(tryParseTag(tag)).toBe(tag);
            if (images !== '') for (const reference of tags) parseReference(reference, 'test');
            expect(new Set(tags).size).toBe(tags.length);
            if (tags.length > 0) named += 1;
          } catch (error) {
            if (!isSuiteError(error, 'INPUT_INVALID')) throw error;
          }
        },
      ),
      { numRuns: 2000 },
    );
    // A property that only ever met errors would say nothing.
    expect(named).toBeGreaterThan(200);
  });

  it('the same request gives the same names', async () => {
    await fc.assert(
      fc.asyncProperty(context, fc.array(row, { maxLength: 3 }), async (event, rows) => {
        const make = async () => {
          try {
            return JSON.stringify(await name({ tags: rows.join('\n') }, event));
          } catch (error) {
            return String(error);
          }
        };
        expect(await make()).toBe(await make());
      }),
    );
  });
});
