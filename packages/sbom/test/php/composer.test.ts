import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { composerInstalled, composerLock } from '../../src/cataloguers/php/composer.ts';
import { catalogue } from '../support/files.ts';
import { edgesOf, nameOf, namesOf, packageOf } from '../support/packages.ts';

const A = {
  name: 'Acme/A',
  version: 'v1.0.0',
  source: { type: 'git', url: 'https://github.com/acme/a.git', reference: '0123abc' },
  dist: {
    type: 'zip',
    url: 'https://api.github.com/repos/acme/a/zipball/0123abc',
    shasum: 'DA39A3EE5E6B4B0D3255BFEF95601890AFD80709',
  },
  require: {
    php: '>=8',
    'ext-json': '*',
    'composer-runtime-api': '^2',
    'acme/b': '^1',
    'psr/log-implementation': '1.0',
  },
  license: ['MIT', 'GPL-2.0-or-later'],
  authors: [{ name: 'Ann', email: 'ann@x.example', homepage: 'https://ann.example' }],
  description: 'An A.',
  homepage: 'https://a.example',
};
const B = {
  name: 'acme/b',
  version: '2.0.0',
  license: 'BSD-3-Clause',
  provide: { 'psr/log-implementation': '1.0' },
  dist: { shasum: '' },
};
const T = { name: 'acme/t', version: '3.0.0', require: { 'acme/missing': '*' } };

const PROJECT = '{"require": {"php": ">=8", "acme/a": "*"}, "require-dev": {"acme/t": "*"}}';

const EXPECTED = [
  ['acme/a@v1.0.0', undefined, true, 'complete'],
  ['acme/b@2.0.0', undefined, false, 'complete'],
  ['acme/t@3.0.0', 'development', true, 'incomplete'],
];

describe('php-installed', () => {
  it('reads installed.json of version 2', () => {
    const { packages, reports } = catalogue(composerInstalled, {
      'app/composer.json': PROJECT,
      'app/vendor/composer/installed.json': JSON.stringify({
        packages: [A, B, T],
        dev: true,
        'dev-package-names': ['acme/t'],
      }),
      'app/vendor/acme/a/composer.json': '{"require": {"acme/b": "*"}}',
    });
    expect(reports).toEqual([]);
    expect(packages.map((one) => [nameOf(one), one.scope, one.isDirect, one.completeness])).toEqual(EXPECTED);
    expect(edgesOf(packages)).toEqual(['acme/a@v1.0.0 → acme/b@2.0.0']);
    expect(packageOf(packages, 'acme/a@v1.0.0')).toMatchObject({
      type: 'composer',
      namespace: 'acme',
      licences: [{ text: 'MIT' }, { text: 'GPL-2.0-or-later' }],
      supplier: { name: 'Ann', email: 'ann@x.example', url: 'https://ann.example' },
      description: 'An A.',
      homepage: 'https://a.example/',
      sourceUrl: 'https://github.com/acme/a.git',
      downloadUrl: 'https://api.github.com/repos/acme/a/zipball/0123abc',
      hashes: [{ algorithm: 'SHA-1', hex: 'da39a3ee5e6b4b0d3255bfef95601890afd80709' }],
      properties: { 'composer.commit': '0123abc' },
    });
  });

  it('reads installed.json of version 1, and no other file of that name', () => {
    const { packages, reports } = catalogue(composerInstalled, {
      'vendor/composer/installed.json': JSON.stringify([A, B, null, { name: 'no-vendor' }, { name: 7 }]),
      'opt/game/installed.json': '{"mods": []}',
    });
    expect(reports).toEqual([]);
    expect(namesOf(packages)).toEqual(['acme/a@v1.0.0', 'acme/b@2.0.0']);
  });

  it.each(['', '{', '{"packages": 1}', '"x"'])('lists %j as what cannot be read', (content) => {
    const { packages, reports } = catalogue(composerInstalled, { 'vendor/composer/installed.json': content });
    expect(packages).toEqual([]);
    expect(reports).toHaveLength(1);
  });
});

describe('composer-lock', () => {
  it('reads packages and those for development', () => {
    const { packages } = catalogue(
      composerLock,
      {
        'composer.json': PROJECT,
        'composer.lock': JSON.stringify({ packages: [A, B], 'packages-dev': [T] }),
        'vendor/acme/b/composer.lock': JSON.stringify({ packages: [T] }),
      },
      { origin: 'directory' },
    );
    expect(packages.map((one) => [nameOf(one), one.scope, one.isDirect, one.completeness])).toEqual(EXPECTED);
  });

  it('throws at nothing that has packages', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            name: fc.constantFrom('a/b', 'c/d', ''),
            require: value,
            license: value,
            authors: value,
            dist: value,
            version: value,
          }),
        ),
        (packages) => {
          const { reports } = catalogue(
            composerLock,
            { 'composer.lock': JSON.stringify({ packages }) },
            { origin: 'directory' },
          );
          expect(reports).toEqual([]);
        },
      ),
    );
  });
});

/** By hand, from the file. */
const HAPPY: readonly string[] = [
  'guzzlehttp/guzzle@6.5.8',
  'guzzlehttp/promises@1.5.2',
  'guzzlehttp/psr7@1.9.0',
  'pear/log@1.13.3 d',
  'pear/pear_exception@v1.0.2 d',
  'psr/http-message@1.0.1',
  'ralouphie/getallheaders@3.0.3',
  'symfony/polyfill-intl-idn@v1.27.0',
  'symfony/polyfill-intl-normalizer@v1.27.0',
  'symfony/polyfill-php72@v1.27.0',
];
const HAPPY_EDGES: readonly string[] = [
  'guzzlehttp/guzzle@6.5.8 → guzzlehttp/promises@1.5.2',
  'guzzlehttp/guzzle@6.5.8 → guzzlehttp/psr7@1.9.0',
  'guzzlehttp/guzzle@6.5.8 → symfony/polyfill-intl-idn@v1.27.0',
  'guzzlehttp/psr7@1.9.0 → psr/http-message@1.0.1',
  'guzzlehttp/psr7@1.9.0 → ralouphie/getallheaders@3.0.3',
  'pear/log@1.13.3 → pear/pear_exception@v1.0.2',
  'symfony/polyfill-intl-idn@v1.27.0 → symfony/polyfill-intl-normalizer@v1.27.0',
  'symfony/polyfill-intl-idn@v1.27.0 → symfony/polyfill-php72@v1.27.0',
];

const DATA = process.env['ARTIFACT_LIFECYCLE_DATA'];
const describeWithData = DATA === undefined ? describe.skip : describe;

describeWithData('composer-lock, on Trivy’s fixture (skipped without ARTIFACT_LIFECYCLE_DATA)', () => {
  it('composer_happy.lock', () => {
    const content = readFileSync(`${DATA}/sbom/php/trivy/composer/composer_happy.lock`);
    const { packages, reports } = catalogue(
      composerLock,
      { 'composer.lock': content },
      { origin: 'directory' },
    );
    expect(reports).toEqual([]);
    expect(packages.map((one) => `${nameOf(one)}${one.scope === undefined ? '' : ' d'}`).sort()).toEqual(
      HAPPY,
    );
    expect(edgesOf(packages)).toEqual(HAPPY_EDGES);
  });
});
