import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { NOW_SECONDS, openTagJobs, type TagJobs, type TagResult } from '../support/tag-job.ts';
import { describeWithTruth } from '../support/truth.ts';

/** One case of docker/metadata-action's behaviour; see the head of the file of truth data. */
interface Case {
  readonly id: string;
  readonly suite: string;
  readonly context: {
    readonly event_name: string;
    readonly ref: string;
    readonly sha: string;
    readonly repository: string;
    readonly payload: Readonly<Record<string, unknown>>;
  };
  readonly env: Readonly<Record<string, string>>;
  readonly commit_date?: string;
  readonly inputs: Readonly<Record<string, string | readonly string[]>>;
  readonly expected: Expected;
}

interface Expected {
  readonly error?: string;
  readonly version?: { readonly main: string | null };
  readonly tags?: readonly string[];
  readonly tag_names?: readonly string[];
  readonly tags_joined?: string;
  readonly labels?: readonly string[];
  readonly annotations?: readonly string[];
  readonly annotation_levels?: string;
  readonly warnings?: readonly string[];
  readonly json?: object;
  readonly bake_file?: object;
  readonly bake_file_tags?: object;
  readonly bake_file_labels?: object;
  readonly bake_file_annotations?: object;
}

/** Inputs of the file under the names a workflow writes. */
const INPUT_NAMES: Readonly<Record<string, string>> = { sepTags: 'sep-tags', bakeTarget: 'bake-target' };

/**
 * Where this suite differs on purpose (.github/docs/migrating-from-metadata-action.md), with what is said or made
 * in place of it.
 */
const DIFFERENT: ReadonlyMap<string, Partial<Record<'error' | 'tags', string>>> = new Map([
  // A tag is listed once.
  ['extra/quirk-latest-dup', { tags: 'user/app:latest' }],
  // No registry takes a tag of more than 128 characters: refused with its row, where it was emitted.
  ['extra/quirk-too-long', { error: '140 characters' }],
  // Nothing is escaped for HTML: `a&b` is `a-b`, with two braces as with three.
  ['extra/quirk-html-escape-branch', { tags: 'user/app:a-b' }],
]);

/** Names repeat from suite to suite. */
function nameOf({ suite, id }: Case): string {
  return `${suite}/${id}`;
}

/** Processes at a time: the machines of CI have two cores. */
const AT_A_TIME = 2;

describeWithTruth('docker/metadata-action, by the built bundle', 'metadata-action-cases.json', (truth) => {
  const { cases }: { readonly cases: readonly Case[] } = JSON.parse(truth);
  const all: TagJobs[] = [];
  const results = new Map<string, TagResult>();
  beforeAll(async () => {
    const waiting = [...cases];
    const work = async (): Promise<void> => {
      const jobs = await openTagJobs();
      all.push(jobs);
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        results.set(nameOf(one), await run(jobs, one));
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
  }, 300_000);
  afterAll(async () => {
    for (const { workplace } of all) await workplace.close();
  });

  const run = async (
    jobs: TagJobs,
    { context, env, inputs, expected, commit_date }: Case,
  ): Promise<TagResult> => {
    const { event_name: name, ref, sha, repository, payload } = context;
    jobs.api.answers =
      commit_date === undefined
        ? {}
        : { [`/repos/${repository}/commits/${sha}`]: { commit: { committer: { date: commit_date } } } };
    return jobs.run({
      event: { name, ref, sha, repository, payload },
      inputs: Object.fromEntries(
        Object.entries(inputs).map(([key, value]) => [
          INPUT_NAMES[key] ?? key,
          typeof value === 'string' ? value : value.join('\n'),
        ]),
      ),
      env: {
        SOURCE_DATE_EPOCH: String(NOW_SECONDS),
        ...(expected.annotation_levels !== undefined && {
          DOCKER_METADATA_ANNOTATIONS_LEVELS: expected.annotation_levels,
        }),
        ...env,
      },
    });
  };

  it.each(cases.map((one) => [nameOf(one), one] as const))('%s', async (name, { expected, inputs }) => {
    const result = results.get(name);
    if (result === undefined) throw new Error('it was not run');
    const { outputs } = result;
    const different = DIFFERENT.get(name);
    const error = different?.error ?? expected.error;
    if (error !== undefined) {
      expect({
        exit: result.exitCode,
        message: JSON.parse(outputs.get('json') ?? '{}').error?.message,
      }).toEqual({
        exit: 1,
        message: expect.stringContaining(error),
      });
      return;
    }
    expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
    const levels = (expected.annotation_levels ?? 'manifest').split(',');
    const wanted = {
      version: expected.version?.main ?? '',
      tags: different?.tags ?? expected.tags_joined ?? expected.tags?.join('\n'),
      labels: expected.labels?.join('\n'),
      annotations: levels
        .flatMap((level) => (expected.annotations ?? []).map((one) => `${level}:${one}`))
        .join('\n'),
    };
    expect({
      version: outputs.get('version'),
      tags: outputs.get('tags'),
      labels: outputs.get('labels'),
      annotations: outputs.get('annotations'),
    }).toEqual(wanted);
    if (different?.tags === undefined) {
      expect(outputs.get('tag-names')).toBe(expected.tag_names?.join(String(inputs['sepTags'] ?? '\n')));
    }
    for (const warning of expected.warnings ?? []) expect(result.warnings.join('\n')).toContain(warning);
    if (expected.json !== undefined) {
      expect(JSON.parse(outputs.get('json') ?? '')).toMatchObject(expected.json);
      expect(JSON.parse(result.exported.get('DOCKER_METADATA_OUTPUT_JSON') ?? '')).toMatchObject(
        expected.json,
      );
    }
    for (const file of [
      'bake_file',
      'bake_file_tags',
      'bake_file_labels',
      'bake_file_annotations',
    ] as const) {
      if (expected[file] === undefined) continue;
      const path = outputs.get(file.replaceAll('_', '-')) ?? '';
      expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(expected[file]);
    }
  });
});
