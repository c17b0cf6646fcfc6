import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { type Clock, systemClock } from '@artifact-lifecycle/core';
import { createHttpClient } from '@artifact-lifecycle/core/http';
import { createConnections, parseDigest, parseRepository, type Registry } from '@artifact-lifecycle/registry';
import {
  makeImage,
  type RegistryOptions,
  seed,
  startRegistry,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import {
  type Attestor,
  createKeyAttestor,
  emptyTrustedRoot,
  pemOfKey,
  type SigstoreInstance,
  verifyArtifact,
} from '@artifact-lifecycle/trust';
import {
  type KeptRecord,
  keepRecord,
  moveHead,
  PROMOTION_RECORD_TYPE,
  type PromotionRecord,
  type RecordReader,
  type RecordVerifier,
  readHead,
  withdrawnAfterPromotion,
} from '../../src/index.ts';

/** An environment of its own: a repository in a registry, and a key whose records count. */
export interface TestEnvironment {
  readonly server: TestRegistry;
  readonly registry: Registry;
  readonly reader: RecordReader;
  /** `host/name`. */
  readonly place: string;
  readonly clock: Clock;
  readonly attestor: Attestor;
  /** Signs, and counts for nobody. */
  readonly stranger: Attestor;
  /** Puts an image there and gives its digest. */
  image(tag: string): Promise<string>;
  record(digest: string, changes?: Partial<PromotionRecord>): PromotionRecord;
  /** Keeps a record of a promotion, chained to the head, and moves the head. */
  promote(digest: string, changes?: Partial<PromotionRecord>): Promise<KeptRecord>;
  close(): Promise<void>;
}

export const PRODUCTION = 'production';

export async function startEnvironment(options: RegistryOptions = {}): Promise<TestEnvironment> {
  const server = await startRegistry(options);
  const http = createHttpClient({ userAgent: 'test', environment: {} });
  const connections = createConnections({ http, credentials: [] });
  const registry = connections.open(parseRepository(`${server.host}/acme/api`, 'test'));
  const place = `${server.host}/acme/api`;
  const instance: SigstoreInstance = {
    name: 'the key',
    isPublic: false,
    fulcioUrl: undefined,
    rekor: undefined,
    tsaUrl: undefined,
    trustedRoot: await emptyTrustedRoot(),
  };
  let minute = 0;
  const clock: Clock = { ...systemClock, now: () => Date.UTC(2026, 10, 1) + minute * 60_000 };
  const makeAttestor = (): { attestor: Attestor; publicKey: string } => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return {
      attestor: createKeyAttestor({ privateKey, instance, http, clock }),
      publicKey: pemOfKey(createPublicKey(privateKey)),
    };
  };
  const { attestor, publicKey } = makeAttestor();
  const verify: RecordVerifier = async (digest, entries) => {
    const { evidence } = await verifyArtifact({
      digest,
      entries,
      policy: {
        identity: { kind: 'key', publicKey },
        sourceRefs: [],
        events: [],
        denySelfHosted: false,
        builders: [],
        minSlsaLevel: 0,
        require: [PROMOTION_RECORD_TYPE],
        allowLegacy: false,
      },
      roots: [],
      clock,
    });
    return evidence;
  };
  const reader: RecordReader = { registry, verify };
  let images = 0;
  const record = (digest: string, changes: Partial<PromotionRecord> = {}): PromotionRecord => ({
    event: 'promotion',
    environment: PRODUCTION,
    from: 'staging',
    source: { name: 'registry.test/acme/staging', tag: 'a1b2c3d', digest },
    destination: { name: place, tags: [{ tag: '1.0.0', previous: null }] },
    destinations: [place],
    time: new Date(clock.now()).toISOString(),
    version: '1.0.0',
    gates: [],
    approvals: [],
    canary: null,
    override: null,
    policy: null,
    run: null,
    previous: null,
    withdrawn: [],
    client: { name: 'artifact-lifecycle', version: '0.0.0' },
    ...changes,
  });
  return {
    server,
    registry,
    reader,
    place,
    clock,
    attestor,
    stranger: makeAttestor().attestor,
    async image(tag) {
      images += 1;
      const image = makeImage({ annotations: { number: `${images}` } });
      await seed(server, 'acme/api', image, { tags: [tag] });
      return image.digest;
    },
    record,
    async promote(digest, changes = {}) {
      minute += 1;
      const { head } = await readHead(PRODUCTION, reader);
      const made = record(digest, {
        previous: head?.manifest ?? null,
        withdrawn: withdrawnAfterPromotion(digest, head),
        ...changes,
      });
      const kept = await keepRecord(
        { digest: parseDigest(digest, 'test'), record: made, summary: undefined },
        { registry, attestor, clock },
      );
      await moveHead({ manifest: kept.manifest, record: made }, { registry, clock });
      return kept;
    },
    async close() {
      http.close();
      await server.close();
    },
  };
}
