import { describe, expect, it } from '@jest/globals';
import { SigningConfig, TrustedRoot } from '@sigstore/protobuf-specs';
import { instanceOfSigningConfig } from '../../src/instance/signing-config.ts';

const NOW = Date.parse('2026-11-25T00:00:00Z');
const ROOT = TrustedRoot.fromJSON({});

function service(url: string, majorApiVersion: number, start?: string, end?: string): object {
  return { url, majorApiVersion, validFor: { start, end }, operator: 'test' };
}

const AUTHORITY = service('https://f.test', 1, '2020-01-01T00:00:00Z');

function read(config: object, rekorVersion?: 1 | 2) {
  const parsed = SigningConfig.fromJSON({ caUrls: [AUTHORITY], ...config });
  return instanceOfSigningConfig(parsed, ROOT, { name: 'the tests', now: NOW, rekorVersion });
}

const LOGS = [
  service('https://v1.test', 1, '2021-01-01T00:00:00Z'),
  service('https://old.test', 2, '2025-01-01T00:00:00Z', '2026-01-01T00:00:00Z'),
  service('https://now.test', 2, '2025-09-01T00:00:00Z'),
  service('https://newer.test', 2, '2026-09-01T00:00:00Z'),
  service('https://future.test', 2, '2027-09-01T00:00:00Z'),
  service('https://undated.test', 2),
  service('https://v3.test', 3, '2026-10-01T00:00:00Z'),
];

describe('instanceOfSigningConfig', () => {
  it.each([
    { name: 'the newest that is open', version: undefined, rekor: { url: 'https://newer.test', version: 2 } },
    { name: 'the one of version 1 when asked', version: 1, rekor: { url: 'https://v1.test', version: 1 } },
  ] as const)('takes $name', ({ version, rekor }) => {
    expect(read({ rekorTlogUrls: LOGS }, version).rekor).toEqual(rekor);
  });

  it('takes the timestamp authority, and has no log where none is named', () => {
    const tsaUrls = [
      service('https://t1.test', 1, '2025-01-01T00:00:00Z'),
      service('https://t2.test', 1, '2026-01-01T00:00:00Z'),
    ];
    expect(read({ tsaUrls })).toEqual({
      name: 'the tests',
      isPublic: false,
      fulcioUrl: 'https://f.test',
      rekor: undefined,
      tsaUrl: 'https://t2.test',
      trustedRoot: ROOT,
    });
  });

  it.each([
    { name: 'no authority', config: { caUrls: [] }, version: undefined, says: 'certificate authority' },
    {
      name: 'an authority whose API is not spoken',
      config: { caUrls: [service('https://f.test', 2, '2020-01-01T00:00:00Z')] },
      version: undefined,
      says: 'certificate authority',
    },
    {
      name: 'logs that are all closed',
      config: { rekorTlogUrls: LOGS.slice(1, 2) },
      version: undefined,
      says: 'transparency log',
    },
    { name: 'no log of the version wanted', config: {}, version: 1, says: 'transparency log' },
  ] as const)('refuses $name', ({ config, version, says }) => {
    expect(() => read(config, version)).toThrow(new RegExp(`names no ${says} that can be used now`));
  });
});
