import { SuiteError } from '@artifact-lifecycle/core';
import type { GateName, Gates } from '@artifact-lifecycle/core/policy';
import type { GateSettings } from '../verdict/settings.ts';
import { mergeMetrics } from './canary.ts';
import { type Difference, kebab } from './difference.ts';
import { GATE_RULES } from './gate-rules.ts';
import { settingOf, showSigner } from './signers.ts';

/** A gate's setting that an input would weaken. */
export interface Weakening extends Omit<Difference, 'writtenAs'> {
  readonly gate: GateName;
  /** As the policy writes it: `max-failed`. */
  readonly setting: string;
}

/** More is not listed: who weakens this much meant something else. */
const MAX_LISTED = 20;

/** The same as {@link Gates}, so that the compiler can follow a name from gate to rule. */
type ByName = { readonly [Name in GateName]?: GateSettings<Name> };

type Mutable = { -readonly [Name in GateName]?: GateSettings<Name> };

/**
 * Tightens the gates of a policy by those of an input: gates may be added, settings become tighter; what the input
 * leaves out stays as the policy has it. Nothing may become weaker: what the result lets pass the policy lets pass, too.
 *
 * @throws SuiteError `POLICY_WEAKENED` that names every gate and setting with both values
 */
export function tightenGates(policy: Gates, input: Gates): Gates {
  const weakenings = findWeakenings(policy, input);
  if (weakenings.length > 0) throw weakened(weakenings);
  const result: Mutable = {};
  for (const name of GATE_NAMES) tightenGate(result, name, policy, input);
  return result;
}

const GATE_NAMES = Object.keys(GATE_RULES).filter((name): name is GateName =>
  Object.hasOwn(GATE_RULES, name),
);

/** What an input would weaken: all of it, in the order of the gates. */
export function findWeakenings(policy: Gates, input: Gates): readonly Weakening[] {
  return [...GATE_NAMES.flatMap((name) => compareGate(name, policy, input)), ...findStandIns(policy, input)];
}

function compareGate<Name extends GateName>(name: Name, policy: ByName, input: ByName): readonly Weakening[] {
  const demanded: GateSettings<Name> | undefined = policy[name];
  const given: GateSettings<Name> | undefined = input[name];
  if (demanded === undefined || given === undefined) return [];
  const compared = GATE_RULES[name](demanded, given, policy);
  return Object.entries<readonly Difference[]>(compared).flatMap(([setting, differences]) =>
    differences.map(({ writtenAs = kebab(setting), path, policy: demands, input: gives }) => ({
      gate: name,
      setting: writtenAs,
      path,
      policy: demands,
      input: gives,
    })),
  );
}

/**
 * A signer that stands in where the policy's gates name nobody would let pass what they refuse: they end in an error,
 * and that is to be mended in the policy.
 */
function findStandIns(
  { signature, provenance, tests, attestation }: Gates,
  input: Gates,
): readonly Weakening[] {
  if (signature !== undefined || input.signature === undefined) return [];
  const isNobody = {
    provenance:
      provenance !== undefined &&
      provenance.sourceRepository === undefined &&
      provenance.builders === undefined,
    tests: tests?.attestation === true,
    attestation: attestation !== undefined && attestation.signer === undefined,
  };
  const gates = Object.entries(isNobody).flatMap(([gate, is]) => (is ? [gate] : []));
  if (gates.length === 0) return [];
  const { signer } = input.signature;
  const policy = `nobody, so that the gate ${gates.join(', ')} has no signer,`;
  return [{ gate: 'signature', setting: settingOf(signer), path: '', policy, input: showSigner(signer) }];
}

function tightenGate<Name extends GateName>(
  result: Mutable,
  name: Name,
  policy: ByName,
  input: ByName,
): void {
  const demanded: GateSettings<Name> | undefined = policy[name];
  const given: GateSettings<Name> | undefined = input[name];
  const merged: GateSettings<Name> | undefined =
    demanded !== undefined && given !== undefined ? { ...demanded, ...given } : (given ?? demanded);
  if (merged !== undefined) result[name] = merged;
  if (name === 'canary' && policy.canary !== undefined && input.canary !== undefined) {
    const metrics = mergeMetrics(policy.canary.metrics, input.canary.metrics);
    result.canary = { ...policy.canary, ...input.canary, metrics };
  }
}

function weakened(weakenings: readonly Weakening[]): SuiteError {
  const facts = weakenings
    .slice(0, MAX_LISTED)
    .map(
      ({ gate, setting, path, policy, input }) =>
        `${gate}.${setting}${path} is ${policy} in the policy, and ${input} in the input`,
    );
  const more = weakenings.length - facts.length;
  const message =
    weakenings.length === 1
      ? `The input "gates" would weaken the policy: ${facts.join('')}.`
      : `The input "gates" would weaken ${weakenings.length} settings of the policy:\n${[
          ...facts.map((fact) => `  ${fact}.`),
          ...(more > 0 ? [`  … and ${more} more.`] : []),
        ].join('\n')}`;
  return new SuiteError('POLICY_WEAKENED', message);
}
