import { SuiteError } from '@artifact-lifecycle/core';
import type { Service, SigningConfig, TrustedRoot } from '@sigstore/protobuf-specs';
import { isPublicLog } from './choose-instance.ts';
import type { SigstoreInstance } from './instance.ts';

/** What an instance's own word on where to sign is read for. */
export interface SigningConfigOptions {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The version of the log that is wanted; the newest one when absent. */
  readonly rekorVersion?: 1 | 2 | undefined;
}

/** Versions of each service's API that are spoken here. */
const SPOKEN = { ca: [1], rekor: [1, 2], tsa: [1] } as const;

/**
 * Takes an instance's addresses from its signing configuration (sigstore, "SigningConfig" v0.2): of each service the one
 * that began last among those that are open now. @sigstore/sign 5.1 takes those of the future, too.
 *
 * @throws SuiteError `UNSUPPORTED` when no authority, or no log of the version wanted, is open and spoken to
 */
export function instanceOfSigningConfig(
  config: SigningConfig,
  trustedRoot: TrustedRoot,
  { name, now, rekorVersion }: SigningConfigOptions,
): SigstoreInstance {
  const fulcioUrl = choose(config.caUrls, SPOKEN.ca, now)?.url;
  const versions = rekorVersion === undefined ? SPOKEN.rekor : [rekorVersion];
  const log = choose(config.rekorTlogUrls, versions, now);
  const isLogMissing = log === undefined && (rekorVersion !== undefined || config.rekorTlogUrls.length > 0);
  if (fulcioUrl === undefined || isLogMissing) {
    const what = fulcioUrl === undefined ? 'certificate authority' : 'transparency log';
    throw new SuiteError(
      'UNSUPPORTED',
      `The signing configuration of ${name} names no ${what} that can be used now.`,
      {
        remedy: 'Give fulcio-url, rekor-url, rekor-version and tsa-url.',
      },
    );
  }
  return {
    name,
    isPublic: log !== undefined && isPublicLog(log.url),
    fulcioUrl,
    rekor: log === undefined ? undefined : { url: log.url, version: log.majorApiVersion === 1 ? 1 : 2 },
    tsaUrl: choose(config.tsaUrls, SPOKEN.tsa, now)?.url,
    trustedRoot,
  };
}

/** A higher version goes before a later start: the old log may be open beside the new one for long. */
function choose(services: readonly Service[], versions: readonly number[], now: number): Service | undefined {
  const startOf = ({ validFor }: Service): number => validFor?.start?.getTime() ?? Number.NaN;
  const open = services.filter((service) => {
    const end = service.validFor?.end?.getTime() ?? Number.POSITIVE_INFINITY;
    return versions.includes(service.majorApiVersion) && startOf(service) <= now && now <= end;
  });
  return open.sort((a, b) => b.majorApiVersion - a.majorApiVersion || startOf(b) - startOf(a))[0];
}
