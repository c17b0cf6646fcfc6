import { compilePattern } from '@artifact-lifecycle/core';
import type { Gates } from '@artifact-lifecycle/core/policy';
import {
  type ApprovalEvidence,
  type CanaryEvidence,
  type ChecksEvidence,
  type CommandOutcome,
  demandsOf,
  describeSbom,
  judgeApproval,
  judgeAttestation,
  judgeCanary,
  judgeChecks,
  judgeCommand,
  judgePlatforms,
  judgeProvenance,
  judgeSbom,
  judgeSignature,
  judgeSoak,
  judgeTests,
  judgeVulnerabilities,
  judgeWindow,
  type SbomDescription,
  type TestReport,
  type Verdict,
  vulnerabilityPolicyOf,
} from '@artifact-lifecycle/gates';
import type { Evidence, Verification, VerificationPolicy } from '@artifact-lifecycle/trust';
import { type Finding, judge, type VexStatement } from '@artifact-lifecycle/vulnerabilities';
import { acceptedStatement, DIGEST, verification } from '../support/verification.ts';

/** A statement that lies about, and by whom; what a real verifier would find out about it. */
export interface WorldStatement {
  readonly predicateType: string;
  readonly predicate: Readonly<Record<string, unknown>>;
  readonly identity: string;
  readonly age: number;
  readonly repository: string;
  readonly ref: string;
  readonly event: string;
  readonly selfHosted: boolean;
}

/** All that gates look at. */
export interface World {
  readonly now: number;
  readonly checks: ChecksEvidence;
  readonly reports: ReadonlyMap<string, TestReport>;
  readonly statements: readonly WorldStatement[];
  readonly sboms: readonly SbomDescription[];
  readonly findings: readonly Finding[];
  readonly platforms: readonly string[];
  readonly canary: CanaryEvidence;
  readonly approval: ApprovalEvidence;
  readonly soaked: number;
  readonly commandTakes: number;
}

const NO_VEX: readonly VexStatement[] = [];

/** What each gate says of a world, and whether it stops. */
export async function judgeWorld(gates: Gates, world: World): Promise<ReadonlyMap<string, boolean>> {
  const verdicts: (readonly [keyof Gates, Verdict])[] = [];
  const say = (gate: keyof Gates, verdict: Verdict): number => verdicts.push([gate, verdict]);
  const { checks, tests, signature, provenance, sbom, vulnerabilities, attestation } = gates;
  const demanding = { issuer: 'https://issuer.example', readKey: (path: string) => Promise.resolve(path) };
  const verified = async (
    demanded: Awaited<ReturnType<typeof demandsOf>>,
  ): Promise<Verification | Verdict> => {
    if (demanded === undefined) throw new Error('Nothing is demanded.');
    return 'policy' in demanded ? verify(demanded.policy, world) : demanded.verdict;
  };
  const on = { ...demanding, fallback: signature?.signer };
  if (checks !== undefined) say('checks', judgeChecks(checks, world.checks));
  if (tests?.junit !== undefined) {
    const reports = tests.junit.flatMap((glob) => world.reports.get(glob) ?? []);
    say('tests', judgeTests(tests, { kind: 'junit', reports }));
  } else if (tests !== undefined) {
    const found = await verified(await demandsOf('tests', tests, on));
    say('tests', isVerdict(found) ? found : judgeTests(tests, { kind: 'attestation', verification: found }));
  }
  if (signature !== undefined) {
    const found = await verified(await demandsOf('signature', signature, on));
    say('signature', isVerdict(found) ? found : judgeSignature(found));
  }
  if (provenance !== undefined) {
    const found = await verified(await demandsOf('provenance', provenance, on));
    say('provenance', isVerdict(found) ? found : judgeProvenance(found));
  }
  if (sbom !== undefined) {
    const demanded = await demandsOf('sbom', sbom, on);
    const found = demanded === undefined ? undefined : await verified(demanded);
    // Whoever looks for SBOMs of anybody finds the signed ones, too.
    const documents = [...world.sboms, ...world.statements.map(({ predicate }) => describeSbom(predicate))];
    const attached = documents.map((document) => ({ digest: DIGEST, document }));
    const platform = { platform: 'linux/amd64', digest: DIGEST, attached };
    say('sbom', judgeSbom(sbom, [{ ...platform, verification: isVerdict(found) ? undefined : found }]));
  }
  if (vulnerabilities !== undefined) {
    const policy = vulnerabilityPolicyOf(vulnerabilities);
    const subject = { name: 'x', platform: undefined };
    const verdict = judge(world.findings, NO_VEX, { ids: [], digests: [] }, policy, world.now);
    const assessment = { subject, source: 'OSV', components: 9, verdict, unmatched: [], notCovered: [] };
    say('vulnerabilities', judgeVulnerabilities(vulnerabilities, [assessment]));
  }
  if (attestation !== undefined) {
    const found = await verified(await demandsOf('attestation', attestation, on));
    say('attestation', isVerdict(found) ? found : judgeAttestation(attestation, found));
  }
  sayOthers(gates, world, say);
  return new Map(
    verdicts.map(([gate, { verdict }]) => [gate, verdict !== 'pass' && gates[gate]?.warnOnly !== true]),
  );
}

function sayOthers(
  { platforms, canary, approval, soak, window, command }: Gates,
  world: World,
  say: (gate: keyof Gates, verdict: Verdict) => void,
): void {
  if (platforms !== undefined) {
    say('platforms', judgePlatforms(platforms, { kind: 'index', platforms: world.platforms }));
  }
  if (canary !== undefined) say('canary', judgeCanary(canary, world.canary));
  if (approval !== undefined) say('approval', judgeApproval(approval, world.approval));
  if (soak !== undefined) {
    const entry = { environment: 'staging', record: DIGEST, signedAt: world.now - world.soaked };
    say('soak', judgeSoak(soak, { entry, now: world.now }));
  }
  if (window !== undefined) say('window', judgeWindow(window, world.now));
  if (command !== undefined) {
    const isLate = world.commandTakes > (command.timeout ?? 600_000);
    const exited: CommandOutcome = { kind: 'exited', code: 0, stdout: new Uint8Array(), isCut: false };
    say('command', judgeCommand(command, isLate ? { kind: 'timed-out' } : exited));
  }
}

function isVerdict(found: Verification | Verdict | undefined): found is Verdict {
  return found !== undefined && 'verdict' in found;
}

/** What the verifier does, without cryptography: its rules are tested where it is. */
function verify(policy: VerificationPolicy, world: World): Verification {
  const [required] = policy.require;
  const isRequired = ({ predicateType }: WorldStatement): boolean => {
    const short = { signature: 'sign:v1', provenance: 'prov:v1', sbom: 'https://cyclonedx.org/bom' };
    return predicateType === (new Map(Object.entries(short)).get(required ?? '') ?? required);
  };
  const evidence: readonly Evidence[] = world.statements.filter(isRequired).map((statement) => {
    const { predicateType, predicate, age } = statement;
    const verdict = isBySigner(policy, statement) ? 'accepted' : 'refused';
    return acceptedStatement(predicateType, predicate, { verdict, signedAt: world.now - age });
  });
  const levels = world.statements
    .filter((one) => isRequired(one) && isBySigner(policy, one))
    .map(({ identity }) => (policy.builders.some((builder) => identity.includes(`/${builder}`)) ? 3 : 2));
  const level = Math.max(0, ...levels);
  const refusals = [
    ...(evidence.some(({ verdict }) => verdict === 'accepted') ? [] : ['Nothing is accepted.']),
    ...(level < policy.minSlsaLevel ? ['The level is too low.'] : []),
  ];
  return verification(evidence, refusals, 0);
}

function isBySigner(policy: VerificationPolicy, statement: WorldStatement): boolean {
  const { identity: by, sourceRepository, sourceRefs, events, denySelfHosted, maxAge } = policy;
  const { identity, repository, ref, event, selfHosted, age } = statement;
  return (
    isIdentity(by, identity) &&
    (sourceRepository === undefined || sourceRepository === repository) &&
    (sourceRefs.length === 0 || sourceRefs.some((pattern) => compilePattern(pattern)(ref))) &&
    (events.length === 0 || events.includes(event)) &&
    !(denySelfHosted && selfHosted) &&
    (maxAge === undefined || age <= maxAge)
  );
}

function isIdentity(policy: VerificationPolicy['identity'], identity: string): boolean {
  if (policy.kind === 'key') return policy.publicKey === identity;
  const wanted = policy.identity ?? { exact: '' };
  if ('exact' in wanted) return wanted.exact === identity;
  const patterns = 'pattern' in wanted ? [wanted.pattern] : wanted.anyOf;
  return patterns.some((pattern) => compilePattern(pattern)(identity));
}
