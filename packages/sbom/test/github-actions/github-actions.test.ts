import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { githubActions } from '../../src/cataloguers/github-actions/github-actions.ts';
import type { FoundPackage } from '../../src/inventory/package.ts';
import { formatPurl } from '../../src/purl/purl.ts';
import { type Catalogued, catalogue, wants } from '../support/files.ts';
import { describeTruth } from '../support/truth.ts';

const WORKFLOW = '.github/workflows/ci.yml';

function read(files: Readonly<Record<string, string | Buffer>>): Catalogued {
  return catalogue(githubActions, files, { origin: 'directory' });
}

function purls(packages: readonly FoundPackage[]): readonly (string | undefined)[] {
  return packages.map((found) => formatPurl(found)).sort();
}

function using(value: string, comment = ''): readonly FoundPackage[] {
  const content = `jobs:\n  a:\n    steps:\n      - uses: ${value}${comment}\n`;
  return read({ [WORKFLOW]: content }).packages;
}

describe('selection', () => {
  it.each([
    { path: '.github/workflows/ci.yml', is: true },
    { path: 'a/.github/workflows/ci.yaml', is: true },
    { path: '.github/actions/setup/action.yml', is: true },
    { path: 'action.yaml', is: true },
    { path: '.github/dependabot.yml', is: false },
    { path: '.github/workflows/old/ci.yml', is: false },
    { path: 'reaction.yml', is: false },
  ])('$path: $is', ({ path, is }) => {
    expect(wants(githubActions.selects, path)).toBe(is);
  });
});

describe('uses', () => {
  const hex = 'a'.repeat(64);
  it.each([
    ['actions/checkout@v4', 'pkg:github/actions/checkout@v4'],
    ['Actions/Cache/save@v3', 'pkg:github/actions/cache@v3#save'],
    ['o/r/.github/workflows/w.yml@main', 'pkg:github/o/r@main#.github/workflows/w.yml'],
    ['"o/r@refs/heads/x"', 'pkg:github/o/r@refs%2Fheads%2Fx'],
    ['docker://alpine:3.20', 'pkg:oci/alpine?repository_url=docker.io%2Flibrary%2Falpine&tag=3.20'],
    [`docker://ghcr.io/a/b:1@sha256:${hex}`, `pkg:oci/b@sha256:${hex}?repository_url=ghcr.io%2Fa%2Fb&tag=1`],
    ['docker://localhost:5000/a/b', 'pkg:oci/b?repository_url=localhost:5000%2Fa%2Fb'],
  ])('%s is %s', (value, purl) => {
    expect(purls(using(value))).toEqual([purl]);
  });

  it.each(['./.github/actions/x', 'o/r', '$'.concat('{{ matrix.action }}'), 'docker://', '../x/y@v1'])(
    '%s is no package',
    (value) => {
      expect(using(`'${value}'`)).toEqual([]);
    },
  );

  it('reads the version that a comment says of a commit', () => {
    const commit = 'c'.repeat(40);
    const stated = (comment: string): string | undefined =>
      using(`o/r@${commit}`, comment)[0]?.properties?.['github-actions.version'];
    expect(
      [' # v4.2.2', ' #v4', ' # tag=1.0.0-rc.1', ' # ratchet:o/r@v2', ' # pinned', ''].map(stated),
    ).toEqual([...['v4.2.2', 'v4', undefined, 'v2', undefined, undefined]]);
    expect(using('o/r@v1', ' # v1.2.3')[0]?.properties).toEqual({});
  });

  it('reads jobs, steps, and the image of an action', () => {
    const action = 'runs: {using: docker, image: "docker://alpine:3"}\n';
    const composite = 'runs: {using: composite, steps: [{uses: a/b@v1}, {run: x}]}\n';
    const { packages } = read({ 'action.yml': action, 'x/action.yml': composite });
    expect(purls(packages)).toEqual([
      'pkg:github/a/b@v1',
      'pkg:oci/alpine?repository_url=docker.io%2Flibrary%2Falpine&tag=3',
    ]);
  });
});

describeTruth('truth: GitHub Actions', 'github-actions/syft', (directory) => {
  const truth = (name: string, as: string): Catalogued => read({ [as]: readFileSync(join(directory, name)) });

  it.each([
    {
      name: 'call-shared-workflow.yaml',
      as: WORKFLOW,
      is: [
        'pkg:github/actions/checkout@v4',
        'pkg:github/octo-org/another-repo@v1#.github/workflows/workflow.yml',
        'pkg:github/octo-org/this-repo@172239021f7ba04fe7327647b213799853a9eb89#.github/workflows/workflow-1.yml',
      ],
    },
    {
      name: 'composite-action.yaml',
      as: 'action.yaml',
      is: [
        'pkg:github/actions/cache@v3',
        'pkg:github/actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683',
        'pkg:github/actions/setup-go@41dfa10bad2bb2ae585af6ee5bb4d7d973ad74ed',
        'pkg:github/actions/setup-go@v4',
      ],
    },
    {
      name: 'workflow-multi-job.yaml',
      as: WORKFLOW,
      is: [
        'pkg:github/actions/cache@v3',
        'pkg:github/actions/cache@v3#restore',
        'pkg:github/actions/cache@v3#save',
        'pkg:github/actions/checkout@v4',
      ],
    },
    {
      name: 'workflow-with-version-comments.yaml',
      as: WORKFLOW,
      is: [
        'pkg:github/actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683',
        'pkg:github/octo-org/this-repo@172239021f7ba04fe7327647b213799853a9eb89#.github/workflows/workflow-1.yml',
      ],
    },
  ])('reads $name', ({ name, as, is }) => {
    const { packages, reports } = truth(name, as);
    expect(reports).toEqual([]);
    expect(purls(packages)).toEqual(is);
  });

  it('says what versions comments name', () => {
    const { packages } = truth('workflow-with-version-comments.yaml', WORKFLOW);
    expect(packages.map(({ properties }) => properties?.['github-actions.version'])).toEqual([
      'v1.0.0',
      'v4.2.2',
    ]);
  });

  it.each(['composite-action.yaml', 'workflow-multi-job.yaml'])('lists the broken %s as unknown', (name) => {
    const { packages, reports } = truth(`corrupt/${name}`, WORKFLOW);
    expect(packages).toEqual([]);
    expect(reports).toEqual([`${WORKFLOW}: It is not YAML.`]);
  });
});
