import { describe, expect, it } from '@jest/globals';
import { hangBelow } from '../../src/document/graph.ts';
import { makePackage } from '../support/inventories.ts';

describe('hangBelow', () => {
  it('follows a package that needs two hundred thousand others', () => {
    const others = Array.from({ length: 200_000 }, (_, at) => makePackage('npm', `p${at}`));
    const all = makePackage('npm', 'all', { dependsOn: others.map(({ id }) => id) });
    const graph = hangBelow('root', [all, ...others]);
    expect(graph.get('root')).toEqual([all.id]);
    expect(graph.get(all.id)).toHaveLength(200_000);
  });
});
