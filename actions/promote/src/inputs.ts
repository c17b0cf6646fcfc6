import { SuiteError } from '@artifact-lifecycle/core';
import { COMMON_INPUTS, COMMON_OUTPUTS, defineAction } from '@artifact-lifecycle/core/action';
import { isHeadTag } from '@artifact-lifecycle/gates/names';
import { parseReference, parseTag, type Reference, type Tag } from '@artifact-lifecycle/registry';

/** What a workflow can write under `uses: …/actions/promote`, and read from it (contract: "promote"). */
export const promote = defineAction({
  name: 'promote',
  title: 'Promote an artifact',
  description:
    'Copies one digest, with everything attached to it, to the next environment when all its gates pass, byte for byte; records that it did, and never moves a published tag.',
  branding: { icon: 'arrow-up-circle', color: 'blue' },
  inputs: {
    mode: {
      kind: 'enum',
      allowed: ['promote', 'plan', 'rollback', 'history'],
      description:
        '`promote`; `plan` does all but the writing and leaves a plan in `plan-file`; `rollback` points the channels of the environment `to` back to something that was there; `history` lists what the environment `to`, or each, has had.',
      default: 'promote',
    },
    source: {
      kind: 'list',
      entries: 'images',
      description:
        'The image to promote, or several, one a line: `host/name:tag`, `host/name@sha256:…`, `host/name:tag@sha256:…`, `oci:DIR[:tag|@digest]` or `docker-archive:FILE`. Each is resolved to a digest once, and only that digest is used. Required without `from`.',
      parse: parseImage,
    },
    destination: {
      kind: 'list',
      entries: 'repositories',
      description:
        "Repositories to copy to: `host/name`, or `oci:DIR` for an OCI layout directory. They name neither a tag nor a digest; one in a registry that ends with `/` gets the name of each image behind it. Required without `to`; with `to` it picks some of the environment's repositories.",
    },
    tags: {
      kind: 'list',
      entries: 'tags',
      commas: true,
      description:
        'Tags at the destination. Required for a source by digest. A tag that exists there at another digest is refused, unless `channels` lists it. Those that begin with `artifact-lifecycle.` point to records, and are refused.',
      default: { derived: "with `to` by the environment's strategies, else the source's tag" },
      parse: parseImageTag,
    },
    from: {
      kind: 'string',
      description:
        'The environment of the policy that the image comes from, in place of `source`; it must be one of `promote-from` of the environment `to`.',
      default: { derived: '`promote-from` of the environment `to`, where it names one' },
    },
    to: {
      kind: 'list',
      entries: 'environments',
      commas: true,
      description:
        'The environment of the policy to promote to, or several, in place of `destination` and `tags`: its repositories, its naming, its gates.',
    },
    version: {
      kind: 'string',
      description:
        'Which image of the environment `from`: a version, a tag or a digest; and the version it gets at the destination where its environment names by version.',
      default: { derived: "from the git tag, else the image's label `org.opencontainers.image.version`" },
    },
    gates: {
      kind: 'yaml',
      description:
        "YAML of gates, as in the policy file. It may add to the policy's or tighten them; weakening is `POLICY_WEAKENED`.",
      default: { derived: 'from the policy' },
    },
    'require-gates': {
      kind: 'boolean',
      description: 'Whether an environment without gates is an error.',
      default: { derived: '`true` with `to`' },
    },
    'override-reason': {
      kind: 'string',
      description:
        "Breaks the glass: failed gates become warnings. Only where the policy's `override` names who may, never for signatures, records or holds, and it is recorded.",
    },
    record: {
      kind: 'enum',
      allowed: ['auto', 'true', 'false'],
      description:
        'Whether a promotion record is signed and attached at the destination: `true`, `false`, `auto` (where an identity is at hand; with `records` in the policy a missing identity is an error).',
      default: 'auto',
    },
    key: {
      kind: 'string',
      description:
        "Private key, or the path of a file that holds it, which signs records in place of the run's identity: PKCS#8, also encrypted, or cosign's own format.",
    },
    'key-password': { kind: 'secret', description: 'Password of `key`.' },
    'rollback-to': {
      kind: 'string',
      description: 'With `mode: rollback`: a version, a digest, or `previous`.',
      default: 'previous',
    },
    'release-withdrawn': {
      kind: 'boolean',
      description:
        'Lets an image in again that a rollback withdrew from the environment; the record says so.',
      default: false,
    },
    'plan-file': {
      kind: 'path',
      description:
        'Where `mode: plan` writes its plan. Where it is there, `mode: promote` does exactly that plan, or fails with `PLAN_STALE`.',
      default: 'promotion-plan.json',
    },
    'report-file': {
      kind: 'path',
      description: 'Where to write the report as one HTML page that needs nothing else.',
    },
    channels: {
      kind: 'list',
      entries: 'patterns',
      commas: true,
      description:
        'Patterns of destination tags that may move, such as `latest` or `1.*`. Every other tag is immutable. Of an environment they are those of the policy, and may be fewer here, never more.',
      default: { derived: 'from the policy' },
    },
    referrers: {
      kind: 'enum-or-list',
      allowed: ['all', 'none'],
      entries: 'artifact types',
      commas: true,
      description:
        "Which of the things attached to the image go with it: `all`, `none`, or a list of artifact types. cosign's tags count as referrers.",
      default: 'all',
      parse: parseArtifactType,
    },
    ...COMMON_INPUTS,
  },
  outputs: {
    promoted: {
      kind: 'boolean',
      description: 'Whether every destination now holds the digest under every tag; `false` in a dry run.',
      example: 'true',
      onFailure: false,
    },
    digest: {
      kind: 'string',
      description: 'The digest of what was promoted.',
      example: 'sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945',
    },
    references: {
      kind: 'lines',
      description:
        'What is now at the destinations, one `host/name:tag@digest` a line; in a dry run, what would be.',
      example: 'ghcr.io/acme/api:2.1.0@sha256:4f53cda…',
    },
    gates: {
      kind: 'json',
      description:
        'JSON list with an entry a gate: `gate`, `verdict` (`pass`, `fail`, `error`, `overridden`), `reason`, `evidence`, `warnOnly`.',
      example:
        '[{"evidence":{"required":["test"]},"gate":"checks","reason":"1 check is successful.","verdict":"pass","warnOnly":false}]',
    },
    record: {
      kind: 'string',
      description: 'Digest of the manifest that carries the promotion record, at the first destination.',
      example: 'sha256:9c1e…',
    },
    matrix: {
      kind: 'json',
      description:
        'JSON for `strategy.matrix`, one entry a destination: with `plan-file` and `destination`, a job does its part of the plan.',
      example:
        '{"include":[{"destination":"ghcr.io/acme/api","digest":"sha256:4f53…","environment":"production"}]}',
    },
    history: {
      kind: 'json',
      description: 'JSON with `mode: history`: what each environment has had, the newest first.',
      example: '[{"environment":"production","entries":[]}]',
    },
    'plan-file': {
      kind: 'path',
      description: 'The path of the plan that was written.',
      example: 'promotion-plan.json',
    },
    'report-file': {
      kind: 'path',
      description: 'The path of the report that was written.',
      example: 'promotion.html',
    },
    statistics: {
      kind: 'json',
      description:
        'JSON: `requests`, `bytesCopied`, `blobsMounted`, `blobsSkipped` (already there) and `seconds`. In a dry run `bytesCopied` is the most that would be copied.',
      example: '{"blobsMounted":3,"blobsSkipped":0,"bytesCopied":104857600,"requests":42,"seconds":8.1}',
    },
    ...COMMON_OUTPUTS,
  },
});

/** image-spec, "Guidelines for Artifact Usage": an artifact type is a media type (RFC 6838, section 4.2). */
const ARTIFACT_TYPE = /^[a-zA-Z0-9][\w!#$&^.+-]{0,126}\/[a-zA-Z0-9][\w!#$&^.+-]{0,126}$/;

/** The tag of an environment's newest record, set by hand, would hide all records before it. */
function parseImageTag(text: string, what: string): Tag {
  return refuseHead(parseTag(text, what), what);
}

function parseImage(text: string, what: string): Reference {
  const reference = parseReference(text, what);
  if (reference.tag !== undefined) refuseHead(reference.tag, what);
  return reference;
}

function refuseHead(tag: Tag, what: string): Tag {
  if (!isHeadTag(tag)) return tag;
  throw new SuiteError(
    'INPUT_INVALID',
    `${what}: ${JSON.stringify(tag)} names promotion records, no image.`,
    {
      remedy: 'Name the image by a tag that does not begin with "artifact-lifecycle.".',
    },
  );
}

function parseArtifactType(text: string, what: string): string {
  if (ARTIFACT_TYPE.test(text)) return text;
  throw new SuiteError(
    'INPUT_INVALID',
    `${what}: ${JSON.stringify(text.slice(0, 80))} is no artifact type.`,
    {
      remedy: 'An artifact type looks like "application/vnd.cyclonedx+json".',
    },
  );
}
