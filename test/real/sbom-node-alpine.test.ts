import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { seed } from '../../packages/testing/src/index.ts';
import { startRealRegistry } from '../../packages/tooling/src/bench/real-registry.ts';
import { type ListedPackage, listPackages } from '../../packages/tooling/src/bench/sbom/listed-package.ts';
import {
  APK_PACKAGES,
  makeNodeAlpineImage,
  NODE_VERSION,
} from '../../packages/tooling/src/bench/sbom/node-alpine-image.ts';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import { runAction } from '../support/runner.ts';
import { describeWithTools } from '../support/tools.ts';

const MINUTES = 60_000;

/**
 * What npm 10.8.2, corepack 0.34.0 and yarn 1.22.22 bring, as their packages in the registry are: 204 package roots,
 * some of them the same package twice.
 */
const NPM_PACKAGES = 193;

describeWithTools('the content of node:20-alpine, through the whole action', ['registry', 'npm'], (tools) => {
  let workplace: Workplace;
  let packages: readonly ListedPackage[] = [];

  beforeAll(async () => {
    workplace = await openWorkplace('sbom-node-alpine');
    const { content } = await makeNodeAlpineImage();
    const storage = await workplace.place('registry');
    const registry = await startRealRegistry('distribution', tools.registry, storage);
    workplace.onClose(() => registry.stop());
    await seed(`http://${registry.host}`, 'library/node', content, { tags: ['20-alpine'] });
    const directory = await workplace.place('job');
    const result = await runAction('sbom', {
      inputs: { image: `${registry.host}/library/node:20-alpine` },
      directory,
    });
    if (result.exitCode !== 0) throw new Error(`sbom failed:\n${result.log}`);
    const document = await readFile(join(directory, 'workspace', result.outputs.get('sbom') ?? ''), 'utf8');
    packages = listPackages(document);
  }, 5 * MINUTES);
  afterAll(() => workplace.close());

  const of = (type: string): readonly string[] =>
    packages
      .filter((listed) => listed.type === type)
      .map(({ name, version }) => `${name} ${version}`)
      .sort();

  it(`has ${NPM_PACKAGES} npm packages, each listed once`, () => {
    const npm = of('npm');
    expect(new Set(npm).size).toBe(npm.length);
    expect(npm).toHaveLength(NPM_PACKAGES);
    expect(npm).toEqual(expect.arrayContaining(['npm 10.8.2', 'corepack 0.34.0', 'yarn 1.22.22']));
  });

  it('has the packages of the apk database, all and no other', () => {
    expect(of('apk')).toEqual(APK_PACKAGES.map((text) => `alpine/${text}`));
  });

  it('has the distribution, Node by its program, and no busybox beside that of apk', () => {
    expect(of('generic')).toEqual(['alpine 3.21.3', `node ${NODE_VERSION}`]);
  });
});
