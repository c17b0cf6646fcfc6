import { SuiteError } from '@artifact-lifecycle/core';
import { COMMON_INPUTS, COMMON_OUTPUTS, defineAction } from '@artifact-lifecycle/core/action';
import { parseLocation, parseReference, parseTag } from '@artifact-lifecycle/registry';

/** What a workflow can write under `uses: …/actions/promote`, and read from it (contract: "promote"). */
export const promote = defineAction({
  name: 'promote',
  title: 'Promote an artifact',
  description:
    'Copies one digest, with everything attached to it, to another registry or repository, byte for byte, and never moves a published tag.',
  branding: { icon: 'arrow-up-circle', color: 'blue' },
  inputs: {
    source: {
      kind: 'string',
      description:
        'The image to promote: `host/name:tag`, `host/name@sha256:…`, `host/name:tag@sha256:…`, `oci:DIR[:tag|@digest]` or `docker-archive:FILE`. It is resolved to a digest once, and only that digest is used.',
      required: true,
      parse: parseReference,
    },
    destination: {
      kind: 'list',
      entries: 'repositories',
      description:
        'Repositories to copy to: `host/name`, or `oci:DIR` for an OCI layout directory. They name neither a tag nor a digest.',
      required: true,
      parse: parseLocation,
    },
    tags: {
      kind: 'list',
      entries: 'tags',
      commas: true,
      description:
        'Tags at the destination. Required for a source by digest. A tag that exists there at another digest is refused, unless `channels` lists it.',
      default: { derived: "the source's tag" },
      parse: parseTag,
    },
    channels: {
      kind: 'list',
      entries: 'patterns',
      commas: true,
      description:
        'Patterns of destination tags that may move, such as `latest` or `1.*`. Every other tag is immutable. Given here, they stand in place of those of the policy.',
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
  planned: [
    'mode',
    'from',
    'to',
    'version',
    'gates',
    'record',
    'rollback-to',
    'require-gates',
    'override-reason',
    'plan-file',
    'report-file',
  ],
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
