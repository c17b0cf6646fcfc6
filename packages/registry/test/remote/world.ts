import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type Clock, isSuiteError, type SuiteError } from '@artifact-lifecycle/core';
import { createHttpClient } from '@artifact-lifecycle/core/http';
import type { RegistryKind } from '@artifact-lifecycle/core/policy';
import {
  type BlobContent,
  type ManifestContent,
  makeBlob,
  type RegistryOptions,
  startRegistry,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { afterEach } from '@jest/globals';
import type { CredentialSource } from '../../src/auth/credentials.ts';
import { type CredentialSettings, settingsSource } from '../../src/auth/settings-source.ts';
import { parseDigest } from '../../src/name/digest.ts';
import { parseRepository } from '../../src/name/reference.ts';
import { parseTag, type Tag } from '../../src/name/tag.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import { type Manifest, parseManifest } from '../../src/oci/manifest.ts';
import type { BlobSource } from '../../src/registry.ts';
import { type Connections, createConnections } from '../../src/remote/connections.ts';
import type { RemoteRegistry } from '../../src/remote/remote-registry.ts';

/** A clock that never waits: it notes how long it was asked to. */
export interface QuickClock extends Clock {
  readonly waits: readonly number[];
}

/** Makes a clock whose time passes only by sleeping. */
export function quickClock(): QuickClock {
  const waits: number[] = [];
  let now = 1_700_000_000_000;
  return {
    waits,
    now: () => now,
    async sleep(milliseconds) {
      waits.push(milliseconds);
      now += milliseconds;
    },
  };
}

/** A registry that runs, and connections to it. */
export interface World {
  readonly server: TestRegistry;
  readonly connections: Connections;
  readonly clock: QuickClock;
  readonly secrets: readonly string[];
  open(name?: string): RemoteRegistry;
  /** Other connections to the same registry. */
  connect(credentials: CredentialSettings): Connections;
}

/** How a world differs from an open registry without credentials. */
export interface WorldOptions extends RegistryOptions {
  readonly credentials?: CredentialSettings;
  readonly sources?: readonly CredentialSource[];
  /** What the settings call the registry. */
  readonly kind?: RegistryKind;
}

const opened: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Starts a registry and connects to it; both end with the test. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { credentials, sources, kind, ...registry } = options;
  const clock = quickClock();
  const server = await startRegistry({ now: clock.now, ...registry });
  opened.push(async () => {
    await server.close();
    if (server.defects.length > 0) throw new AggregateError(server.defects, 'The test registry has defects.');
  });
  const secrets: string[] = [];
  const connectWith = (credentialSources: readonly CredentialSource[]): Connections => {
    const http = createHttpClient({ userAgent: 'artifact-lifecycle-test', clock, environment: {} });
    opened.push(() => http.close());
    return createConnections({
      http,
      clock,
      credentials: credentialSources,
      settings: new Map([[server.host, { kind }]]),
      onSecret: (secret) => secrets.push(secret),
    });
  };
  const connect = (given: CredentialSettings): Connections =>
    connectWith([settingsSource(new Map([[server.host, given]]))]);
  const connections = sources === undefined ? connect(credentials ?? {}) : connectWith(sources);
  const open = (name = 'acme/app'): RemoteRegistry =>
    connections.open(parseRepository(`${server.host}/${name}`, 'test'));
  return { server, connections, clock, secrets, open, connect };
}

/** The descriptor of a blob that tests made. */
export function descriptorOf(blob: BlobContent): Descriptor {
  const { mediaType, digest, size } = blob.descriptor;
  return { mediaType, digest: parseDigest(digest, 'test'), size };
}

/** A manifest that tests made, as the suite reads it. */
export function manifestOf(content: ManifestContent): Manifest {
  const { bytes, mediaType, digest } = content;
  return parseManifest({ bytes, mediaType, expected: parseDigest(digest, 'test'), what: 'test manifest' });
}

/** A tag of a test. */
export function tag(text: string): Tag {
  return parseTag(text, 'test');
}

/** A blob of so many bytes, all different in the large. */
export function blobOf(size: number, seed = 1): BlobContent {
  const bytes = Buffer.alloc(size);
  let state = seed;
  for (let index = 0; index < size; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    bytes[index] = state >> 16;
  }
  return makeBlob(bytes);
}

/** A source of a blob's bytes that counts how often it was opened. */
export function sourceOf(blob: BlobContent): BlobSource & { readonly opened: () => number } {
  let count = 0;
  const source = async (offset: number): Promise<Readable> => {
    count += 1;
    const bytes = await buffer(blob.open());
    return Readable.from(slices(bytes.subarray(offset)), { objectMode: false });
  };
  return Object.assign(source, { opened: () => count });
}

/** The error that work ends with; that it ends well is the test's failure. */
export async function refusalOf(work: Promise<unknown>): Promise<SuiteError> {
  try {
    await work;
  } catch (error) {
    if (isSuiteError(error)) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 64 * 1024) yield bytes.subarray(at, at + 64 * 1024);
}
