import type { Inventory, Package } from '@artifact-lifecycle/sbom';
import { describe, expect, it } from '@jest/globals';
import { dependentsOf } from '../../src/index.ts';

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

  it('says of what was asked for by name that something above wants it', () => {
    const inventory = inventoryOf(packageOf('pkg:npm/app', ['pkg:npm/a']), packageOf('pkg:npm/a', [], true));
    expect(dependentsOf(inventory).get('pkg:npm/a')).toEqual(['', 'pkg:npm/app']);
  });
});
