import { SuiteError } from '@artifact-lifecycle/core';
import { COMMON_INPUTS, COMMON_OUTPUTS, defineAction } from '@artifact-lifecycle/core/action';
import { parseReference } from '@artifact-lifecycle/registry';

/** What a workflow can write under `uses: …/actions/sign-attest`, and read from it (contract: "sign-attest"). */
export const signAttest = defineAction({
  name: 'sign-attest',
  title: 'Sign and attest',
  description:
    'Signs digests keylessly with Sigstore or with a key, and attests to their SLSA provenance, their SBOM or any predicate.',
  branding: { icon: 'edit-3', color: 'blue' },
  inputs: {
    subject: {
      kind: 'list',
      entries: 'images',
      description:
        'Images to sign: `host/name:tag`, `host/name@sha256:…`, `oci:DIR[:tag|@digest]`. Each is resolved to a digest once.',
      default: { derived: "the runner's artifact list" },
      parse: parseReference,
    },
    'subject-path': {
      kind: 'list',
      entries: 'globs',
      description: 'Files to sign, as globs from the workspace.',
    },
    'subject-name': {
      kind: 'string',
      description: 'Name of a subject that is neither image nor file; with `subject-digest`.',
    },
    'subject-digest': {
      kind: 'string',
      description: 'Digest of that subject, `sha256:…`.',
      parse: parseSubjectDigest,
    },
    recursive: {
      kind: 'boolean',
      description: 'Of an index, signs and attests the index and each platform.',
      default: true,
    },
    sign: {
      kind: 'boolean',
      description: 'Makes a signature that cosign reads.',
      default: true,
    },
    provenance: {
      kind: 'boolean',
      description: "Attests to SLSA v1 provenance, made from the verified claims of the run's OIDC token.",
      default: true,
    },
    sbom: {
      kind: 'list',
      entries: 'files',
      description:
        'SBOM documents (CycloneDX or SPDX, JSON) to attest; each goes to the manifest that it describes.',
    },
    'predicate-type': {
      kind: 'string',
      description: 'URI of another predicate to attest; with `predicate-path`.',
      parse: parseUri,
    },
    'predicate-path': {
      kind: 'path',
      description: 'The JSON file of that predicate.',
    },
    'push-to-registry': {
      kind: 'boolean',
      description: 'Keeps bundles beside the image, as OCI referrers.',
      default: true,
    },
    'github-attestations': {
      kind: 'enum',
      allowed: ['auto', 'true', 'false'],
      description:
        "Keeps bundles in GitHub's attestations API, too: `true`, `false`, or `auto`: where it exists and is permitted.",
      default: 'auto',
    },
    'legacy-cosign-tags': {
      kind: 'boolean',
      description:
        'Also writes `.sig` and `.att` tags, for readers older than cosign 2.6. They need Rekor v1 or a key.',
      default: false,
    },
    key: {
      kind: 'secret',
      description:
        "A PEM private key (PKCS#8, also encrypted, or cosign's own format), or a file that holds one: signs with it in place of a certificate.",
    },
    'key-password': { kind: 'secret', description: 'The password of the key.' },
    'fulcio-url': {
      kind: 'string',
      description: 'Another certificate authority.',
      default: { derived: 'from `sigstore`' },
      parse: parseServiceUrl,
    },
    'rekor-url': {
      kind: 'string',
      description: 'Another transparency log; `none` leaves the log out.',
      default: { derived: 'from `sigstore`' },
      parse: parseLogUrl,
    },
    'rekor-version': {
      kind: 'integer',
      description: 'The API of that log, 1 or 2.',
      min: 1,
      max: 2,
      default: { derived: 'from `sigstore`; 2 for another log' },
    },
    'tsa-url': {
      kind: 'string',
      description: 'Another timestamp authority.',
      default: { derived: 'from `sigstore`' },
      parse: parseServiceUrl,
    },
    'trusted-root': {
      kind: 'path',
      description: 'The trusted_root.json of another instance: what was signed is verified with it.',
      default: { derived: 'from `sigstore`' },
    },
    'output-dir': {
      kind: 'path',
      description: 'Directory for bundles: `*.sigstore.json`, and all in `attestations.jsonl`.',
      default: 'attestations',
    },
    ...COMMON_INPUTS,
  },
  outputs: {
    bundles: {
      kind: 'json',
      description:
        'JSON list with an entry a bundle: `subject`, `digest`, `predicateType`, `path`, `referrer` (digest in the registry).',
      example:
        '[{"digest":"sha256:4f53…","path":"attestations/api-provenance.sigstore.json","predicateType":"https://slsa.dev/provenance/v1","referrer":"sha256:9c1e…","subject":"ghcr.io/acme/api"}]',
    },
    'bundle-path': {
      kind: 'path',
      description: 'The file that holds all bundles, one a line.',
      example: 'attestations/attestations.jsonl',
    },
    'attestation-ids': {
      kind: 'lines',
      description: "Ids in GitHub's attestations API, one a line.",
      example: '4711',
    },
    'attestation-urls': {
      kind: 'lines',
      description: 'Pages of these attestations, one a line.',
      example: 'https://github.com/acme/api/attestations/4711',
    },
    'verify-command': {
      kind: 'string',
      description: 'A command that verifies what was signed.',
      example: 'cosign verify ghcr.io/acme/api@sha256:4f53… --certificate-identity …',
    },
    ...COMMON_OUTPUTS,
  },
});

function parseSubjectDigest(text: string, what: string): string {
  if (/^sha256:[0-9a-f]{64}$/.test(text)) return text;
  throw new SuiteError('INPUT_INVALID', `${what}: ${JSON.stringify(text.slice(0, 90))} is no digest.`, {
    remedy: 'Write sha256: and 64 hexadecimal digits in lower case.',
  });
}

function parseUri(text: string, what: string): string {
  if (URL.canParse(text) && /^[a-z][a-z0-9+.-]*:\S+$/i.test(text)) return text;
  throw new SuiteError('INPUT_INVALID', `${what}: ${JSON.stringify(text.slice(0, 80))} is no URI.`, {
    remedy: 'A predicate type looks like https://example.com/tested/v1.',
  });
}

function parseServiceUrl(text: string, what: string): string {
  if (URL.canParse(text) && /^https?:\/\//.test(text)) return text.replace(/\/+$/, '');
  throw new SuiteError('INPUT_INVALID', `${what}: ${JSON.stringify(text.slice(0, 80))} is no URL.`, {
    remedy: 'Write an https:// URL.',
  });
}

function parseLogUrl(text: string, what: string): string {
  return text === 'none' ? text : parseServiceUrl(text, what);
}
