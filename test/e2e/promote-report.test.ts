import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { commitOf, errorOf, expectedSuccess, openRoad, type Road } from '../support/road.ts';

const COMMITS = ['a1b2c3d', 'b1b2c3d'] as const;

describe('the report of a run', () => {
  let road: Road;
  beforeEach(async () => {
    road = await openRoad();
    await road.writePolicy({
      staging: { repository: road.at('acme/staging'), tags: 'git-sha' },
      production: {
        repository: [road.at('eu/api'), road.at('us/api')],
        'promote-from': 'staging',
        tags: 'semver',
        channels: ['latest'],
        gates: { platforms: ['linux/amd64'] },
      },
    });
    for (const [index, commit] of COMMITS.entries()) {
      await road.build('acme/build', { commit: commitOf(commit), version: `1.${index}.0` });
      const source = `${road.at('acme/build')}:${commit}`;
      expectedSuccess(await road.promote({ source, to: 'staging', 'require-gates': 'false' }));
    }
  }, 30_000);
  afterEach(() => road.workplace.close());

  const pathOf = (file: string): string => join(road.directory, 'workspace', file);
  const page = (file: string): string => readFileSync(pathOf(file), 'utf8');

  it('tells of what was let in, what was kept out, what went back, and of all that was', async () => {
    const [first, second] = COMMITS;
    const promoted = await road.promote({
      ...{ from: 'staging', to: 'production', version: first, 'report-file': 'reports/first.html' },
    });
    expectedSuccess(promoted);
    expect(promoted.outputs.get('report-file')).toBe('reports/first.html');
    expect(page('reports/first.html')).toContain('<h1>api 1.0.0 is in production</h1>');
    expect(page('reports/first.html')).toContain(promoted.outputs.get('record') ?? 'no record');
    expect(page('reports/first.html')).toMatch(/From staging .* through gates .*promote-from: pass/);

    const refused = await road.promote({
      ...{ from: 'staging', to: 'production', version: second, 'report-file': 'refused.html' },
      gates: 'platforms: [linux/amd64, linux/s390x]',
    });
    expect(errorOf(refused).code).toBe('GATE_FAILED');
    expect(refused.outputs.get('report-file')).toBe('refused.html');
    expect(page('refused.html')).toContain('<h1>api 1.1.0 may not go into production</h1>');
    expect(page('refused.html')).toContain('What it would take');
    expect(page('refused.html')).toContain('stays at 1.0.0');

    expectedSuccess(await road.promote({ from: 'staging', to: 'production', version: second }));
    const back = await road.promote({ mode: 'rollback', to: 'production', 'report-file': 'back.html' });
    expectedSuccess(back);
    expect(page('back.html')).toContain('<h1>production is back at api 1.0.0</h1>');
    expect(page('back.html')).toContain('Held back from production until somebody releases it');

    // Two regions, and staging.
    expectedSuccess(await road.promote({ mode: 'history', 'report-file': 'history.html' }));
    expect(page('history.html').match(/1\.0\.0 went back/g)).toHaveLength(2);
    expect(page('history.html').match(/1\.1\.0 came in/g)).toHaveLength(3);
  }, 120_000);

  it('is not written by a dry run', async () => {
    const [version] = COMMITS;
    const result = await road.promote({
      ...{ from: 'staging', to: 'production', version, 'report-file': 'dry.html', 'dry-run': 'true' },
    });
    expectedSuccess(result);
    expect(result.outputs.get('report-file')).toBeUndefined();
    expect(existsSync(pathOf('dry.html'))).toBe(false);
  }, 60_000);
});
