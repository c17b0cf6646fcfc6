import { createPublicKey, type KeyObject } from 'node:crypto';
import { type Clock, SuiteError } from '@artifact-lifecycle/core';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import type { SigstoreInstance } from '../instance/instance.ts';
import { algorithmOf, hintOf } from '../key/key-algorithm.ts';
import type { Attestor, PayloadSigner } from './attestor.ts';
import { refuseRepetition } from './keyless-attestor.ts';
import { AlreadyLogged } from './rekor-v2.ts';
import { createSelfCheck } from './self-check.ts';
import { signPayload } from './sign-payload.ts';
import { signStatement } from './sign-statement.ts';
import type { Signer } from './signer.ts';
import { PUBLIC_GOOD_RATE, type SigningRate, Throttle } from './throttle.ts';
import { createWitnesses } from './witnesses.ts';

export interface KeyOptions {
  readonly privateKey: KeyObject;
  /** Whose log and timestamp authority bear witness; either may be missing, a key needs neither. */
  readonly instance: SigstoreInstance;
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly rate?: SigningRate | undefined;
}

/** Signatures of most keys differ each time, so that a log that has one takes the next. */
const MAX_ATTEMPTS = 3;

/**
 * Makes a signer of a private key, for a log of that version.
 *
 * @throws SuiteError `UNSUPPORTED` for kinds of keys that verifiers do not take, or that log
 */
export function createKeySigner(privateKey: KeyObject, log: 1 | 2 | undefined): Signer {
  const publicKey = createPublicKey(privateKey);
  const algorithm = algorithmOf(publicKey, log);
  if (algorithm.digest === null && log === 2) {
    throw new SuiteError('UNSUPPORTED', 'A log of Rekor version 2 does not take plain Ed25519 signatures.', {
      remedy: 'Sign with a key on the curve P-256, set rekor-version to 1, or rekor-url to none.',
    });
  }
  return { algorithm, privateKey, publicKey, material: { kind: 'key', hint: hintOf(publicKey) } };
}

/**
 * Makes an attestor that signs with a key of one's own. What it gives out has been verified with the key.
 *
 * @throws SuiteError as {@link createKeySigner} does, and `INPUT_INVALID` when an address is none
 */
export function createKeyAttestor({
  privateKey,
  instance,
  http,
  clock,
  rate,
}: KeyOptions): Attestor & PayloadSigner {
  const { rekor, isPublic } = instance;
  const signer = createKeySigner(privateKey, rekor?.version);
  const table = { witnesses: createWitnesses(instance, http), check: createSelfCheck(instance) };
  const isLimited = isPublic && rekor !== undefined;
  const throttle = new Throttle(rate ?? (isLimited ? PUBLIC_GOOD_RATE : undefined), clock);
  const sign = async <T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
    await throttle.enter(signal);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof AlreadyLogged)) throw error;
        if (!signer.algorithm.isRandomised || attempt === MAX_ATTEMPTS) throw refuseRepetition(error);
      }
    }
  };
  return {
    describe: () => `the key ${hintOf(signer.publicKey)}`,
    attest: (statement, { signal } = {}) =>
      sign(() => signStatement(statement, signer, table, signal), signal),
    signPayload: (payload, { signal } = {}) =>
      sign(() => signPayload(payload, signer, table, signal), signal),
  };
}
