import { describe, expect, it } from '@jest/globals';
import { condaMeta } from '../../src/cataloguers/conda/conda-meta.ts';
import { catalogue } from '../support/files.ts';
import { edgesOf, namesOf } from '../support/packages.ts';
import { describeTruth, readTree } from '../support/truth.ts';

function record(name: string, more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ name, version: '1.0', build: 'h1_0', ...more });
}

describe('conda-meta', () => {
  it('knows what was asked for and what that needs, in each environment', () => {
    const { packages } = catalogue(condaMeta, {
      'opt/conda/conda-meta/a-1.0-h1_0.json': record('a', {
        requested_spec: 'a',
        depends: ['b >=1,<2', 'b[build=x]', '__glibc >=2.17'],
      }),
      'opt/conda/conda-meta/b-1.0-h1_0.json': record('b', { requested_spec: 'None', depends: ['c'] }),
      'opt/conda/envs/x/conda-meta/c-1.0-h1_0.json': record('c'),
      'opt/conda/conda-meta/history': '==> 2024 <==',
      'opt/conda/conda-meta/state.json': '{}',
    });
    expect(edgesOf(packages)).toEqual(['a@1.0 → b@1.0']);
    expect(packages.map(({ isDirect, completeness }) => [isDirect, completeness])).toEqual([
      [true, 'complete'],
      [false, 'incomplete'],
      [false, 'complete'],
    ]);
  });

  it.each([
    ['https://conda.anaconda.org/conda-forge/linux-64', 'conda-forge'],
    ['https://repo.anaconda.com/pkgs/main/linux-64', 'main'],
    ['https://conda.example/t/secret/team/label/dev/linux-64', 'team/label/dev'],
    ['conda-forge', 'conda-forge'],
  ])('names the channel %s as %s', (channel, short) => {
    const content = record('a', { channel, subdir: 'linux-64', fn: 'a-1.0-h1_0.tar.bz2' });
    expect(catalogue(condaMeta, { 'conda-meta/a.json': content }).packages[0]?.qualifiers).toEqual({
      ...{ build: 'h1_0', channel: short, subdir: 'linux-64', type: 'tar.bz2' },
    });
  });

  it('lists what is broken as unknown, and the rest', () => {
    const files = { 'conda-meta/a.json': '{', 'conda-meta/b.json': record('b'), 'conda-meta/c.json': '[]' };
    const { packages, reports } = catalogue(condaMeta, files);
    expect(namesOf(packages)).toEqual(['b@1.0']);
    expect(reports).toEqual([
      'conda-meta/a.json: It is not JSON.',
      'conda-meta/c.json: It is not a JSON object.',
    ]);
  });
});

describeTruth('truth: conda', 'conda/trivy', (directory) => {
  it('reads two packages and an edge', () => {
    const files = Object.entries(readTree(directory)).map(([name, content]) => [
      `conda-meta/${name}`,
      content,
    ]);
    const { packages, reports } = catalogue(condaMeta, Object.fromEntries(files));
    expect(packages).toMatchObject([
      { name: '_libgcc_mutex', version: '0.1', licences: [], dependsOn: [], completeness: 'complete' },
      {
        name: 'libgomp',
        version: '11.2.0',
        licences: [{ text: 'GPL-3.0-only WITH GCC-exception-3.1' }],
        dependsOn: ['conda-meta/_libgcc_mutex-0.1-main.json'],
        qualifiers: { build: 'h1234567_1', channel: 'main', subdir: 'linux-64', type: 'conda' },
      },
    ]);
    expect(packages).toHaveLength(2);
    expect(packages[0]?.hashes).toEqual([
      { algorithm: 'SHA-256', hex: '476626712f60e5ef0fe04c354727152b1ee5285d57ccd3575c7be930122bd051' },
      { algorithm: 'MD5', hex: 'c3473ff8bdb3d124ed5ff11ec380d6f9' },
    ]);
    expect(reports).toEqual(['conda-meta/invalid_json.json: It is not JSON.']);
  });
});
