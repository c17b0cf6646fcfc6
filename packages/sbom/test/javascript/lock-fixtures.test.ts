import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Cataloguer } from '../../src/cataloguers/cataloguer.ts';
import { bunLock } from '../../src/cataloguers/javascript/bun-lock.ts';
import type { LockFacts } from '../../src/cataloguers/javascript/locked-packages.ts';
import { npmLock } from '../../src/cataloguers/javascript/npm-lock.ts';
import { pnpmLock } from '../../src/cataloguers/javascript/pnpm-lock.ts';
import { yarnLock } from '../../src/cataloguers/javascript/yarn-lock.ts';
import { catalogue } from '../support/files.ts';
import { edgesOf, nameOf, namesOf } from '../support/packages.ts';

const DATA = process.env['ARTIFACT_LIFECYCLE_DATA'];
const describeWithData = DATA === undefined ? describe.skip : describe;

const read = (file: string): string => readFileSync(`${DATA}/sbom/npm/trivy/${file}`, 'utf8');

const FORMATS: Readonly<Record<string, readonly [file: string, cataloguer: Cataloguer<LockFacts>]>> = {
  npm: ['package-lock.json', npmLock],
  yarn: ['yarn.lock', yarnLock],
  pnpm: ['pnpm-lock.yaml', pnpmLock],
  bun: ['bun.lock', bunLock],
};

/** `name@version`, with `!` for what was asked for, and the first letter of a scope that is not required. */
function summarize(file: string): readonly string[] {
  const [name, cataloguer] = FORMATS[file.split('/')[0] ?? ''] ?? ['', npmLock];
  const { packages, reports } = catalogue(cataloguer, { [name]: read(file) }, { origin: 'directory' });
  expect(reports).toEqual([]);
  return packages
    .map(
      (one) =>
        `${nameOf(one)}${one.isDirect === true ? ' !' : ''}${one.scope === undefined ? '' : ` ${one.scope[0]}`}`,
    )
    .sort();
}

/** By hand, from the files. */
const BODY_PARSER = [
  '@babel/helper-string-parser@7.19.4 !',
  'asap@2.0.6 o',
  'body-parser@1.18.3 !',
  'bytes@3.0.0',
  'content-type@1.0.5',
  'debug@2.5.2 ! d',
  'debug@2.6.9',
  'debug@2.6.9',
  'depd@1.1.2',
  'ee-first@1.1.1',
  'encodeurl@1.0.2',
  'escape-html@1.0.3',
  'finalhandler@1.1.1 !',
  'http-errors@1.6.3',
  'iconv-lite@0.4.23',
  'inherits@2.0.3',
  'media-typer@0.3.0',
  'mime-db@1.52.0',
  'mime-types@2.1.35',
  'ms@0.7.2 d',
  'ms@1.0.0 !',
  'ms@2.0.0',
  'ms@2.0.0',
  'on-finished@2.3.0',
  'parseurl@1.3.3',
  'promise@8.3.0 ! o',
  'qs@6.5.2',
  'raw-body@2.3.3',
  'safer-buffer@2.1.2',
  'setprototypeof@1.1.0',
  'statuses@1.4.0',
  'type-is@1.6.18',
  'unpipe@1.0.0',
];

describeWithData('lock files of Trivy’s fixtures (skipped without ARTIFACT_LIFECYCLE_DATA)', () => {
  it.each([
    { file: 'npm/package-lock_v1.json', expected: BODY_PARSER.map((line) => line.replace(' !', '')) },
    { file: 'npm/package-lock_v2.json', expected: BODY_PARSER },
    { file: 'npm/package-lock_v3.json', expected: BODY_PARSER },
    { file: 'npm/package-lock_v3_broken_link.json', expected: ['func1@1.0.0 !'] },
    {
      file: 'npm/package-lock_v3_with-same-dev-and-non-dev.json',
      expected: [
        'fsevents@1.2.9 ! d',
        'minimist@0.0.8 !',
        'minimist@0.0.8 d',
        'mkdirp@0.5.1 d',
        'node-pre-gyp@0.12.0 d',
      ],
    },
    {
      file: 'npm/package-lock_v3_with_legacy_licenses.json',
      expected: ['mustache@2.3.2 !', 'pause-stream@0.0.11 !', 'tv4@1.3.0 !'],
    },
    {
      file: 'npm/package-lock_v3_with_peer.json',
      expected: [
        'lodash@4.17.21 !',
        'mustache@2.3.2',
        'triple-beam@1.4.1',
        'winston-mail@2.0.0 !',
        'winston@3.17.0',
      ],
    },
    {
      file: 'npm/package-lock_v3_with_workspace.json',
      expected: [
        'debug@2.5.2 !',
        'debug@2.6.9 !',
        'function1 !',
        'ms@0.7.2',
        'ms@2.0.0',
        'nested_func@1.0.0 !',
      ],
    },
    {
      file: 'npm/package-lock_v3_with_workspace_as_object.json',
      expected: ['lodash@4.17.21 !', 'testapp@1.0.0 !'],
    },
    {
      file: 'npm/package-lock_v3_without_root_deps_field.json',
      expected: ['debug@2.6.9 !', 'func1@1.0.0 !', 'ms@2.0.0'],
    },
    { file: 'yarn/yarn_v2_deps_with_protocol.lock', expected: ['app !', 'debug@4.3.4 !', 'ms@2.1.2'] },
    { file: 'yarn/yarn_with_bad_protocol.lock', expected: ['asap@2.0.6', 'jquery@3.4.1'] },
    { file: 'yarn/yarn_with_git.lock', expected: ['mapbox-gl-feature-drag-and-drop@1.1.1'] },
    {
      file: 'yarn/yarn_with_local.lock',
      expected: ['asap@2.0.6', 'jquery@3.4.1', 'local-package@0.0.1', 'promise@8.0.3'],
    },
    { file: 'yarn/yarn_with_npm.lock', expected: ['jquery@3.6.0'] },
    { file: 'pnpm/pnpm-lock_normal.yaml', expected: ['asap@2.0.6', 'jquery@3.6.0 !', 'promise@8.1.0 !'] },
    { file: 'pnpm/pnpm-lock_v6.yaml', expected: ['asap@2.0.6', 'jquery@3.6.0 !', 'promise@8.1.0 !'] },
    {
      file: 'pnpm/pnpm-lock_archives.yaml',
      expected: [
        'asynckit@0.4.0',
        'debug@4.3.4 !',
        'is-negative@2.0.1 !',
        'lodash@4.17.21 !',
        'ms@2.1.2',
        'package1@1.0.0 !',
      ],
    },
    { file: 'pnpm/pnpm-lock_v9_multi_version.yaml', expected: ['is-number@6.0.0 !', 'is-number@7.0.0 !'] },
    {
      file: 'pnpm/pnpm-lock_v9_cyclic_import.yaml',
      expected: [
        'browserslist@4.23.0',
        'caniuse-lite@1.0.30001627',
        'electron-to-chromium@1.4.789',
        'escalade@3.1.2',
        'node-releases@2.0.14',
        'picocolors@1.0.1',
        'update-browserslist-db@1.0.16 !',
      ],
    },
    {
      file: 'pnpm/pnpm-lock_v9_same-vers-diff-peers.yaml',
      expected: [
        'jest-config@30.0.3 !',
        'jest-pnp-resolver@1.2.3',
        'jest-pnp-resolver@1.2.3 d',
        'jest-resolve@27.5.1 d',
        'jest-resolve@30.0.2 o',
        'jest-runner@27.5.1 ! d',
        'jest-runner@30.0.3',
      ],
    },
    {
      file: 'bun/bun_happy.lock',
      expected: [
        '@types/bun@1.2.13 ! d',
        '@types/node@22.15.18 d',
        'bun-types@1.2.13 d',
        'typescript@5.8.3 !',
        'undici-types@6.21.0 o',
        'zod@3.24.4 ! o',
      ],
    },
    {
      file: 'bun/bun_multiple_ws.lock',
      expected: ['chalk@5.0.1 !', 'lodash@4.17.21 !', 'my-app@1.0.0 !', 'my-lib@1.0.0 !'],
    },
  ])('$file', ({ file, expected }) => {
    expect(summarize(file)).toEqual(expected);
  });

  // Each entry by the shape of its first line, which is another way of reading than the parser's.
  it.each([
    { file: 'pnpm/pnpm-lock_many.yaml', entry: /^ {2}\/(\S+)\/([^/_]+?)(?:_.*)?:$/gm, count: 134 },
    { file: 'pnpm/pnpm-lock_with_dev.yaml', entry: /^ {2}\/(\S+)\/([^/_]+?)(?:_.*)?:$/gm, count: 85 },
    { file: 'pnpm/pnpm-lock_v6_with_dev.yaml', entry: /^ {2}\/(\S+?[^/])@([\d.]+)(?:\(.*)?:$/gm, count: 85 },
    {
      file: 'pnpm/pnpm-lock_v9_multiple_documents.yaml',
      entry: /^ {2}'?(@?[^@'\s]+)@([^'@]+)'?:\n {4}resolution/gm,
      count: 20,
    },
    { file: 'yarn/yarn_happy.lock', entry: /^"?(@?[^"@\n]+)@.*:\n {2}version "(.*)"$/gm, count: 18 },
    {
      file: 'yarn/yarn_v2_happy.lock',
      entry: /^"(@?[^"@\n]+)@(?:npm|patch):.*:\n {2}version: (.*)$/gm,
      count: 17,
    },
  ])('$file has $count packages', ({ file, entry, count }) => {
    const expected = [...read(file).matchAll(entry)].map(([, name, version]) => `${name}@${version}`);
    expect(expected).toHaveLength(count);
    const [name, cataloguer] = FORMATS[file.split('/')[0] ?? ''] ?? ['', npmLock];
    const { packages } = catalogue(cataloguer, { [name]: read(file) }, { origin: 'directory' });
    expect(namesOf(packages.filter(({ kind }) => kind !== 'application'))).toEqual(expected.sort());
  });

  it('has the same edges in package-lock.json of versions 1, 2 and 3', () => {
    const [first, ...others] = ['v1', 'v2', 'v3'].map((version) =>
      edgesOf(
        catalogue(
          npmLock,
          { 'package-lock.json': read(`npm/package-lock_${version}.json`) },
          { origin: 'directory' },
        ).packages,
      ),
    );
    expect(first).toHaveLength(34);
    for (const other of others) expect(other).toEqual(first);
  });

  it('lists bun_invalid.lock as what cannot be read', () => {
    const { reports } = catalogue(
      bunLock,
      { 'bun.lock': read('bun/bun_invalid.lock') },
      { origin: 'directory' },
    );
    expect(reports).toEqual(['bun.lock: It has no packages or no workspaces.']);
  });
});
