import { SuiteError } from '@artifact-lifecycle/core';
import type { TrustedRoot } from '@sigstore/protobuf-specs';
import { parseServiceUrl } from '../service/service-url.ts';
import type { SigstoreInstance } from './instance.ts';

/** Addresses of the public good instance. */
const PUBLIC_GOOD = {
  fulcio: 'https://fulcio.sigstore.dev',
  rekorV1: 'https://rekor.sigstore.dev',
} as const;

/**
 * The public good instance. Its log of version 1 is what every reader takes, and proves the time itself; one of version 2
 * is the newest that its trusted root names, with the timestamp authority beside it.
 *
 * @throws SuiteError `UNSUPPORTED` when version 2 is asked for and the trusted root has no such log
 */
export function publicGoodInstance(
  trustedRoot: TrustedRoot,
  now: number,
  rekorVersion: 1 | 2 = 1,
): SigstoreInstance {
  const common = {
    name: 'the public good instance',
    isPublic: true,
    fulcioUrl: PUBLIC_GOOD.fulcio,
    trustedRoot,
  };
  if (rekorVersion === 1) {
    return { ...common, rekor: { url: PUBLIC_GOOD.rekorV1, version: 1 }, tsaUrl: undefined };
  }
  const url = newestShard(trustedRoot, now);
  if (url === undefined) {
    throw new SuiteError('UNSUPPORTED', 'The trusted root names no log of Rekor version 2.', {
      remedy: 'Leave rekor-version out, or give a newer trusted-root.',
    });
  }
  return { ...common, rekor: { url, version: 2 }, tsaUrl: PUBLIC_GOOD_TSA };
}

/** The timestamp authority of the public good instance. */
export const PUBLIC_GOOD_TSA = 'https://timestamp.sigstore.dev/api/v1/timestamp';

/** `https://log2025-1.rekor.sigstore.dev`: a log of version 2 is closed after some time, and the next one opened. */
const SHARD = /^https:\/\/log\d{4}(?:-[a-z0-9]+)*\.rekor\.sigstore\.dev$/;

function newestShard({ tlogs }: TrustedRoot, now: number): string | undefined {
  const open = tlogs.flatMap(({ baseUrl, publicKey }) => {
    const start = publicKey?.validFor?.start?.getTime();
    const end = publicKey?.validFor?.end?.getTime() ?? Number.POSITIVE_INFINITY;
    return SHARD.test(baseUrl) && start !== undefined && start <= now && now < end
      ? [{ baseUrl, start }]
      : [];
  });
  return open.sort((a, b) => b.start - a.start || (a.baseUrl < b.baseUrl ? -1 : 1))[0]?.baseUrl;
}

/**
 * GitHub's own instance: certificates and timestamps, no log. With data residency its hosts are those of the enterprise.
 *
 * @throws SuiteError `INPUT_INVALID` when the server's address is none
 */
export function githubInstance(trustedRoot: TrustedRoot, serverUrl: string): SigstoreInstance {
  const { hostname } = parseServiceUrl(serverUrl, 'server');
  const domain = hostname === 'github.com' ? 'githubapp.com' : hostname;
  return {
    name: "GitHub's own instance",
    isPublic: false,
    fulcioUrl: `https://fulcio.${domain}`,
    rekor: undefined,
    tsaUrl: `https://timestamp.${domain}/api/v1/timestamp`,
    trustedRoot,
  };
}
