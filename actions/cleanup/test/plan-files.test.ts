import { describe, expect, it } from '@jest/globals';
import { planFilesOf } from '../src/cleaning.ts';

const PLAN = '/work/retention-plan.json';

describe('planFilesOf', () => {
  it.each([
    { name: 'the file as it is written for one target', written: ['ghcr.io/acme/app'], expected: [PLAN] },
    {
      name: 'one each for several',
      written: ['ghcr.io/acme/app', 'npm:@acme/lib'],
      expected: ['/work/retention-plan.ghcr.io-acme-app.json', '/work/retention-plan.npm-acme-lib.json'],
    },
    {
      name: 'one each for what a pattern means, though it is one today',
      written: ['ghcr.io/acme/*'],
      opened: ['ghcr.io/acme/app'],
      expected: ['/work/retention-plan.ghcr.io-acme-app.json'],
    },
  ])('gives $name', ({ written, opened = written, expected }) => {
    expect(planFilesOf(PLAN, written, opened)).toEqual(expected);
  });

  it('gives targets that look alike files of their own, also where upper case is lower case', () => {
    const opened = ['ghcr.io/acme/app-x', 'ghcr.io/acme-app/x', 'nuget:Lib', 'nuget-lib', 'ghcr.io/acme/b'];
    const files = planFilesOf(PLAN, opened, opened);
    expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(opened.length);
    expect(files[0]).toMatch(/^\/work\/retention-plan\.ghcr\.io-acme-app-x\.[0-9a-f]{8}\.json$/);
    expect(files[4]).toBe('/work/retention-plan.ghcr.io-acme-b.json');
  });
});
