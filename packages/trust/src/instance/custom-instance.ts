import { SuiteError } from '@artifact-lifecycle/core';
import type { TrustedRoot } from '@sigstore/protobuf-specs';
import { parseServiceUrl } from '../service/service-url.ts';
import { isPublicLog } from './choose-instance.ts';
import type { SigstoreInstance } from './instance.ts';
import { PUBLIC_GOOD_TSA } from './known-instances.ts';

/** Addresses of an instance, as inputs and files have them; each may be left out. */
export interface InstanceSettings {
  readonly 'fulcio-url'?: string | undefined;
  /** `none` leaves the log out. */
  readonly 'rekor-url'?: string | undefined;
  readonly 'rekor-version'?: string | undefined;
  readonly 'tsa-url'?: string | undefined;
  /** Path of a trusted_root.json. */
  readonly 'trusted-root'?: string | undefined;
}

/**
 * Changes an instance by settings, or makes one of settings alone. Another certificate authority, log or timestamp
 * authority is another instance, so a part of the base is never mixed with an address that its trusted root may not know:
 * with `fulcio-url` nothing of the base is left.
 *
 * @throws SuiteError `INPUT_INVALID` for addresses that are none, and when there is nobody who certifies or tells the time
 */
export function customInstance(
  settings: InstanceSettings,
  base: SigstoreInstance | undefined,
  trustedRoot: TrustedRoot | undefined,
): SigstoreInstance {
  const { 'fulcio-url': fulcio, 'rekor-url': rekorUrl, 'tsa-url': tsa, 'rekor-version': version } = settings;
  for (const name of ['fulcio-url', 'tsa-url'] as const) {
    const address = settings[name];
    if (address !== undefined) parseServiceUrl(address, name);
  }
  const from = fulcio === undefined ? base : undefined;
  const root = trustedRoot ?? from?.trustedRoot;
  if (root === undefined) {
    throw invalid('An instance of your own needs a trusted-root, which proves what it signs.');
  }
  const rekor = readRekor(rekorUrl, version) ?? (rekorUrl === 'none' ? undefined : from?.rekor);
  const fulcioUrl = fulcio ?? from?.fulcioUrl;
  return {
    name:
      fulcio === undefined ? (from?.name ?? 'the instance given') : `the instance at ${new URL(fulcio).host}`,
    isPublic: rekor !== undefined && isPublicLog(rekor.url),
    fulcioUrl,
    rekor,
    // Without its log of version 1 the public good instance needs its timestamp authority to tell the time.
    tsaUrl:
      tsa ?? from?.tsaUrl ?? (rekor === undefined && from?.isPublic === true ? PUBLIC_GOOD_TSA : undefined),
    trustedRoot: root,
  };
}

/** Logs that everybody knows to be of version 1. */
const FIRST_LOGS: ReadonlySet<string> = new Set(['rekor.sigstore.dev', 'rekor.sigstage.dev']);

function readRekor(url: string | undefined, version: string | undefined): SigstoreInstance['rekor'] {
  if (version !== undefined && version !== '1' && version !== '2') {
    throw invalid(`rekor-version is "${version.slice(0, 20)}", and there are 1 and 2.`);
  }
  if (url === undefined || url === 'none') return undefined;
  parseServiceUrl(url, 'rekor-url');
  const isFirst = version === '1' || (version === undefined && FIRST_LOGS.has(new URL(url).hostname));
  return { url, version: isFirst ? 1 : 2 };
}

function invalid(message: string): SuiteError {
  return new SuiteError('INPUT_INVALID', message, {
    remedy:
      'Give fulcio-url, rekor-url (or none), rekor-version, tsa-url and trusted-root of one Sigstore instance.',
  });
}
