import { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DocumentContext } from '../../src/document/context.ts';
import { writeDocument } from '../../src/document/write-document.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';
import { inventories, sampleInventory } from '../support/inventories.ts';

const NOW = new Date('2030-01-01T00:00:00Z');
const CONTEXT: DocumentContext = { toolVersion: '1.2.3', created: undefined, now: NOW };
const FORMATS = [
  { name: '1.6', format: 'cyclonedx-json', validator: new JsonStrictValidator(Version.v1dot6) },
  { name: '1.7', format: 'cyclonedx-json@1.7', validator: new JsonStrictValidator(Version.v1dot7) },
] as const;

interface Component {
  readonly 'bom-ref': string;
  readonly [key: string]: unknown;
}
interface Bom {
  readonly serialNumber: string;
  readonly metadata: {
    readonly component: Component;
    readonly timestamp: string;
    readonly [key: string]: unknown;
  };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
  readonly compositions: readonly {
    readonly aggregate: string;
    readonly assemblies?: readonly string[];
    readonly dependencies?: readonly string[];
  }[];
}

function write(
  inventory: Inventory,
  format: (typeof FORMATS)[number]['format'],
  context = CONTEXT,
): { text: string; bom: Bom } {
  const text = Buffer.from(writeDocument(inventory, format, context)).toString();
  return { text, bom: JSON.parse(text) as Bom };
}

/** References that lead nowhere, and components that nobody leads to. */
function judge({ metadata, components, dependencies, compositions }: Bom): void {
  const refs = [metadata.component, ...components].map((component) => component['bom-ref']);
  expect(new Set(refs).size).toBe(refs.length);
  const edges = new Map(dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
  expect([...edges.keys()].sort()).toEqual([...refs].sort());
  const reached = new Set<string>();
  const waiting = [metadata.component['bom-ref']];
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    if (reached.has(ref)) continue;
    reached.add(ref);
    expect(edges.has(ref)).toBe(true);
    waiting.push(...(edges.get(ref) ?? []));
  }
  expect(reached.size).toBe(refs.length);
  const composed = compositions.flatMap(({ dependencies: of = [] }) => of);
  expect([...composed].sort()).toEqual([...refs].sort());
}

describe.each(FORMATS)('CycloneDX $name', ({ format, validator }) => {
  it('is valid, deterministic and connected, whatever the inventory', async () => {
    await fc.assert(
      fc.asyncProperty(inventories, async (inventory) => {
        const { text, bom } = write(inventory, format);
        expect(await validator.validate(text)).toBeNull();
        judge(bom);
        expect(write(inventory, format).text).toBe(text);
      }),
      { numRuns: 100 },
    );
  }, 120_000);

  it('says what is known of an image, and what is not', async () => {
    const { text, bom } = write(sampleInventory(), format, {
      ...CONTEXT,
      author: { name: 'Acme CI', url: 'https://acme.example/ci' },
    });
    expect(await validator.validate(text)).toBeNull();
    judge(bom);
    // The judge can say no.
    expect(await validator.validate(text.replace('"bomFormat"', '"noFormat"'))).not.toBeNull();
    expect(bom.metadata).toMatchObject({
      timestamp: '2026-01-02T03:04:05.000Z',
      lifecycles: [{ phase: 'post-build' }],
      manufacturer: { name: 'Acme CI', url: ['https://acme.example/ci'] },
      supplier: { name: 'Acme' },
      licenses: [{ license: { id: 'CC0-1.0' } }],
      tools: { components: [{ name: 'artifact-lifecycle-sbom', version: '1.2.3' }] },
      properties: [
        {
          name: 'artifact-lifecycle:unknown',
          value: expect.stringContaining('opt/broken.jar: It ends in the middle.'),
        },
      ],
      component: {
        type: 'container',
        name: 'ghcr.io/acme/app',
        version: '1.2.3',
        purl: `pkg:oci/app@sha256:${'b'.repeat(64)}?arch=arm64&repository_url=ghcr.io%2Facme%2Fapp&tag=1.2.3`,
        hashes: [{ alg: 'SHA-256', content: 'b'.repeat(64) }],
      },
    });
    expect(bom.compositions[0]).toEqual({
      aggregate: 'incomplete',
      assemblies: [bom.metadata.component['bom-ref']],
      dependencies: [bom.metadata.component['bom-ref']],
    });
    const byName = new Map(bom.components.map((component) => [component['name'], component]));
    expect(byName.get('core')).toMatchObject({
      group: '@babel',
      manufacturer: { name: 'Babel Team', url: ['https://babel.dev/team'] },
      licenses: [
        { license: { id: 'MIT', acknowledgement: 'declared' } },
        { license: { id: 'MIT', acknowledgement: 'concluded' } },
      ],
      externalReferences: expect.arrayContaining([
        {
          type: 'distribution',
          url: 'https://registry.npmjs.org/@babel/core/-/core-1.0.tgz',
          hashes: [{ alg: 'SHA-512', content: 'c'.repeat(128) }],
        },
        { type: 'vcs', url: 'https://github.com/babel/babel.git' },
      ]),
      evidence: {
        identity: [{ field: 'purl', concludedValue: 'pkg:npm/%40babel/core@1.0' }],
        occurrences: [{ location: 'opt/core', additionalContext: `layer sha256:${'a'.repeat(64)}` }],
      },
    });
    expect(byName.get('libc6')).toMatchObject({
      supplier: { name: 'GNU Libc Maintainers' },
      manufacturer: { contact: [{ email: 'debian-glibc@lists.debian.org' }] },
      licenses: expect.arrayContaining([
        { expression: 'LGPL-2.1-or-later AND GPL-2.0-only', acknowledgement: 'declared' },
      ]),
    });
    expect(byName.get('libgcc-s1')).toMatchObject({
      supplier: { name: 'Debian GNU/Linux', url: ['https://www.debian.org/'] },
      properties: expect.arrayContaining([
        { name: 'artifact-lifecycle:contains', value: 'pkg:generic/inside@1' },
        { name: 'artifact-lifecycle:unknown', value: 'licence' },
      ]),
    });
    expect(byName.get('demo')).toMatchObject({
      scope: 'excluded',
      licenses: [{ license: { name: 'Acme EULA' } }],
      properties: expect.arrayContaining([
        { name: 'artifact-lifecycle:unknown', value: 'version' },
        { name: 'bsi:component:filename', value: 'demo-1.0.jar' },
      ]),
    });
    // Packages of the distribution hang below it.
    const edges = new Map(bom.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
    expect(edges.get(bom.metadata.component['bom-ref'])).toEqual([
      'pkg:generic/debian@12',
      'pkg:maven/org.acme/demo',
      'pkg:npm/%40babel/core@1.0',
    ]);
    expect(edges.get('pkg:generic/debian@12')).toHaveLength(1);
  });

  it('has a serial number of its content, and the date of the image unless another is given', () => {
    const one = write(sampleInventory(), format).bom;
    const later = write(sampleInventory(), format, { ...CONTEXT, now: new Date() }).bom;
    expect(later).toEqual(one);
    const given = write(sampleInventory(), format, { ...CONTEXT, created: new Date(1_700_000_000_000) }).bom;
    expect(given.metadata.timestamp).toBe('2023-11-14T22:13:20.000Z');
    expect(given.serialNumber).not.toBe(one.serialNumber);
    expect(one.serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });
});
