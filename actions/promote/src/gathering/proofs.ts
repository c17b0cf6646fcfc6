import {
  type DemandWorld,
  demandsOf,
  type GateSettings,
  type ProofGate,
  type Verdict,
} from '@artifact-lifecycle/gates';
import { GitHubStore, isForkPullRequest } from '@artifact-lifecycle/github/attestations';
import { type Digest, mapInParallel } from '@artifact-lifecycle/registry';
import {
  canCount,
  combineIndex,
  gatherEntries,
  type IndexPlatform,
  issuerOf,
  type ListingStore,
  platformsOf,
  RegistryStore,
  readPublicKeyFile,
  type Verification,
  type VerificationPolicy,
  verifyArtifact,
} from '@artifact-lifecycle/trust';
import type { Artifact } from '../artifact.ts';
import type { Desk } from '../desk.ts';
import { once } from '../once.ts';
import type { PromotionRequest } from '../request.ts';

/** Platforms that are asked about at a time; each costs a registry some requests. */
const AT_A_TIME = 8;

/** What is said of an artifact by signatures, where it lies now. */
export interface Proofs {
  /** The images of an index, or the one image that it is. */
  readonly platforms: readonly IndexPlatform[];
  /** Makes what a gate demands; its verdict where it names nobody. `undefined` where it asks for no signature. */
  demandsOf<Name extends ProofGate>(
    gate: Name,
    settings: GateSettings<Name>,
  ): ReturnType<typeof demandsOf<Name>>;
  /** The artifact, and each platform of an index: that is what runs. */
  verify(policy: VerificationPolicy): Promise<Verification>;
  /** The artifact alone. */
  verifyWhole(policy: VerificationPolicy): Promise<Verification>;
  /** The commit that verified provenance names; `undefined` where no gate asks for provenance, or none verifies. */
  provenCommit(): Promise<string | undefined>;
  /** One digest alone. */
  verifyOne(digest: Digest, policy: VerificationPolicy): Promise<Verification>;
}

/** A proof that was demanded and judged, or the reason why it could not be demanded. */
export type Proven = { readonly verification: Verification } | { readonly verdict: Verdict };

export function openProofs(artifact: Artifact, { gates }: PromotionRequest, desk: Desk): Proofs {
  const { root, digest, registry } = artifact;
  const { context, event, inputs } = desk;
  const { signal, clock, log } = context;
  const platforms = root.content.kind === 'index' ? platformsOf(root) : [{ digest, platform: undefined }];
  const world: DemandWorld = {
    issuer: issuerOf(event.serverUrl),
    fallback: gates.signature?.signer,
    readKey: (path) => readPublicKeyFile(path, 'a gate', context.workspace),
  };
  const store = new RegistryStore(registry, { clock });
  const verifyOne = async (about: Digest, policy: VerificationPolicy): Promise<Verification> => {
    const roots = await desk.roots(policy.identity.kind === 'key');
    const options = { signal, matters: (type: string) => canCount(type, policy) };
    const ask = async (stores: readonly ListingStore[]): Promise<Verification> =>
      verifyArtifact({
        digest: about,
        entries: await gatherEntries(stores, about, options),
        policy,
        roots,
        clock,
      });
    const own = await ask([store]);
    if (own.verified || policy.sourceRepository === undefined || inputs.githubToken === undefined) return own;
    const github = new GitHubStore({
      repository: policy.sourceRepository,
      token: inputs.githubToken,
      apiUrl: event.apiUrl,
      serverUrl: event.serverUrl,
      isFork: isForkPullRequest(event),
      userAgent: 'artifact-lifecycle/promote',
      signal,
      onTrace: (line) => log.debug(line),
    });
    return ask([store, github]);
  };
  const verify = async (policy: VerificationPolicy): Promise<Verification> => {
    const own = await verifyOne(digest, policy);
    if (root.content.kind !== 'index') return own;
    const verified = await mapInParallel(platforms, AT_A_TIME, signal, async (platform) => ({
      digest: platform.digest,
      verification: await verifyOne(platform.digest, policy),
    }));
    return combineIndex(root, own, new Map(verified.map((one) => [one.digest, one.verification])));
  };
  const provenCommit = once(async () => {
    const demands = gates.provenance && (await demandsOf('provenance', gates.provenance, world));
    if (demands === undefined || 'verdict' in demands) return undefined;
    const { verified, evidence } = await verifyOne(digest, demands.policy);
    const commits = evidence.flatMap((one) =>
      one.verdict === 'accepted' ? (one.certificate?.sourceRepositoryDigest ?? []) : [],
    );
    return verified ? commits[0] : undefined;
  });
  return {
    platforms,
    demandsOf: (gate, settings) => demandsOf(gate, settings, world),
    verify,
    verifyWhole: (policy) => verifyOne(digest, policy),
    verifyOne,
    provenCommit,
  };
}

/** Gates whose statements are about the artifact as a whole: who attests to a test or a review names the index. */
const WHOLE: ReadonlySet<ProofGate> = new Set(['attestation', 'tests']);

/** Verifies what a gate demands of the artifact. */
export async function prove<Name extends ProofGate>(
  gate: Name,
  settings: GateSettings<Name>,
  proofs: Proofs,
): Promise<Proven | undefined> {
  const demands = await proofs.demandsOf(gate, settings);
  if (demands === undefined || 'verdict' in demands) return demands;
  const verify = WHOLE.has(gate) ? proofs.verifyWhole : proofs.verify;
  return { verification: await verify(demands.policy) };
}
