import { beforeAll, expect, it } from '@jest/globals';
import { npmInstalled } from '../../packages/sbom/src/cataloguers/javascript/npm-installed.ts';
import { catalogue } from '../../packages/sbom/test/support/files.ts';
import { edgesOf, nameOf, namesOf, packageOf } from '../../packages/sbom/test/support/packages.ts';
import { NODE_20_ALPINE, unpackPackage } from '../support/npm-packages.ts';
import { describeWithTools } from '../support/tools.ts';

describeWithTools('the npm packages of node:20-alpine', ['npm'], ({ npm }) => {
  const files: Record<string, Buffer> = {};
  beforeAll(async () => {
    for (const one of NODE_20_ALPINE) {
      for (const [path, bytes] of await unpackPackage(npm, one)) files[path] = bytes;
    }
  }, 120_000);

  it('are 193, in 204 places', () => {
    const { packages, reports } = catalogue(npmInstalled, files);
    expect(packages).toHaveLength(204);
    expect(new Set(namesOf(packages)).size).toBe(193);
    expect(reports).toEqual([]);
  });

  it('are asked for three at most, and know what they need', () => {
    const { packages } = catalogue(npmInstalled, files);
    const direct = packages.filter(({ isDirect }) => isDirect === true).map(nameOf);
    expect(direct.sort()).toEqual(['corepack@0.34.0', 'npm@10.8.2']);
    const npmItself = packageOf(packages, 'npm@10.8.2');
    expect(npmItself.dependsOn).toContain('usr/local/lib/node_modules/npm/node_modules/@npmcli/arborist');
    expect(npmItself.completeness).toBe('complete');
    expect(edgesOf(packages)).toContain('wrap-ansi@8.1.0 → string-width@5.1.2');
    expect(edgesOf(packages)).toContain('string-width@4.2.3 → emoji-regex@8.0.0');
    const incomplete = packages.filter(({ completeness }) => completeness === 'incomplete').map(nameOf);
    expect(incomplete).toEqual([]);
  });
});
