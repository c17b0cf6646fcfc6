import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DocumentFormat } from '../../packages/sbom/src/document/format.ts';
import { type Inventory, writeDocument, writeIndexDocument } from '../../packages/sbom/src/index.ts';
import { inventories, sampleInventory } from '../../packages/sbom/test/support/inventories.ts';
import { describeWithTools } from '../support/tools.ts';

const run = promisify(execFile);

const CONTEXT = {
  toolVersion: '1.2.3',
  created: undefined,
  now: new Date(0),
  author: { name: 'Acme CI', url: 'https://acme.example/ci' },
};
const FORMATS = [
  { format: 'spdx-json', version: 'spdx2', extension: '.spdx.json' },
  { format: 'spdx-json@3.0', version: 'spdx3', extension: '.spdx3.json' },
] as const;

/** Each run of SPDX's tool starts a virtual machine of Java: some seconds, on a busy machine twenty. */
const JAVA_TIMEOUT = 300_000;

/** The sample, of whose packages nobody knows the version or supplier of one. */
function knownInventory(): Inventory {
  const sample = sampleInventory();
  const packages = sample.packages.filter(({ version }) => version !== undefined);
  return { ...sample, packages, unknowns: [] };
}

describeWithTools('documents and the tools of SPDX', ['spdx-tools', 'ntia-checker'], (tools) => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sbom-documents-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function store(name: string, document: Uint8Array): Promise<string> {
    const file = join(folder, name);
    await writeFile(file, document);
    return file;
  }

  async function verify(file: string): Promise<string> {
    const { stdout } = await run(tools['spdx-tools'], ['Verify', file]).catch(
      (error: { stdout: string }) => error,
    );
    return stdout.trim();
  }

  it.each(FORMATS)(
    'SPDX verifies $format: an image, an index, a hostile inventory',
    async ({ format, extension }) => {
      const image = writeDocument(sampleInventory(), format, CONTEXT);
      const documents = [image, writeIndex(image, format)];
      for (const inventory of fc.sample(inventories, { numRuns: 1, seed: 5 })) {
        documents.push(writeDocument(inventory, format, CONTEXT));
      }
      for (const [index, document] of documents.entries()) {
        const said = await verify(await store(`${index}${extension}`, document));
        expect(said).toMatch(/This SPDX Document is valid\.$/);
      }
      const broken = Buffer.from(image)
        .toString()
        .replace(/("relationshipType": ")contains/i, '$1bogus');
      expect(await verify(await store(`broken${extension}`, Buffer.from(broken)))).not.toMatch(/is valid/);
    },
    JAVA_TIMEOUT,
  );

  it.each(FORMATS)(
    'NTIA finds its minimum elements in $format, and what is not known where it is not',
    async ({ format, version, extension }) => {
      const known = await judge(
        await store(`known${extension}`, writeDocument(knownInventory(), format, CONTEXT)),
        version,
      );
      expect(known).toMatchObject({
        isConformant: true,
        validationMessages: [],
        parsingError: [],
        authorNameProvided: true,
        timestampProvided: true,
        dependencyRelationshipsProvided: true,
      });
      const unknown = await judge(
        await store(`unknown${extension}`, writeDocument(sampleInventory(), format, CONTEXT)),
        version,
      );
      expect(unknown).toMatchObject({
        isConformant: false,
        componentVersions: { nonconformantComponents: ['org.acme:demo'] },
        componentSuppliers: { nonconformantComponents: ['org.acme:demo'] },
      });
    },
    JAVA_TIMEOUT,
  );

  async function judge(file: string, version: string): Promise<unknown> {
    const output = `${file}.judged`;
    await run(tools['ntia-checker'], [
      '--sbom-spec',
      version,
      '--output',
      'json',
      '--output-file',
      output,
      file,
    ]).catch((error: { code: number }) => error);
    return JSON.parse(await readFile(output, 'utf8'));
  }
});

function writeIndex(document: Uint8Array, format: DocumentFormat): Uint8Array {
  const platforms = [
    { digest: `sha256:${'1'.repeat(64)}`, platform: { os: 'linux', architecture: 'amd64' }, document },
  ];
  const subject = {
    name: 'ghcr.io/acme/app',
    version: '1',
    digest: `sha256:${'2'.repeat(64)}`,
    labels: {},
    created: undefined,
  };
  return writeIndexDocument(subject, platforms, format, CONTEXT);
}
