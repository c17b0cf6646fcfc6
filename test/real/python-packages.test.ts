import { beforeAll, expect, it } from '@jest/globals';
import { pythonInstalled } from '../../packages/sbom/src/cataloguers/python/installed.ts';
import { normalizeName } from '../../packages/sbom/src/cataloguers/python/requirement.ts';
import { catalogue } from '../../packages/sbom/test/support/files.ts';
import { askPip, installPackages, type PipPackage, readSite, SITE } from '../support/python-packages.ts';
import { describeWithTools } from '../support/tools.ts';

describeWithTools('packages that pip installed', ['python3'], ({ python3 }) => {
  let files: Readonly<Record<string, Buffer>> = {};
  let pip: readonly PipPackage[] = [];
  beforeAll(async () => {
    const folder = await installPackages(python3);
    [files, pip] = [readSite(folder), await askPip(python3, folder)];
  }, 300_000);

  /** Those in the site itself; pip does not look into what setuptools vendors. */
  const installed = (): readonly PipPackage[] => {
    const { packages } = catalogue(pythonInstalled, files);
    const own = packages.filter(({ key }) => key.split('/').length === SITE.split('/').length + 2);
    const names = new Map(own.map(({ key, name }) => [key, normalizeName(name)]));
    return own
      .map(({ name, version = '', isDirect, dependsOn = [] }) => ({
        name,
        version,
        requested: isDirect === true,
        needs: dependsOn.flatMap((key) => names.get(key) ?? []).sort(),
      }))
      .sort((a, b) => (normalizeName(a.name) < normalizeName(b.name) ? -1 : 1));
  };

  it('are those that pip lists, with what was asked for and what each needs', () => {
    expect(pip.length).toBeGreaterThan(15);
    expect(pip.filter(({ requested }) => requested)).toHaveLength(5);
    expect(installed()).toEqual(pip);
  });

  it('have licences, and lack nothing they need', () => {
    const { packages, reports } = catalogue(pythonInstalled, files);
    expect(reports).toEqual([]);
    // A package that setuptools tests itself with, and installs with its tests.
    const unlicensed = packages.filter(({ licences }) => licences?.length === 0).map(({ name }) => name);
    expect(unlicensed).toEqual(['my-test-package']);
    expect(packages.filter(({ completeness }) => completeness !== 'complete').map(({ key }) => key)).toEqual(
      [],
    );
  });

  it('include what setuptools vendors, led to from it', () => {
    const { packages } = catalogue(pythonInstalled, files);
    const vendored = packages.filter(({ key }) => key.includes('/setuptools/_vendor/'));
    const setuptools = packages.find(({ key }) => /site-packages\/setuptools-[^/]+\/METADATA$/.test(key));
    expect(vendored.length).toBeGreaterThan(10);
    expect(setuptools?.dependsOn).toEqual(vendored.map(({ key }) => key));
  });
});
