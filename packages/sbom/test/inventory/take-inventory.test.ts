import { describe, expect, it } from '@jest/globals';
import type { Cataloguer } from '../../src/cataloguers/cataloguer.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';
import type { FoundPackage } from '../../src/inventory/package.ts';
import { takeInventory } from '../../src/inventory/take-inventory.ts';

const at = (path: string, facts: unknown = {}) => ({ path, layer: undefined, facts, earlier: [] });

function cataloguer(name: string, assemble: () => readonly FoundPackage[]): Cataloguer<unknown> {
  return { name, origins: ['directory'], selects: { maxBytes: 1 }, read: () => undefined, assemble };
}

function take(...cataloguers: readonly Cataloguer<unknown>[]): Inventory {
  return takeInventory({
    subject: { kind: 'directory', name: 'src', version: undefined },
    cataloguers,
    scan: {
      evidence: new Map(cataloguers.map(({ name }) => [name, [at(`${name}.lock`)]])),
      layers: [],
      unknowns: [],
      resolve: (path) => path,
    },
  });
}

const found = (change: Partial<FoundPackage> = {}): FoundPackage => ({
  key: 'a',
  type: 'cargo',
  name: 'a',
  version: '1.0.0',
  occurrences: [{ path: 'good.lock' }],
  ...change,
});

describe('takeInventory', () => {
  it('loses nothing but what one cataloguer cannot make packages of', () => {
    const { packages, unknowns } = take(
      cataloguer('bad', () => {
        throw new RangeError('Maximum call stack size exceeded');
      }),
      cataloguer('good', () => [found()]),
    );
    expect(packages.map(({ id }) => id)).toEqual(['pkg:cargo/a@1.0.0']);
    expect(unknowns).toEqual([
      { path: 'bad.lock', by: 'bad', reason: expect.stringContaining('Maximum call stack') },
    ]);
  });

  it.each([
    { name: 'name', change: { name: 'n'.repeat(5000) } },
    { name: 'version', change: { version: '1'.repeat(5000) } },
    { name: 'namespace', change: { namespace: 'n'.repeat(5000) } },
  ])('lists a package as unknown whose $name is longer than anybody reads', ({ change }) => {
    const { packages, unknowns } = take(cataloguer('good', () => [found(), found({ key: 'b', ...change })]));
    expect(packages).toHaveLength(1);
    expect(unknowns).toEqual([{ path: 'good.lock', by: 'good', reason: expect.stringMatching(/5000/) }]);
  });

  it.each([
    {
      name: 'a token of HTTP',
      qualifiers: { vcs_url: 'git+https://ghp_x:y@github.com/a/b@c0ffee' },
      expected: { vcs_url: 'git+https://github.com/a/b@c0ffee' },
    },
    {
      name: 'a token that has an at sign',
      qualifiers: { repository_url: 'https://user:p@ss@host.example/maven' },
      expected: { repository_url: 'https://host.example/maven' },
    },
    { name: 'a place on a machine', qualifiers: { download_url: 'file:///home/me/x' }, expected: {} },
    {
      name: 'no user of SSH',
      qualifiers: { vcs_url: 'git+ssh://git@github.com/a/b@c0ffee' },
      expected: { vcs_url: 'git+ssh://git@github.com/a/b@c0ffee' },
    },
    {
      name: 'nothing of a public address',
      qualifiers: { vcs_url: 'git+https://github.com/a/b@c0ffee', arch: 'file:x' },
      expected: { vcs_url: 'git+https://github.com/a/b@c0ffee', arch: 'file:x' },
    },
  ])('leaves $name out of purls', ({ qualifiers, expected }) => {
    const { packages } = take(cataloguer('good', () => [found({ qualifiers })]));
    expect(packages[0]?.qualifiers).toEqual(expected);
    expect(packages[0]?.purl).not.toMatch(/ghp_x|p%40ss|home/);
  });
});
