import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from './support/runner.ts';

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      { readonly optionalDependencies?: Readonly<Record<string, string>>; readonly resolved?: string }
    >
  >;
}

const { packages }: Lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));

describe('the lock', () => {
  it('names the packages of every platform, or npm ci refuses it on a fresh clone', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !(`node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('lays our HTTP client below @actions/core, and the published one below the toolkit it is measured by', () => {
    const clientOf = (path: string): string | undefined =>
      (packages[`${path}/node_modules/@actions/http-client`] ?? packages['node_modules/@actions/http-client'])
        ?.resolved;
    expect(clientOf('node_modules/@actions/core')).toBe('packages/toolkit-http');
    expect(clientOf('node_modules/toolkit-core')).toBeUndefined();
    expect(clientOf('node_modules/@actions/github')).toBeUndefined();
  });

  it('names no host that packages are downloaded from', () => {
    const hosts = Object.values(packages).flatMap(
      ({ resolved }) => resolved?.match(/^https?:\/\/[^/]+/) ?? [],
    );
    expect(hosts).toEqual([]);
  });
});
