import { describe, expect, it } from '@jest/globals';
import { yarnPnp } from '../../src/cataloguers/javascript/yarn-pnp.ts';
import { catalogue } from '../support/files.ts';
import { edgesOf, nameOf } from '../support/packages.ts';

const place = (packageDependencies: readonly unknown[]): object => ({
  packageLocation: './x/',
  packageDependencies,
});

const DATA = {
  __info: ["It's generated"],
  dependencyTreeRoots: [{ name: 'app', reference: 'workspace:.' }],
  packageRegistryData: [
    [null, [[null, place([['a', 'npm:1.0.0']])]]],
    [
      'a',
      [
        [
          'npm:1.0.0',
          place([
            ['a', 'npm:1.0.0'],
            ['b', 'virtual:0123#npm:2.0.0'],
            ['peer', null],
          ]),
        ],
      ],
    ],
    ['alias', [['npm:@s/real@3.0.0', place([])]]],
    [
      'app',
      [
        [
          'workspace:.',
          place([
            ['a', 'npm:1.0.0'],
            ['alias', 'npm:@s/real@3.0.0'],
          ]),
        ],
      ],
    ],
    [
      'b',
      [
        [
          'virtual:0123#npm:2.0.0',
          place([['f', ['f', 'patch:f@npm%3A2.3.2#optional!builtin<compat/f>::version=2.3.2&hash=ab']]]),
        ],
      ],
    ],
    ['f', [['patch:f@npm%3A2.3.2#optional!builtin<compat/f>::version=2.3.2&hash=ab', place([])]]],
    'nonsense',
    ['x', 'nonsense'],
  ],
};

/** As Yarn writes it: the JSON in one text of JavaScript, line by line. */
const SCRIPT = `#!/usr/bin/env node
/* eslint-disable */
"use strict";

const RAW_RUNTIME_STATE =
'${JSON.stringify(DATA, null, 2).replace(/[\\']/g, '\\$&').replaceAll('\n', '\\\n')}';

function $$SETUP_STATE(hydrateRuntimeState, basePath) {
  return hydrateRuntimeState(JSON.parse(RAW_RUNTIME_STATE), {basePath: basePath || __dirname});
}
`;

describe('yarn-pnp', () => {
  it.each([
    { path: 'app/.pnp.cjs', content: SCRIPT },
    { path: 'app/.pnp.data.json', content: JSON.stringify(DATA) },
  ])('reads $path', ({ path, content }) => {
    const { packages, reports } = catalogue(yarnPnp, { [path]: content });
    expect(reports).toEqual([]);
    expect(packages.map((one) => [nameOf(one), one.kind, one.isDirect])).toEqual([
      ['a@1.0.0', undefined, true],
      ['@s/real@3.0.0', undefined, true],
      ['app', 'application', true],
      ['b@2.0.0', undefined, false],
      ['f@2.3.2', undefined, false],
    ]);
    expect(edgesOf(packages)).toEqual([
      'a@1.0.0 → b@2.0.0',
      'app → @s/real@3.0.0',
      'app → a@1.0.0',
      'b@2.0.0 → f@2.3.2',
    ]);
  });

  it.each([
    { name: 'a map that is code', path: '.pnp.cjs', content: 'module.exports = {};', reports: [] },
    {
      name: 'an open text',
      path: '.pnp.cjs',
      content: "RAW_RUNTIME_STATE = '{",
      reports: ['.pnp.cjs: It is not JSON.'],
    },
    {
      name: 'another JSON',
      path: '.pnp.data.json',
      content: '{}',
      reports: ['.pnp.data.json: It is no map of Plug’n’Play.'],
    },
  ])('makes nothing of $name', ({ path, content, reports }) => {
    expect(catalogue(yarnPnp, { [path]: content })).toEqual({ packages: [], reports });
  });
});
