import type { Signer } from '@artifact-lifecycle/core/policy';
import {
  COMMIT,
  type IdentityPolicy,
  identityOf,
  parseSignerWorkflow,
  type Requirement,
  type SignerWorld,
  serverOf,
  TEST_RESULT_TYPE,
  type VerificationPolicy,
} from '@artifact-lifecycle/trust';
import type { GateSettings } from '../verdict/settings.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { cannotTell } from '../verdict/verdicts.ts';

/** Gates whose evidence is a verification. */
export type ProofGate = 'signature' | 'provenance' | 'sbom' | 'attestation' | 'tests';

/** What demands are made of, besides the gate's settings. */
export interface DemandWorld extends SignerWorld {
  /** The signer of the same environment's gate `signature`: stands in where a gate names none. */
  readonly fallback: Signer | undefined;
}

/** What the verifier is to demand; or, where the gate names nobody, its verdict. */
export type Demands = { readonly policy: VerificationPolicy } | { readonly verdict: Verdict };

/** What is demanded where a gate demands nothing else. cosign's older tags do not count, as in `verify`. */
const NOTHING_ELSE = {
  sourceRefs: [],
  events: [],
  denySelfHosted: false,
  builders: [],
  minSlsaLevel: 0,
  allowLegacy: false,
} as const satisfies Partial<VerificationPolicy>;

/**
 * Makes what a gate demands of the verifier. `undefined` for a gate that asks for no signature: SBOMs by anyone, test
 * reports in files.
 *
 * @throws SuiteError `INPUT_INVALID` for a builder that is none, and what `readKey` throws
 */
export async function demandsOf<Name extends ProofGate>(
  gate: Name,
  settings: GateSettings<Name>,
  world: DemandWorld,
): Promise<Demands | undefined> {
  return MAKERS[gate](settings, world);
}

const MAKERS: {
  readonly [Name in ProofGate]: (
    settings: GateSettings<Name>,
    world: DemandWorld,
  ) => Promise<Demands | undefined>;
} = {
  signature: async ({ signer, maxAge }, world) => ({
    policy: {
      ...NOTHING_ELSE,
      identity: await identityOf(signer, world),
      require: ['signature'],
      maxAge,
    },
  }),
  provenance: demandsOfProvenance,
  sbom: async ({ signer }, world) =>
    signer === undefined
      ? undefined
      : { policy: { ...NOTHING_ELSE, identity: await identityOf(signer, world), require: ['sbom'] } },
  attestation: ({ signer, predicateType }, world) => {
    if (isUri(predicateType)) return demandsOn(predicateType, signer ?? world.fallback, 'attestation', world);
    const verdict = cannotTell(`${JSON.stringify(predicateType)} is no predicate type: it is no URI.`);
    return Promise.resolve({ verdict });
  },
  tests: async ({ attestation }, world) =>
    attestation === undefined ? undefined : demandsOn(TEST_RESULT_TYPE, world.fallback, 'tests', world),
};

async function demandsOn(
  requirement: Requirement,
  signer: Signer | undefined,
  gate: ProofGate,
  world: DemandWorld,
): Promise<Demands> {
  if (signer === undefined) return { verdict: namesNobody(gate) };
  return { policy: { ...NOTHING_ELSE, identity: await identityOf(signer, world), require: [requirement] } };
}

/**
 * Provenance has no signer of its own. Who may have signed it is, the first that there is:
 *
 * 1. with `source-repository` or `builders`: a workflow of that repository, or one of these builders. The repository
 *    that was built is proven by the certificate itself;
 * 2. the signer of the gate `signature`;
 * 3. nobody: then anyone's provenance would do, so the verdict is an error.
 */
async function demandsOfProvenance(
  settings: GateSettings<'provenance'>,
  world: DemandWorld,
): Promise<Demands> {
  const { sourceRepository, sourceRef, events, builders, denySelfHosted, minSlsaLevel } = settings;
  const identity =
    workflowsOf(sourceRepository, builders ?? [], world.issuer) ??
    (world.fallback === undefined ? undefined : await identityOf(world.fallback, world));
  if (identity === undefined) return { verdict: namesNobody('provenance') };
  return {
    policy: {
      ...NOTHING_ELSE,
      identity,
      sourceRepository,
      sourceRefs: sourceRef ?? [],
      events: events ?? [],
      denySelfHosted: denySelfHosted ?? false,
      builders: builders ?? [],
      minSlsaLevel: minSlsaLevel ?? 0,
      require: ['provenance'],
    },
  };
}

function workflowsOf(
  repository: string | undefined,
  builders: readonly string[],
  issuer: string,
): IdentityPolicy | undefined {
  const server = serverOf(issuer);
  const anyOf = [
    ...(repository === undefined ? [] : [`${server}/${literally(repository)}/.github/workflows/*@**`]),
    ...builders.map((builder) => {
      const { path, ref } = parseSignerWorkflow(builder, 'builder');
      // A certificate names the ref of a call; which commit that was, the level looks at.
      return `${server}/${literally(path)}@${ref === undefined || COMMIT.test(ref) ? '**' : literally(ref)}`;
    }),
  ];
  return anyOf.length === 0 ? undefined : { kind: 'certificate', identity: { anyOf }, issuer };
}

/** A text as a glob that matches it alone. */
function literally(text: string): string {
  return text.replace(/[\\*?[\]{},!]/g, '\\$&');
}

function namesNobody(gate: ProofGate): Verdict {
  const remedy =
    gate === 'provenance' ? 'set source-repository or builders, or add' : 'add, with who must have signed,';
  return cannotTell(
    `The gate ${gate} names nobody who must have signed, so anyone could have: ${remedy} the gate signature.`,
  );
}

function isUri(text: string): text is `${string}:${string}` {
  return /^[a-z][a-z0-9+.-]*:\S+$/i.test(text);
}
