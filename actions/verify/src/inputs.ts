import { SuiteError } from '@artifact-lifecycle/core';
import { COMMON_INPUTS, COMMON_OUTPUTS, defineAction } from '@artifact-lifecycle/core/action';
import { parseReference } from '@artifact-lifecycle/registry';
import { GITHUB_ISSUER, type Requirement } from '@artifact-lifecycle/trust';

/** What a workflow can write under `uses: …/actions/verify`, and read from it (contract: "verify"). */
export const verify = defineAction({
  name: 'verify',
  title: 'Verify an artifact',
  description:
    'Says whether a digest carries the signatures, provenance, SBOM and SLSA level that a policy demands, and by whom.',
  branding: { icon: 'shield', color: 'blue' },
  inputs: {
    subject: {
      kind: 'string',
      description:
        'The image to verify: `host/name:tag`, `host/name@sha256:…`, `oci:DIR[:tag|@digest]`. It is resolved to a digest once. Either `subject` or `subject-path` is required; with both, the file or layout is compared with the image, byte for byte.',
      parse: parseReference,
    },
    'subject-path': {
      kind: 'path',
      description: 'A file to verify, from the workspace.',
    },
    bundle: {
      kind: 'list',
      entries: 'files',
      description: 'Bundle files (JSON or JSON lines), in place of looking in the registry and in GitHub.',
    },
    'certificate-identity': {
      kind: 'string',
      description:
        'The identity in the certificate, exactly: `https://github.com/acme/api/.github/workflows/build.yml@refs/heads/main`.',
    },
    'certificate-identity-pattern': {
      kind: 'string',
      description: 'A glob for the identity, anchored at both ends; `*` stops at a slash, `**` does not.',
    },
    'certificate-oidc-issuer': {
      kind: 'string',
      description: 'The issuer in the certificate, exactly.',
      default: GITHUB_ISSUER,
    },
    'source-repository': {
      kind: 'string',
      description: '`owner/name` of the repository that was built, checked against the certificate.',
      parse: parseRepositoryName,
    },
    'signer-workflow': {
      kind: 'string',
      description:
        'The workflow that signed: `owner/name/.github/workflows/x.yml`, with `@ref` where only that ref counts.',
    },
    builders: {
      kind: 'list',
      entries: 'workflows',
      description:
        'Reusable workflows that you trust to isolate a build, `owner/name/.github/workflows/x.yml@refs/tags/v1.2.3`: what they built reaches SLSA build level 3.',
    },
    'min-slsa-level': {
      kind: 'integer',
      description: 'The least SLSA build level, 0 to 3.',
      min: 0,
      max: 3,
      default: 0,
    },
    'source-ref': {
      kind: 'list',
      entries: 'patterns',
      description: 'Refs that may have started the build, as globs: `refs/heads/main`, `refs/tags/v*`.',
    },
    events: {
      kind: 'list',
      entries: 'events',
      commas: true,
      description: 'Events that may have started the build: `push`, `release`.',
    },
    'deny-self-hosted': {
      kind: 'boolean',
      description: 'Refuses what was signed on a self-hosted runner.',
      default: false,
    },
    'allow-legacy': {
      kind: 'boolean',
      description: "Lets cosign's `.sig` and `.att` tags count, too.",
      default: false,
    },
    require: {
      kind: 'list',
      entries: 'requirements',
      commas: true,
      description:
        'What must be there and verify: `signature`, `provenance`, `sbom`, `vsa`, or URIs of predicate types.',
      default: {
        derived: 'with `bundle`, that every given bundle is valid and binds the subject; else `signature`',
      },
      parse: parseRequirement,
    },
    key: {
      kind: 'path',
      description: 'A file with a PEM public key, in place of an identity; or the PEM text itself.',
    },
    'trusted-root': {
      kind: 'path',
      description: 'A trusted_root.json: verification without the network.',
      default: { derived: 'from `sigstore`' },
    },
    'max-age': {
      kind: 'duration',
      description: 'Refuses signatures that are older: `90d`, `24h`.',
    },
    recursive: {
      kind: 'boolean',
      description: 'Verifies each platform of an index, too.',
      default: true,
    },
    'fail-on-refusal': {
      kind: 'boolean',
      description: 'Fails the step where the artifact is not verified.',
      default: true,
    },
    ...COMMON_INPUTS,
  },
  outputs: {
    verified: {
      kind: 'boolean',
      description: 'Whether everything that is demanded verifies.',
      example: 'true',
      onFailure: false,
    },
    digest: {
      kind: 'string',
      description: 'The digest that was verified.',
      example: 'sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945',
    },
    'slsa-level': {
      kind: 'integer',
      description: 'The SLSA build level that is proven, 0 to 3; of an index the lowest of its parts.',
      example: '2',
    },
    evidence: {
      kind: 'json',
      description:
        'JSON list of everything that was looked at: `subject`, `origin`, `verdict` (`accepted` or `refused`), `reason`, `predicateType`, `certificate`, `signedAt`.',
      example:
        '[{"predicateType":"https://slsa.dev/provenance/v1","reason":"…","subject":"sha256:4f53…","verdict":"accepted"}]',
    },
    ...COMMON_OUTPUTS,
  },
});

function parseRepositoryName(text: string, what: string): string {
  if (/^[\w.-]{1,100}\/[\w.-]{1,100}$/.test(text)) return text;
  throw new SuiteError('INPUT_INVALID', `${what}: ${JSON.stringify(text.slice(0, 80))} is no repository.`, {
    remedy: 'Write owner/name.',
  });
}

const NAMED_REQUIREMENTS = ['signature', 'provenance', 'sbom', 'vsa'] as const;

function parseRequirement(text: string, what: string): Requirement {
  const named = NAMED_REQUIREMENTS.find((known) => known === text);
  if (named !== undefined) return named;
  if (isUri(text)) return text;
  throw new SuiteError(
    'INPUT_INVALID',
    `${what}: ${JSON.stringify(text.slice(0, 80))} is nothing that could be required.`,
    { remedy: `Write ${NAMED_REQUIREMENTS.join(', ')}, or the URI of a predicate type.` },
  );
}

function isUri(text: string): text is `${string}:${string}` {
  return /^[a-z][a-z0-9+.-]*:\S+$/i.test(text);
}
