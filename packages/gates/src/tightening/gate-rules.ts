import {
  APPROVAL_DEFAULTS,
  COMMAND_DEFAULTS,
  type Condition,
  formatDuration,
  formatPath,
  type GateName,
  type Gates,
  parseDuration,
  TESTS_DEFAULTS,
  VULNERABILITIES_DEFAULTS,
} from '@artifact-lifecycle/core/policy';
import type { GateSettings } from '../verdict/settings.ts';
import { compareCanary } from './canary.ts';
import * as is from './difference.ts';
import { compareExceptions, isStricterSeverity } from './findings.ts';
import { isNarrowerGlob, narrowerSigner } from './signers.ts';
import { narrowerWindows, widerFreezes } from './windows.ts';

/** Compares a gate's settings. @param whole the policy's gates, of which one may stand in for another. */
export type GateRule<Name extends GateName> = (
  policy: GateSettings<Name>,
  input: GateSettings<Name>,
  whole: Gates,
) => is.Compared<GateSettings<Name>>;

/** The rule of each setting of each gate: which way is tighter. */
export const GATE_RULES: { readonly [Name in GateName]: GateRule<Name> } = {
  checks: (policy, input) => ({
    require: is.includesAll(policy.require, input.require),
    // Without it the word of every app counts, so that naming one lets another's failure pass.
    app: is.same(policy.app, input.app),
    warnOnly: is.relaxes(policy.warnOnly, input.warnOnly),
  }),
  tests: (policy, input) => ({
    // More reports can bring the tests that are too few.
    junit: is.same(policy.junit, input.junit),
    attestation: is.same(policy.attestation, input.attestation),
    minPassed: is.atLeast(policy.minPassed, input.minPassed, { otherwise: TESTS_DEFAULTS.minPassed }),
    maxFailed: is.atMost(policy.maxFailed, input.maxFailed, { otherwise: TESTS_DEFAULTS.maxFailed }),
    warnOnly: is.relaxes(policy.warnOnly, input.warnOnly),
  }),
  signature: (policy, input) => ({
    signer: narrowerSigner(policy.signer, input.signer, false),
    maxAge: is.atMost(policy.maxAge, input.maxAge, { show: formatDuration }),
    warnOnly: is.relaxes(policy.warnOnly, input.warnOnly),
  }),
  provenance: (policy, input) => ({
    minSlsaLevel: is.atLeast(policy.minSlsaLevel, input.minSlsaLevel, { otherwise: 0 }),
    // Who may have signed follows from these two: one more may be somebody else.
    sourceRepository: is.same(policy.sourceRepository, input.sourceRepository),
    builders: is.within(policy.builders, input.builders, { isOpen: false }),
    sourceRef: is.within(policy.sourceRef, input.sourceRef, { isOpen: true, isWithin: isNarrowerGlob }),
    events: is.within(policy.events, input.events, { isOpen: true }),
    denySelfHosted: is.demands(policy.denySelfHosted, input.denySelfHosted),
    warnOnly: is.relaxes(policy.warnOnly, input.warnOnly),
  }),
  sbom: (policy, input) => ({
    format: is.comparedBy(
      policy.format,
      input.format,
      (one, other) => one === other || (one === 'cyclonedx-json' && other === 'cyclonedx-json@1.7'),
      { withoutPolicy: true },
    ),
    signer: narrowerSigner(policy.signer, input.signer, true),
    warnOnly: is.relaxes(policy.warnOnly, input.warnOnly),
  }),
  vulnerabilities: (policy, input) => ({
    failOn: is.comparedBy(policy.failOn, input.failOn, isStricterSeverity, {
      otherwise: VULNERABILITIES_DEFAULTS.failOn,
      withoutPolicy: false,
    }),
    onlyFixed: is.relaxes(policy.onlyFixed, input.onlyFixed),
    // One file less may be the one that says "affected".
    vex: is.same(policy.vex, input.vex),
    vexIdentity: is.same(policy.vexIdentity, input.vexIdentity),
    ignore: compareExceptions(policy.ignore, input.ignore),
    minEpss: is.atMostOrNone(policy.minEpss, input.minEpss),
    advisories: is.same(policy.advisories, input.advisories, {
      otherwise: VULNERABILITIES_DEFAULTS.advisories,
    }),
    newOnly: is.relaxes(policy.newOnly, input.newOnly),
    warnOnly: is.relaxes(policy.warnOnly, input.warnOnly),
  }),
  attestation: (policy, input, whole) => ({
    predicateType: is.same(policy.predicateType, input.predicateType),
    signer: narrowerSigner(policy.signer ?? whole.signature?.signer, input.signer, false),
    where: is.includesAll(policy.where, input.where, {
      show: (conditions) => conditions.map(showCondition).join(', '),
    }),
    warnOnly: is.relaxes(policy.warnOnly, input.warnOnly),
  }),
  platforms: (policy, input) => ({
    require: is.includesAll(policy.require, input.require, {
      meets: (given, demanded) => given === demanded || given.startsWith(`${demanded}/`),
    }),
    warnOnly: is.relaxes(policy.warnOnly, input.warnOnly),
  }),
  canary: compareCanary,
  approval: (policy, input) => {
    // Who is in either list counts, so that one list beside the other adds people.
    const isOpen = policy.users === undefined && policy.teams === undefined;
    return {
      environment: is.same(policy.environment, input.environment),
      atLeast: is.atLeast(policy.atLeast, input.atLeast, { otherwise: APPROVAL_DEFAULTS.atLeast }),
      notTheAuthor: is.demands(policy.notTheAuthor, input.notTheAuthor),
      users: is.within(policy.users, input.users, { isOpen }),
      teams: is.within(policy.teams, input.teams, { isOpen }),
      warnOnly: is.relaxes(policy.warnOnly, input.warnOnly),
    };
  },
  soak: (policy, input) => ({
    for: is.atLeast(policy.for, input.for, { show: formatDuration }),
    warnOnly: is.relaxes(policy.warnOnly, input.warnOnly),
  }),
  window: (policy, input) => ({
    allow: narrowerWindows(policy.allow, input.allow),
    freeze: widerFreezes(policy.freeze, input.freeze),
    warnOnly: is.relaxes(policy.warnOnly, input.warnOnly),
  }),
  command: (policy, input) => ({
    run: is.comparedBy(policy.run, input.run, (one, other) => JSON.stringify(one) === JSON.stringify(other), {
      withoutPolicy: false,
    }),
    timeout: is.atMost(policy.timeout, input.timeout, {
      show: formatDuration,
      ...(DEFAULT_TIMEOUT === undefined ? {} : { otherwise: DEFAULT_TIMEOUT }),
    }),
    warnOnly: is.relaxes(policy.warnOnly, input.warnOnly),
  }),
};

const DEFAULT_TIMEOUT = parseDuration(COMMAND_DEFAULTS.timeout);

function showCondition({ path, equals }: Condition): string {
  return `${formatPath(path)}: ${JSON.stringify(equals)}`;
}
