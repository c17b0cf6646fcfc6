import type { KeyObject } from 'node:crypto';
import { systemClock } from '@artifact-lifecycle/core';
import { createHttpClient } from '@artifact-lifecycle/core/http';
import { createConnections, type Digest, parseDigest, parseRepository } from '@artifact-lifecycle/registry';
import {
  type Attestor,
  createKeyAttestor,
  createKeylessAttestor,
  customInstance,
  fetchWorkflowClaims,
  type NamedTrustedRoot,
  RegistryStore,
  readTrustedRoot,
  type Verification,
  type VerificationPolicy,
  verifyArtifact,
  writeProvenance,
} from '@artifact-lifecycle/trust';
import type { SigstoreStack } from './sigstore-stack.ts';

/** The suite's own packages, wired to a stack as an action wires them. */
export interface Library {
  readonly root: NamedTrustedRoot;
  readonly keyless: Attestor;
  /** With or without the stack's log and timestamp authority. */
  withKey(privateKey: KeyObject, witnessed: boolean): Attestor;
  /** The predicate of the job whose tokens the stack gives out. */
  provenance(): Promise<Readonly<Record<string, unknown>>>;
  store(repository: string): RegistryStore;
  verify(
    repository: string,
    digest: string,
    policy: Partial<VerificationPolicy> & Pick<VerificationPolicy, 'identity'>,
  ): Promise<Verification>;
  close(): void;
}

/** The least that a policy can demand. */
const NO_DEMANDS = {
  sourceRefs: [],
  events: [],
  denySelfHosted: false,
  builders: [],
  minSlsaLevel: 0,
  require: ['signature'],
  allowLegacy: false,
} as const;

/** Where jobs of the stack's issuer run: its tokens name none that is known. */
const SERVER = 'https://github.com';

export async function openLibrary(stack: SigstoreStack): Promise<Library> {
  const clock = systemClock;
  const http = createHttpClient({ userAgent: 'artifact-lifecycle/test', environment: {} });
  const connections = createConnections({ http, clock, credentials: [] });
  const root = await readTrustedRoot(Buffer.from(JSON.stringify(stack.trustedRoot)), 'of the stack');
  const instance = customInstance(stack.inputs, undefined, root.root);
  const source = (audience: string): Promise<string> => stack.issuer.mint(audience);
  const store = (repository: string): RegistryStore =>
    new RegistryStore(connections.open(parseRepository(repository, 'test')), { clock });
  return {
    root,
    keyless: createKeylessAttestor({ instance, http, clock, source }),
    withKey: (privateKey, witnessed) =>
      createKeyAttestor({
        privateKey,
        instance: witnessed ? instance : { ...instance, rekor: undefined, tsaUrl: undefined },
        http,
        clock,
      }),
    provenance: async () => {
      const demands = { source, http, clock, issuer: stack.urls.issuer, audience: 'sigstore' };
      return writeProvenance(await fetchWorkflowClaims(demands), { serverUrl: SERVER });
    },
    store,
    verify: async (repository, digest, policy) => {
      const full = { ...NO_DEMANDS, ...policy };
      const subject = toDigest(digest);
      const entries = await store(repository).list(subject, { legacy: full.allowLegacy });
      return verifyArtifact({ digest: subject, entries, policy: full, roots: [root], clock });
    },
    close: () => http.close(),
  };
}

export function toDigest(text: string): Digest {
  return parseDigest(text, 'test');
}
