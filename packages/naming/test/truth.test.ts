import { describe, expect, it } from '@jest/globals';
import { parseFlavor } from '../src/flavor.ts';
import type { GitContext } from '../src/git-context.ts';
import { parseImages } from '../src/image-row.ts';
import { formatLabel } from '../src/labels.ts';
import { bakeFiles, namingJson, type OutputForm, writeOutputs } from '../src/outputs.ts';
import { parseSettings } from '../src/settings.ts';
import { parseTagRow, parseTagRows, type TagRow } from '../src/tag-row.ts';
import { DELIBERATE_DIFFERENCES } from './deliberate-differences.ts';
import { name } from './git-context.ts';
import { type ParserCase, readTruth, type Truth, type TruthCase } from './truth.ts';

const truth = readTruth();
const idOf = ({ suite, id }: TruthCase): string => `${suite}/${id}`;
const lines = (rows: readonly string[] | undefined): string => (rows ?? []).join('\n');

function contextOf(one: TruthCase, { repository_api: api, clock }: Truth): GitContext {
  const { payload, event_name: eventName, ref, sha } = one.context;
  const { pull_request: pull, number } = payload;
  return {
    source: 'workflow',
    eventName,
    ref,
    sha,
    pullRequest:
      pull === undefined || number === undefined
        ? undefined
        : { number, headRef: pull.head.ref, headSha: pull.head.sha, baseRef: pull.base.ref },
    pushBaseRef: payload.base_ref ?? undefined,
    payloadDefaultBranch: payload.repository?.default_branch,
    repository: {
      name: api.name,
      description: api.description,
      htmlUrl: api.html_url,
      license: api.license.spdx_id,
      defaultBranch: api.default_branch,
    },
    runNumber: 1,
    runAttempt: 1,
    commitDate: async () => Date.parse(one.commit_date ?? clock.default_commit_date),
    describe: async () => '',
  };
}

async function nameCase(one: TruthCase, data: Truth) {
  const { images, tags, flavor, labels, annotations } = one.inputs;
  return name(
    {
      images: lines(images),
      tags: lines(tags),
      flavor: lines(flavor),
      labels: lines(labels),
      annotations: lines(annotations),
    },
    contextOf(one, data),
    { env: one.env, now: Date.parse(data.clock.now) },
  );
}

function attributesOf(row: TagRow): unknown {
  const {
    type,
    text: _text,
    priority,
    unknown: _unknown,
    prefix,
    suffix,
    tagPrefix: _tagPrefix,
    ...attributes
  } = row;
  return {
    type,
    attrs: {
      priority: String(priority),
      ...(prefix === undefined ? {} : { prefix }),
      ...(suffix === undefined ? {} : { suffix }),
      ...attributes,
    },
  };
}

function parse({ kind, input }: ParserCase): unknown {
  const text = typeof input === 'string' ? input : input.join('\n');
  switch (kind) {
    case 'tag':
      return attributesOf(parseTagRow(text));
    case 'tags':
      return parseTagRows(text).map(attributesOf);
    case 'flavor': {
      const { tagPrefix: _tagPrefix, ...flavor } = parseFlavor(text);
      return flavor;
    }
    case 'images':
      return parseImages(text).map(({ name: image, enable }) => ({ name: image, enable }));
  }
}

if (truth === undefined) {
  describe('docker/metadata-action', () => {
    it.skip('is compared where ARTIFACT_LIFECYCLE_DATA names the truth data', () => {});
  });
} else {
  const same = truth.cases.filter((one) => !DELIBERATE_DIFFERENCES.has(idOf(one)));
  const differing = truth.cases.filter((one) => DELIBERATE_DIFFERENCES.has(idOf(one)));

  describe('docker/metadata-action', () => {
    it.each(
      same.filter(({ expected }) => expected.error !== undefined).map((one) => [idOf(one), one] as const),
    )('%s fails for both, for the same reason', async (_, one) => {
      await expect(nameCase(one, truth)).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        message: expect.stringContaining(one.expected.error?.trim() ?? ''),
      });
    });

    it.each(
      same.filter(({ expected }) => expected.error === undefined).map((one) => [idOf(one), one] as const),
    )('%s has the same outcome for both', async (_, one) => {
      const { expected } = one;
      const named = await nameCase(one, truth);
      expect({
        version: { ...named.version, main: named.version.main ?? null },
        tags: named.tags,
        tag_names: named.tagNames,
        labels: named.labels.map(formatLabel),
        annotations: named.annotations.map(formatLabel),
        warnings: named.remarks.filter(({ level }) => level === 'warning').map(({ message }) => message),
      }).toEqual({
        version: expected.version,
        tags: expected.tags,
        tag_names: expected.tag_names,
        labels: expected.labels,
        annotations: expected.annotations,
        warnings: expected.warnings,
      });
      const form: OutputForm = {
        sepTags: one.inputs.sepTags ?? '',
        sepLabels: '',
        sepAnnotations: '',
        bakeTarget: one.inputs.bakeTarget ?? '',
      };
      const settings = parseSettings(one.env);
      const levels = expected.annotation_levels;
      const bakeSettings =
        levels === undefined ? settings : parseSettings({ DOCKER_METADATA_ANNOTATIONS_LEVELS: levels });
      const files = bakeFiles(named, form, bakeSettings);
      const made: readonly [unknown, unknown][] = [
        [expected.json, namingJson(named, settings)],
        [expected.tags_joined, writeOutputs(named, form, settings).tags],
        [expected.bake_file, JSON.parse(files['bake-file'])],
        [expected.bake_file_tags, JSON.parse(files['bake-file-tags'])],
        [expected.bake_file_labels, JSON.parse(files['bake-file-labels'])],
        [expected.bake_file_annotations, JSON.parse(files['bake-file-annotations'])],
      ];
      const asked = made.filter(([wanted]) => wanted !== undefined);
      expect(asked.map(([, actual]) => actual)).toEqual(asked.map(([wanted]) => wanted));
    });

    it.each(differing.map((one) => [idOf(one), one] as const))('%s differs on purpose', async (id, one) => {
      const difference = DELIBERATE_DIFFERENCES.get(id);
      const outcome = nameCase(one, truth);
      if (difference !== undefined && 'error' in difference) {
        await expect(outcome).rejects.toMatchObject({
          code: 'INPUT_INVALID',
          message: expect.stringMatching(difference.error),
        });
      } else expect((await outcome).tagNames).toEqual(difference?.tagNames);
    });

    it('has every case that is listed as different', () => {
      expect(differing.map(idOf).sort()).toEqual([...DELIBERATE_DIFFERENCES.keys()].sort());
    });

    it.each(truth.parser_cases.map((one) => [one.kind, JSON.stringify(one.input), one] as const))(
      'reads %s %s alike',
      (_kind, _input, one) => {
        const { expected } = one;
        const isError = typeof expected === 'object' && expected !== null && 'error' in expected;
        if (!isError) {
          expect(parse(one)).toEqual(expected);
          return;
        }
        expect(() => parse(one)).toThrow(typeof expected.error === 'string' ? expected.error : undefined);
      },
    );
  });
}
