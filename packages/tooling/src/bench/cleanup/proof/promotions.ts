import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Clock } from '@artifact-lifecycle/core';
import { createHttpClient } from '@artifact-lifecycle/core/http';
import {
  headTag,
  keepRecord,
  type PromotionRecord,
  type RecordReader,
  readChain,
  readRecordAt,
  recordVerifier,
} from '@artifact-lifecycle/gates';
import { type Digest, formatLocation, parseDigest, type Registry } from '@artifact-lifecycle/registry';
import type { RecordSource } from '@artifact-lifecycle/retention';
import { type Attestor, createKeyAttestor, emptyTrustedRoot, pemOfKey } from '@artifact-lifecycle/trust';

/** How something is promoted. */
export interface PromotionOptions {
  readonly environment: string;
  /** Digests that a rollback has taken out. */
  readonly withdrawn?: readonly string[] | undefined;
  /** Whether somebody signs whose records do not count. */
  readonly isForged?: boolean | undefined;
  /** Whether the head stays where it is. */
  readonly keepsHead?: boolean | undefined;
}

/** What a promotion leaves behind. */
export interface Promotion {
  /** Digest of the record's manifest. */
  readonly record: Digest;
}

/** Writes records as promotions do, by a key that counts or by one that does not, and reads them as runs do. */
export class Promotions {
  readonly #registry: Registry;
  readonly #clock: Clock;
  readonly #place: string;
  readonly #keys = [makeKey(), makeKey()] as const;

  constructor(registry: Registry, clock: Clock) {
    this.#registry = registry;
    this.#clock = clock;
    this.#place = formatLocation(registry.location);
  }

  async promote(subject: string, at: number, options: PromotionOptions): Promise<Promotion> {
    const { environment, withdrawn = [], isForged = false, keepsHead = false } = options;
    const clock: Clock = {
      ...this.#clock,
      now: () => at,
      sleep: (span, how) => this.#clock.sleep(span, how),
    };
    const head = await this.#registry.resolve(headTag(environment));
    const record: PromotionRecord = {
      ...{ event: withdrawn.length > 0 ? 'rollback' : 'promotion', environment, from: null, version: null },
      source: { name: this.#place, tag: null, digest: subject },
      destination: { name: this.#place, tags: [] },
      destinations: [this.#place],
      time: new Date(at).toISOString(),
      ...{ gates: [], approvals: [], canary: null, override: null, policy: null, run: null },
      previous: head?.digest ?? null,
      withdrawn,
      client: { name: 'artifact-lifecycle', version: '0.0.0' },
    };
    const attestor = await makeAttestor(this.#keys[isForged ? 1 : 0], clock);
    const digest = parseDigest(subject, 'subject');
    const keeper = { registry: this.#registry, attestor, clock };
    const { manifest } = await keepRecord({ digest, record, summary: undefined }, keeper);
    if (!keepsHead) await this.moveHead(environment, manifest);
    return { record: manifest };
  }

  /** Points the head at a record that is there. */
  async moveHead(environment: string, record: Digest | undefined): Promise<void> {
    if (record === undefined) throw new Error('There is no record.');
    await this.#registry.tagManifest(headTag(environment), await this.#registry.fetchManifest(record));
  }

  openSource(): RecordSource {
    const publicKey = pemOfKey(createPublicKey(this.#keys[0]));
    const verify = recordVerifier({
      identity: async () => ({ kind: 'key', publicKey }),
      sourceRepository: undefined,
      roots: async () => [],
      clock: this.#clock,
    });
    const reader: RecordReader = { registry: this.#registry, verify };
    return {
      kind: 'verifying',
      place: this.#place,
      readChain: (range) => readChain(range, reader),
      readRecord: (reference) => readRecordAt(reference, reader),
    };
  }
}

function makeKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

async function makeAttestor(privateKey: KeyObject, clock: Clock): Promise<Attestor> {
  const instance = {
    ...{ name: 'the key', isPublic: false, fulcioUrl: undefined, rekor: undefined, tsaUrl: undefined },
    trustedRoot: await emptyTrustedRoot(),
  };
  // A key signs alone: nobody is asked.
  const http = createHttpClient({ userAgent: 'bench', environment: {} });
  return createKeyAttestor({ privateKey, instance, http, clock });
}
