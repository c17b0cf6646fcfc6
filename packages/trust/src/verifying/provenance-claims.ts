import { field, isJsonObject, type JsonObject } from '@artifact-lifecycle/registry';
import type { CertificateFacts } from '../certificate/certificate-facts.ts';
import { parseWorkflowRef, pathFrom } from '../provenance/workflow-reference.ts';
import type { Statement } from '../statement/statement.ts';
import { quote } from './refusal.ts';

/** Versions of SLSA's provenance that are read: 0.2 is what slsa-github-generator still writes. */
export const PROVENANCE_TYPES: readonly string[] = [
  'https://slsa.dev/provenance/v1',
  'https://slsa.dev/provenance/v0.2',
];

/** Build types whose parameters are GitHub's, and say the same as a certificate. */
const GITHUB_BUILD_TYPES: readonly string[] = [
  'https://actions.github.io/buildtypes/workflow/v1',
  'https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1',
];

/** A claim of a predicate beside the proven value it must equal. */
interface Claim {
  readonly name: string;
  readonly claimed: unknown;
  readonly proven: string | undefined;
}

/** Who a provenance says has built; a claim until it is compared. */
export function builderOf({ predicateType, predicate }: Statement): string | undefined {
  const id = predicateType.endsWith('/v0.2')
    ? dig(predicate, 'builder', 'id')
    : dig(predicate, 'runDetails', 'builder', 'id');
  return typeof id === 'string' ? id : undefined;
}

/**
 * Where a provenance contradicts the certificate it is signed with, as a sentence, or `undefined`. Only what the
 * predicate says is compared: the certificate is what is proven, and a predicate that says less is no lie.
 */
export function provenanceContradiction(
  statement: Statement,
  certificate: CertificateFacts,
): string | undefined {
  const claims = [
    ...builderClaims(statement, certificate),
    ...(statement.predicateType.endsWith('/v0.2')
      ? claimsOfV02(statement.predicate, certificate)
      : claimsOfV1(statement.predicate, certificate)),
  ];
  const lie = claims.find(({ claimed, proven }) => claimed !== undefined && claimed !== proven);
  if (lie === undefined) return undefined;
  const claimed = typeof lie.claimed === 'string' ? lie.claimed : JSON.stringify(lie.claimed);
  return `The provenance says that its ${lie.name} is ${quote(claimed)}; the certificate proves ${quote(lie.proven)}.`;
}

/** Other builders have other kinds of names; one that is a workflow must be the one that signed. */
function builderClaims(statement: Statement, certificate: CertificateFacts): readonly Claim[] {
  const builder = builderOf(statement);
  const isWorkflow = builder?.includes('/.github/workflows/') === true;
  const isGitHub = GITHUB_BUILD_TYPES.includes(
    String(dig(statement.predicate, 'buildDefinition', 'buildType')),
  );
  return isWorkflow || isGitHub ? [{ name: 'builder', claimed: builder, proven: certificate.identity }] : [];
}

function claimsOfV1(predicate: JsonObject, certificate: CertificateFacts): readonly Claim[] {
  const definition = dig(predicate, 'buildDefinition');
  if (!isJsonObject(definition) || !GITHUB_BUILD_TYPES.includes(String(field(definition, 'buildType'))))
    return [];
  const workflow = (key: string): unknown => dig(definition, 'externalParameters', 'workflow', key);
  const github = (key: string): unknown => dig(definition, 'internalParameters', 'github', key);
  return [
    { name: 'repository', claimed: workflow('repository'), proven: certificate.sourceRepositoryUri },
    { name: 'ref', claimed: workflow('ref'), proven: certificate.sourceRepositoryRef },
    { name: 'workflow', claimed: workflow('path'), proven: configPath(certificate) },
    { name: 'event', claimed: github('event_name'), proven: certificate.buildTrigger },
    { name: "repository's id", claimed: github('repository_id'), proven: certificate.sourceRepositoryId },
    {
      name: "owner's id",
      claimed: github('repository_owner_id'),
      proven: certificate.sourceRepositoryOwnerId,
    },
    { name: 'runner', claimed: github('runner_environment'), proven: certificate.runnerEnvironment },
    {
      name: 'run',
      claimed: dig(predicate, 'runDetails', 'metadata', 'invocationId'),
      proven: certificate.runInvocationUri,
    },
    ...sourceClaims(field(definition, 'resolvedDependencies'), certificate),
  ];
}

/** The source is the first dependency; others are none of the certificate's business. */
function sourceClaims(dependencies: unknown, certificate: CertificateFacts): readonly Claim[] {
  const source: unknown = Array.isArray(dependencies) ? dependencies[0] : undefined;
  if (!isJsonObject(source)) return [];
  const { sourceRepositoryUri: uri, sourceRepositoryRef: ref } = certificate;
  return [
    { name: 'source', claimed: field(source, 'uri'), proven: `git+${uri}@${ref}` },
    {
      name: 'commit',
      claimed: dig(source, 'digest', 'gitCommit'),
      proven: certificate.sourceRepositoryDigest,
    },
  ];
}

function claimsOfV02(predicate: JsonObject, certificate: CertificateFacts): readonly Claim[] {
  const source = dig(predicate, 'invocation', 'configSource');
  if (!isJsonObject(source)) return [];
  const uri = field(source, 'uri');
  // Only a source that is named as GitHub's workflows are can be compared.
  if (typeof uri !== 'string' || !uri.startsWith('git+https://github.com/')) return [];
  const { sourceRepositoryUri: repository, sourceRepositoryRef: ref } = certificate;
  return [
    { name: 'source', claimed: uri, proven: `git+${repository}@${ref}` },
    { name: 'commit', claimed: dig(source, 'digest', 'sha1'), proven: certificate.sourceRepositoryDigest },
    { name: 'workflow', claimed: field(source, 'entryPoint'), proven: configPath(certificate) },
  ];
}

/**
 * `.github/workflows/x.yml` of the workflow that started it all. One that an organisation requires of its repositories
 * lies in another repository, whose name then stands before it, as GitHub's own provenance has it.
 */
function configPath({ buildConfigUri, sourceRepositoryUri }: CertificateFacts): string | undefined {
  if (buildConfigUri === undefined || sourceRepositoryUri === undefined) return undefined;
  if (!URL.canParse(sourceRepositoryUri)) return undefined;
  const server = `${new URL(sourceRepositoryUri).origin}/`;
  if (!buildConfigUri.startsWith(server)) return undefined;
  const workflow = parseWorkflowRef(buildConfigUri.slice(server.length));
  return workflow === undefined ? undefined : pathFrom(workflow, sourceRepositoryUri.slice(server.length));
}

function dig(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const key of path) at = isJsonObject(at) ? field(at, key) : undefined;
  return at;
}
