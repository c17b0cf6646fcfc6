import {
  DOCUMENT_FORMATS,
  type Inventory,
  type Package,
  parseDocument,
  writeDocument,
} from '@artifact-lifecycle/sbom';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makePackage, sampleInventory } from '../../../sbom/test/support/inventories.ts';
import { dependentsOf } from '../../src/index.ts';

const CONTEXT = { toolVersion: '1.2.3', created: undefined, now: new Date(0) };

/** Only what the graph is made of. */
const packageOf = (id: string, dependsOn: readonly string[] = [], isDirect = false): Package =>
  ({ id, purl: id.replace(/~.*$/, ''), dependsOn, isDirect }) as unknown as Package;
const inventoryOf = (...packages: readonly Package[]): Inventory => ({ packages }) as unknown as Inventory;

describe('who depends on whom', () => {
  it('is said by purl, once, of all packages of a purl together', () => {
    const inventory = inventoryOf(
      packageOf('pkg:npm/app', ['pkg:npm/a~1', 'pkg:npm/a~2', 'pkg:npm/gone']),
      packageOf('pkg:npm/a~1', ['pkg:npm/b']),
      packageOf('pkg:npm/a~2', ['pkg:npm/a~1']),
      packageOf('pkg:npm/b'),
    );
    expect([...dependentsOf(inventory)]).toEqual([
      ['pkg:npm/a', ['pkg:npm/app']],
      ['pkg:npm/b', ['pkg:npm/a']],
    ]);
  });

  /** Who depends on whom by number, and which packages somebody asked for by name. */
  const graphs = fc.integer({ min: 1, max: 8 }).chain((size) =>
    fc.array(
      fc.record({
        dependsOn: fc.uniqueArray(fc.nat(size - 1), { maxLength: 3 }),
        isDirect: fc.boolean(),
      }),
      { minLength: size, maxLength: size },
    ),
  );

  it.each(DOCUMENT_FORMATS)('is the same in the document of an inventory: %s', (format) => {
    const purlOf = (number: number): string => `pkg:npm/p${number}@1.0`;
    fc.assert(
      fc.property(graphs, (graph) => {
        const packages = graph.map(({ dependsOn, isDirect }, number) =>
          makePackage('npm', `p${number}`, { dependsOn: dependsOn.map(purlOf), isDirect }),
        );
        const inventory = { ...sampleInventory(), packages };
        const { dependents } = parseDocument(writeDocument(inventory, format, CONTEXT));
        const own = dependentsOf(inventory);
        for (const { purl = '', isDirect } of packages) {
          const [above = [], said = []] = [own.get(purl), dependents.get(purl)];
          expect(said.filter((one) => one !== '')).toEqual(above.filter((one) => one !== ''));
          // The document hangs below its root what nobody needs, too, and one of each circle.
          if (isDirect || above.length === 0) expect(said).toContain('');
        }
      }),
      { numRuns: 60 },
    );
  });

  it('says of what was asked for by name that something above wants it', () => {
    const inventory = inventoryOf(packageOf('pkg:npm/app', ['pkg:npm/a']), packageOf('pkg:npm/a', [], true));
    expect(dependentsOf(inventory).get('pkg:npm/a')).toEqual(['', 'pkg:npm/app']);
  });
});
