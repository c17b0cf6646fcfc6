import { SuiteError } from '@artifact-lifecycle/core';
import { COMMON_INPUTS, COMMON_OUTPUTS, defineAction } from '@artifact-lifecycle/core/action';
import type { TagStrategy } from '@artifact-lifecycle/core/policy';
import { ECOSYSTEMS } from '@artifact-lifecycle/versions';

/** What a workflow can write under `uses: …/actions/tag`, and read from it (contract: "tag"). */
export const tag = defineAction({
  name: 'tag',
  title: 'Tag an artifact',
  description:
    'Computes the tags, labels and annotations an artifact gets from a git event, and applies tags to an image in its registry without ever moving a published version.',
  branding: { icon: 'tag', color: 'blue' },
  inputs: {
    images: {
      kind: 'list',
      entries: 'images',
      description:
        'Names of the image, without tags: `ghcr.io/acme/api`, or `name=ghcr.io/acme/api,enable=true`. Without one, tags are bare.',
      default: { derived: "the environment's repository, or that of `source`" },
    },
    tags: {
      kind: 'list',
      entries: 'rules',
      description:
        'Rules for tags in the syntax of docker/metadata-action: `type=semver,pattern={{version}}`, `type=ref,event=branch`, `type=sha`, `type=schedule`, `type=pep440`, `type=match`, `type=edge`, `type=raw`.',
      default: { derived: '`type=schedule`, `type=ref` for branch, tag and pull request' },
    },
    flavor: {
      kind: 'list',
      entries: 'settings',
      description:
        'What holds for all tags: `latest=auto|true|false|highest`, `prefix=…`, `suffix=…` (with `,onlatest=true`), `tag-prefix=api/` for the git tags of a monorepo.',
    },
    labels: {
      kind: 'list',
      entries: 'labels',
      description: 'Further labels, `key=value`; the last of a key wins.',
    },
    annotations: {
      kind: 'list',
      entries: 'annotations',
      description: 'Further annotations, `key=value`; the last of a key wins.',
    },
    context: {
      kind: 'enum',
      allowed: ['workflow', 'git'],
      description: 'Where ref and commit come from: the `workflow` that runs, or the `git` checkout.',
      default: 'workflow',
    },
    'bake-target': {
      kind: 'string',
      description: 'The target that the bake files define.',
      default: 'docker-metadata-action',
    },
    'sep-tags': {
      kind: 'string',
      description: 'What stands between the tags of the output `tags`.',
      default: { derived: 'a line feed' },
    },
    'sep-labels': {
      kind: 'string',
      description: 'What stands between the labels of the output `labels`.',
      default: { derived: 'a line feed' },
    },
    'sep-annotations': {
      kind: 'string',
      description: 'What stands between the annotations of the output `annotations`.',
      default: { derived: 'a line feed' },
    },
    strategy: {
      kind: 'list',
      entries: 'strategies',
      commas: true,
      description:
        'In place of `tags`, one or more of `git-sha` (a1b2c3d), `semver` (2.1.0), `build-number` (main-4521), `combined` (2.1.0-a1b2c3d).',
      default: { derived: "the environment's" },
      parse: parseStrategy,
    },
    environment: {
      kind: 'string',
      description: 'Take strategy, repository and channels from this environment of the policy.',
    },
    version: {
      kind: 'string',
      description: 'The version to use when the event carries none.',
      default: { derived: 'from the git tag' },
    },
    source: {
      kind: 'string',
      description:
        'An existing image to which the tags are applied in its registry, without pulling it: `host/name:tag`, `host/name@sha256:…` or `oci:DIR[:tag|@digest]`. It is resolved to a digest once.',
    },
    channels: {
      kind: 'list',
      entries: 'patterns',
      commas: true,
      description:
        'Patterns of tags that may move, such as `latest`, `edge`, `1` or `1.[0-9]`. Every other tag is immutable.',
      default: { derived: "the environment's" },
    },
    'verify-labels': {
      kind: 'boolean',
      description:
        "With `source`: the image's label `org.opencontainers.image.revision` must be the event's commit, and its `.version`, where it is SemVer, the version. Missing labels only warn.",
      default: true,
    },
    ecosystem: {
      kind: 'enum',
      allowed: ECOSYSTEMS,
      description: 'By whose rules the version is judged and normalised.',
      default: 'oci',
    },
    dockerfile: {
      kind: 'path',
      description:
        'A Dockerfile: its last `FROM` becomes the labels `org.opencontainers.image.base.name` and `.base.digest`.',
    },
    ...COMMON_INPUTS,
  },
  outputs: {
    version: {
      kind: 'string',
      description: 'The version: the first tag. Empty where the event makes none.',
      example: '2.1.0',
    },
    'normalized-version': {
      kind: 'string',
      description: 'The version as its `ecosystem` writes it. Empty where it is none there.',
      example: '2.1.0',
    },
    prerelease: {
      kind: 'boolean',
      description: 'Whether the version is a prerelease by the rules of its `ecosystem`.',
      example: 'false',
    },
    tags: {
      kind: 'twofold',
      description: 'The tags with the names of the images. In `json` a list.',
      example: 'ghcr.io/acme/api:2.1.0',
    },
    'tag-names': {
      kind: 'twofold',
      description: 'The tags alone. In `json` a list.',
      example: '2.1.0',
    },
    labels: {
      kind: 'twofold',
      description: 'The labels, `key=value`. In `json` an object.',
      example: 'org.opencontainers.image.version=2.1.0',
    },
    annotations: {
      kind: 'twofold',
      description: 'The annotations, `level:key=value`. In `json` a list.',
      example: 'manifest:org.opencontainers.image.version=2.1.0',
    },
    'bake-file': {
      kind: 'path',
      description: 'A bake file with tags and labels.',
      example: '/home/runner/work/_temp/docker-actions-toolkit-x7Yk2p/docker-metadata-action-bake.json',
    },
    'bake-file-tags': {
      kind: 'path',
      description: 'A bake file with the tags.',
      example: '/home/runner/work/_temp/…/docker-metadata-action-bake-tags.json',
    },
    'bake-file-labels': {
      kind: 'path',
      description: 'A bake file with the labels.',
      example: '/home/runner/work/_temp/…/docker-metadata-action-bake-labels.json',
    },
    'bake-file-annotations': {
      kind: 'path',
      description: 'A bake file with the annotations.',
      example: '/home/runner/work/_temp/…/docker-metadata-action-bake-annotations.json',
    },
    digest: {
      kind: 'string',
      description: 'With `source`: the digest that the tags were applied to.',
      example: 'sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945',
    },
    applied: {
      kind: 'json',
      description:
        'With `source`, JSON: each tag with its `outcome` (`created`, `same`, `moved`, `refused`, or `unset` where the run ended before it), `digest`, and `previous` where it pointed elsewhere.',
      example: '{"2.1.0":{"digest":"sha256:4f53cda…","outcome":"created"}}',
    },
    ...COMMON_OUTPUTS,
  },
});

/** The policy's, without loading what reads a policy. */
const STRATEGIES = [
  'git-sha',
  'semver',
  'build-number',
  'combined',
] as const satisfies readonly TagStrategy[];

function parseStrategy(text: string, what: string): TagStrategy {
  const strategy = STRATEGIES.find((one) => one === text);
  if (strategy !== undefined) return strategy;
  throw new SuiteError('INPUT_INVALID', `${what}: ${JSON.stringify(text.slice(0, 80))} is no strategy.`, {
    remedy: `Write one or more of ${STRATEGIES.join(', ')}.`,
  });
}
