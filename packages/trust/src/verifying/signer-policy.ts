import { createPublicKey, type KeyObject } from 'node:crypto';
import { compilePattern, type Matcher, SuiteError } from '@artifact-lifecycle/core';
import type { CertificateFacts } from '../certificate/certificate-facts.ts';
import type { VerificationPolicy } from './policy.ts';
import { quote, Refusal } from './refusal.ts';
import { publicKeyProblem } from './signature-check.ts';
import { COMMIT, parseSignerWorkflow, serverOf, workflowOf } from './signer-workflow.ts';

/** Who must have signed, ready to be asked of many certificates. */
export interface SignerPolicy {
  /** The key that must have signed; `undefined` where a certificate must. */
  readonly key: KeyObject | undefined;
  /** @throws Refusal */
  check(certificate: CertificateFacts): void;
}

/** One demand: gives what is wrong as a sentence. */
type Demand = (certificate: CertificateFacts) => string | undefined;

/**
 * Makes a policy ready.
 *
 * @throws SuiteError `INPUT_INVALID` for a policy that demands nobody in particular, or holds what cannot be read.
 */
export function compileSignerPolicy(policy: VerificationPolicy): SignerPolicy {
  const { identity } = policy;
  if (identity.kind === 'key') {
    refuseCertificateDemands(policy);
    return { key: readKey(identity.publicKey), check: () => undefined };
  }
  const demands = [
    ...identityDemands(identity),
    ...repositoryDemands(policy, serverOf(identity.issuer)),
    ...runDemands(policy),
  ];
  return {
    key: undefined,
    check: (certificate) => {
      for (const demand of demands) {
        const problem = demand(certificate);
        if (problem !== undefined) throw new Refusal(problem);
      }
    },
  };
}

function readKey(pem: string): KeyObject {
  const details = { remedy: 'Give the public key as PEM: -----BEGIN PUBLIC KEY-----.' };
  let key: KeyObject;
  try {
    // A private key would be taken for its public half; nobody should have to hand that over.
    if (pem.includes('PRIVATE KEY')) throw new Error('private');
    key = createPublicKey(pem);
  } catch {
    throw new SuiteError('INPUT_INVALID', 'The key is no public key in PEM.', details);
  }
  const problem = publicKeyProblem(key);
  if (problem !== undefined) throw new SuiteError('INPUT_INVALID', `The key ${problem}.`, details);
  return key;
}

/** A key proves nothing about a build, so a demand on one must not be silently met. */
function refuseCertificateDemands(policy: VerificationPolicy): void {
  const demands = {
    'source repository':
      policy.sourceRepository ?? policy.sourceRepositoryId ?? policy.sourceRepositoryOwnerId,
    ref: policy.sourceRefs[0],
    event: policy.events[0],
    'hosted runner': policy.denySelfHosted ? 'yes' : undefined,
  };
  for (const [name, value] of Object.entries(demands)) {
    if (value === undefined) continue;
    throw new SuiteError('INPUT_INVALID', `A key cannot prove the ${name} that is demanded beside it.`, {
      remedy: 'Demand a certificate identity, or leave the demand out.',
    });
  }
}

type CertificateIdentity = Extract<VerificationPolicy['identity'], { readonly kind: 'certificate' }>;

function identityDemands({ identity, signerWorkflow, issuer }: CertificateIdentity): readonly Demand[] {
  if (issuer === '') throw new SuiteError('INPUT_INVALID', 'The issuer of the certificate is empty.');
  const demands: Demand[] = [same('issuer', issuer, (certificate) => certificate.issuer)];
  if (identity !== undefined && 'exact' in identity) {
    if (identity.exact === '') throw new SuiteError('INPUT_INVALID', 'The certificate identity is empty.');
    demands.push(same('identity', identity.exact, (certificate) => certificate.identity));
  } else if (identity !== undefined) {
    const patterns = 'anyOf' in identity ? identity.anyOf : [identity.pattern];
    const matchers: readonly Matcher[] = patterns.map((pattern) => compilePattern(pattern));
    const demanded = patterns.map(quote).join(' or ');
    // No pattern at all matches nobody.
    demands.push((certificate) =>
      matchers.some((matches) => matches(certificate.identity))
        ? undefined
        : `The identity is ${quote(certificate.identity)}, which does not match ${demanded}.`,
    );
  }
  if (signerWorkflow !== undefined) demands.push(workflowDemand(signerWorkflow, serverOf(issuer)));
  if (demands.length > 1) return demands;
  throw new SuiteError('INPUT_INVALID', 'Nobody in particular is demanded to have signed.', {
    remedy: 'Give certificate-identity, certificate-identity-pattern, signer-workflow or key.',
  });
}

function workflowDemand(text: string, server: string): Demand {
  const demanded = parseSignerWorkflow(text, 'signer workflow');
  return (certificate) => {
    const found = workflowOf(certificate.identity, server);
    const isPath = found?.path === demanded.path;
    const isCommit = demanded.ref !== undefined && COMMIT.test(demanded.ref);
    const isRef =
      demanded.ref === undefined ||
      found?.ref === demanded.ref ||
      (isCommit && certificate.buildSignerDigest === demanded.ref);
    if (isPath && isRef && certificate.buildSignerUri === certificate.identity) return undefined;
    const wanted = `${demanded.path}${demanded.ref === undefined ? '' : `@${demanded.ref}`}`;
    return `The signer's workflow is ${quote(certificate.identity)}, not ${quote(wanted)}.`;
  };
}

function repositoryDemands(policy: VerificationPolicy, server: string): readonly Demand[] {
  const { sourceRepository, sourceRepositoryId: id, sourceRepositoryOwnerId: owner } = policy;
  const demands: Demand[] = [];
  if (sourceRepository !== undefined) {
    const name = sourceRepository.replace(/^https:\/\/[^/]+\//, '');
    if (!/^[\w.-]+\/[\w.-]+$/.test(name)) {
      throw new SuiteError(
        'INPUT_INVALID',
        `The source repository is no owner/name: ${quote(sourceRepository)}.`,
      );
    }
    demands.push(same('source repository', `${server}/${name}`, (facts) => facts.sourceRepositoryUri));
  }
  if (id !== undefined) demands.push(same("source repository's id", id, (facts) => facts.sourceRepositoryId));
  if (owner !== undefined) {
    demands.push(same("source repository owner's id", owner, (facts) => facts.sourceRepositoryOwnerId));
  }
  return demands;
}

function runDemands({ sourceRefs, events, denySelfHosted }: VerificationPolicy): readonly Demand[] {
  const demands: Demand[] = [];
  if (sourceRefs.length > 0) {
    const matchers = sourceRefs.map((pattern) => compilePattern(pattern));
    demands.push(({ sourceRepositoryRef: ref }) =>
      ref !== undefined && matchers.some((matches) => matches(ref))
        ? undefined
        : `The source's ref is ${quote(ref)}, which does not match ${sourceRefs.join(', ')}.`,
    );
  }
  if (events.length > 0) {
    demands.push(({ buildTrigger: event }) =>
      event !== undefined && events.includes(event)
        ? undefined
        : `The build was started by the event ${quote(event)}, not by ${events.join(', ')}.`,
    );
  }
  if (denySelfHosted) demands.push(same('runner', 'github-hosted', (facts) => facts.runnerEnvironment));
  return demands;
}

/** Exact text, both ends, every letter. */
function same(what: string, wanted: string, read: (facts: CertificateFacts) => string | undefined): Demand {
  return (certificate) => {
    const found = read(certificate);
    return found === wanted ? undefined : `The ${what} is ${quote(found)}, not ${quote(wanted)}.`;
  };
}
