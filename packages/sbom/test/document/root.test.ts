import { describe, expect, it } from '@jest/globals';
import { describeRoot } from '../../src/document/root.ts';
import { IMAGE, makePackage, sampleInventory } from '../support/inventories.ts';

const CONTEXT = { toolVersion: '1', created: undefined, now: new Date(0) };

describe('describeRoot', () => {
  it.each([
    { name: 'ghcr.io/acme/app', url: 'ghcr.io%2Facme%2Fapp' },
    { name: 'localhost:5000/app', url: 'localhost:5000%2Fapp' },
    { name: 'registry:5000/app', url: 'registry:5000%2Fapp' },
    { name: './build/layout', url: undefined },
    { name: '/home/somebody/layout', url: undefined },
    { name: 'layout', url: undefined },
  ])('names the registry of $name, where there is one', ({ name, url }) => {
    const { purl } = describeRoot({ ...sampleInventory(), subject: { ...IMAGE, name } }, CONTEXT);
    expect(/repository_url=([^&]+)/.exec(purl ?? '')?.[1]).toBe(url);
  });

  it('has a reference unlike that of any package', () => {
    const subject = { kind: 'directory', name: 'app', version: '1' } as const;
    const packages = [makePackage('generic', 'app', { version: '1' })];
    expect(describeRoot({ ...sampleInventory(), subject, packages }, CONTEXT).ref).toBe('pkg:generic/app@1~');
  });
});
