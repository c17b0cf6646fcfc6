import { SuiteError } from '@artifact-lifecycle/core';
import { COMMON_INPUTS, COMMON_OUTPUTS, defineAction } from '@artifact-lifecycle/core/action';
import { parseReference } from '@artifact-lifecycle/registry';
import { DOCUMENT_FORMATS, type DocumentFormat } from '@artifact-lifecycle/sbom';
import { VULNERABILITY_INPUTS } from './vulnerability-inputs.ts';

/** What a workflow can write under `uses: …/actions/sbom`, and read from it (contract: "sbom"). */
export const sbom = defineAction({
  name: 'sbom',
  title: 'List what is inside',
  description:
    'Lists what is inside an image, read layer by layer from its registry, or a directory, as CycloneDX and SPDX, attaches the list to the image, and says what is known against it.',
  branding: { icon: 'list', color: 'blue' },
  inputs: {
    image: {
      kind: 'string',
      description:
        'The image to describe: `host/name:tag`, `host/name@sha256:…`, `host/name:tag@sha256:…`, `oci:DIR[:tag|@digest]` or `docker-archive:FILE`. It is resolved to a digest once. Either `image` or `path` is required.',
      parse: parseReference,
    },
    path: {
      kind: 'path',
      description:
        'A directory or file to describe, from the workspace. In a directory lock files count beside what is installed; of a CycloneDX or SPDX document in JSON the packages that it lists are meant.',
    },
    platforms: {
      kind: 'enum-or-list',
      allowed: ['all'],
      entries: 'platforms',
      commas: true,
      description:
        'Which platforms of an index to describe: `all`, or a list such as `linux/amd64`. Without a variant every variant is meant.',
      default: 'all',
      parse: parsePlatform,
    },
    formats: {
      kind: 'list',
      entries: 'formats',
      commas: true,
      description:
        'What to write: `cyclonedx-json` (1.6), `cyclonedx-json@1.7`, `spdx-json` (2.3), `spdx-json@3.0`.',
      default: ['cyclonedx-json'],
      parse: parseFormat,
    },
    'output-dir': {
      kind: 'path',
      description:
        'Directory for the files `<name>-<platform>.cdx.json` (1.7: `.cdx17.json`), `.spdx.json`, `.spdx3.json`; made where it is missing.',
      default: 'sbom',
    },
    attach: {
      kind: 'boolean',
      description:
        'Pushes each document as an OCI referrer of the manifest that it describes, and for an index a document that leads to those of its platforms.',
      default: false,
    },
    'diff-with': {
      kind: 'string',
      description:
        'An image, or the file of a CycloneDX or SPDX document, to compare with: packages that were added, removed and changed since.',
    },
    ...VULNERABILITY_INPUTS,
    ...COMMON_INPUTS,
  },
  outputs: {
    sboms: {
      kind: 'json',
      description:
        'JSON list with an entry a document: `platform`, `digest` of what it describes, `format`, `path`, `sha256` of the file, `packages` (how many), `referrer` (digest of what is attached).',
      example:
        '[{"digest":"sha256:4f53…","format":"cyclonedx-json","packages":214,"path":"sbom/api-linux-amd64.cdx.json","platform":"linux/amd64","referrer":"sha256:9c1e…","sha256":"77ab…"}]',
    },
    sbom: {
      kind: 'path',
      description: 'The path of the first document.',
      example: 'sbom/api-linux-amd64.cdx.json',
    },
    packages: {
      kind: 'integer',
      description: 'How many distinct packages were found, on all platforms together.',
      example: '214',
    },
    diff: {
      kind: 'json',
      description:
        'JSON with `diff-with`: `added`, `removed` and `changed` packages, each with `type`, `name` and versions: `versions` of one side, or `before` and `after`.',
      example:
        '{"added":[{"licences":["Zlib"],"name":"zlib","type":"apk","versions":["1.3.1-r2"]}],"changed":[],"removed":[],"unchanged":213}',
    },
    vulnerabilities: {
      kind: 'json',
      description:
        'JSON with `vulnerabilities`: how many findings there are of each severity, `unknown` being what nobody has rated, without those that VEX or `ignore` excuse; `error` with `code` and `message` in their place where it could not be asked.',
      example: '{"critical":1,"high":3,"low":7,"medium":12,"none":0,"unknown":2}',
    },
    'sarif-file': {
      kind: 'path',
      description: 'The path of the SARIF file, where one was written.',
      example: 'sbom/api.sarif',
    },
    'vdr-file': {
      kind: 'path',
      description: 'The path of the vulnerability report, where one was written.',
      example: 'sbom/api.vdr.json',
    },
    ...COMMON_OUTPUTS,
    json: {
      ...COMMON_OUTPUTS.json,
      example: '{"digest":"sha256:…","ecosystems":{"npm":193,"apk":17},"unknowns":[]}',
    },
    'json-file': {
      ...COMMON_OUTPUTS['json-file'],
      example: '/home/runner/work/_temp/sbom-x7Yk2p/sbom.json',
    },
    'error-code': { ...COMMON_OUTPUTS['error-code'], example: 'DIGEST_MISMATCH' },
  },
});

/** `os/architecture[/variant]`, as docker writes it. */
const PLATFORM = /^[a-z0-9_.-]{1,64}\/[a-z0-9_.-]{1,64}(?:\/[a-z0-9_.-]{1,64})?$/i;

function parsePlatform(text: string, what: string): string {
  if (PLATFORM.test(text)) return text.toLowerCase();
  throw new SuiteError('INPUT_INVALID', `${what}: ${JSON.stringify(text.slice(0, 80))} is no platform.`, {
    remedy: 'Write os/architecture, such as linux/arm64 or linux/arm/v7.',
  });
}

function parseFormat(text: string, what: string): DocumentFormat {
  const format = DOCUMENT_FORMATS.find((known) => known === text || ALIASES.get(text) === known);
  if (format !== undefined) return format;
  throw new SuiteError(
    'INPUT_INVALID',
    `${what}: ${JSON.stringify(text.slice(0, 80))} is no format of documents.`,
    { remedy: `Write one of ${DOCUMENT_FORMATS.join(', ')}.` },
  );
}

/** The default versions, written out. */
const ALIASES: ReadonlyMap<string, DocumentFormat> = new Map([
  ['cyclonedx-json@1.6', 'cyclonedx-json'],
  ['spdx-json@2.3', 'spdx-json'],
]);
