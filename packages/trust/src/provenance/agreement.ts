import type { CertificateFacts } from '../certificate/certificate-facts.ts';
import { memberOf } from '../service/json-object.ts';
import { parseWorkflowRef, WORKFLOW_BUILD_TYPE } from './workflow-provenance.ts';

/** Where provenance says something else than the certificate that signed it. */
export interface Disagreement {
  /** `runDetails.builder.id`. */
  readonly place: string;
  readonly stated: string;
  readonly certified: string;
}

/**
 * Compares the provenance of a workflow with the certificate that it is signed with: whoever holds a certificate can
 * sign any text, but only what the certificate says, too, is proven (reference for the pairs: fulcio, "oid-info", and
 * GitHub's build type). A fact that only one of both has is a disagreement.
 */
export function compareProvenance(predicate: unknown, facts: CertificateFacts): readonly Disagreement[] {
  const stated = (...names: readonly string[]): string => {
    const value = memberOf(predicate, ...names);
    return typeof value === 'string' ? value : '';
  };
  const definition = 'buildDefinition';
  const workflow = [definition, 'externalParameters', 'workflow'] as const;
  const github = [definition, 'internalParameters', 'github'] as const;
  const source = facts.sourceRepositoryUri ?? '';
  const server = serverOfUri(source);
  const configuration = parseWorkflowRef((facts.buildConfigUri ?? '').slice(server.length + 1));
  const dependency = firstDependency(predicate);
  const pairs: readonly (readonly [place: string, stated: string, certified: string | undefined])[] = [
    [`${definition}.buildType`, stated(definition, 'buildType'), WORKFLOW_BUILD_TYPE],
    [`${workflow.join('.')}.repository`, stated(...workflow, 'repository'), source],
    [`${workflow.join('.')}.ref`, stated(...workflow, 'ref'), facts.sourceRepositoryRef],
    [`${workflow.join('.')}.path`, stated(...workflow, 'path'), configuration?.path],
    [`${github.join('.')}.event_name`, stated(...github, 'event_name'), facts.buildTrigger],
    [`${github.join('.')}.repository_id`, stated(...github, 'repository_id'), facts.sourceRepositoryId],
    [
      `${github.join('.')}.repository_owner_id`,
      stated(...github, 'repository_owner_id'),
      facts.sourceRepositoryOwnerId,
    ],
    [
      `${github.join('.')}.runner_environment`,
      stated(...github, 'runner_environment'),
      facts.runnerEnvironment,
    ],
    [
      `${definition}.resolvedDependencies[0].uri`,
      dependency.uri,
      `git+${source}@${facts.sourceRepositoryRef ?? ''}`,
    ],
    [
      `${definition}.resolvedDependencies[0].digest.gitCommit`,
      dependency.commit,
      facts.sourceRepositoryDigest,
    ],
    ['runDetails.builder.id', stated('runDetails', 'builder', 'id'), facts.buildSignerUri ?? facts.identity],
    [
      'runDetails.metadata.invocationId',
      stated('runDetails', 'metadata', 'invocationId'),
      facts.runInvocationUri,
    ],
  ];
  return pairs
    .filter(([, left, right]) => left === '' || left !== right)
    .map(([place, left, right]) => ({ place, stated: left, certified: right ?? '' }));
}

/** `https://github.com` of `https://github.com/owner/name`. */
function serverOfUri(uri: string): string {
  return URL.canParse(uri) ? new URL(uri).origin : '';
}

function firstDependency(predicate: unknown): { readonly uri: string; readonly commit: string } {
  const list = memberOf(predicate, 'buildDefinition', 'resolvedDependencies');
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  const uri = memberOf(first, 'uri');
  const commit = memberOf(first, 'digest', 'gitCommit');
  return { uri: typeof uri === 'string' ? uri : '', commit: typeof commit === 'string' ? commit : '' };
}
