import { answeredStatus } from './gate-error.ts';
import type { GateQuestions } from './questions.ts';

const NEEDS = ['artifact-metadata: write'];

/** Bounds of GitHub's API description; what is optional and longer is left out, what is required is cut. */
const MAX = {
  name: 256,
  version: 100,
  registryUrl: 256,
  repository: 128,
  environment: 128,
  artifactUrl: 152,
};

/** The only digests that the API takes. */
const DIGEST = /^sha256:[a-f0-9]{64}$/;

/** Where an artifact lies and runs, for the linked artifacts page of an organisation. */
export interface LinkedArtifact {
  /** `acme/app`: what it is called in its registry. */
  readonly name: string;
  readonly digest: string;
  readonly version?: string | undefined;
  /** `ghcr.io`. */
  readonly registryHost: string;
  /** The artifact's page, where it has one. */
  readonly artifactUrl?: string | undefined;
  /** What runs it: together with the place it names one deployment, which a later record replaces. */
  readonly environment?: string | undefined;
  /** Which of several places of one environment, as a region. */
  readonly place?: string | undefined;
}

/** What GitHub keeps of it. */
export type LinkedArtifactResult =
  | { readonly kind: 'recorded'; readonly deployment: boolean }
  /** One sentence that says why there is none: it is a page more, and stops no promotion. */
  | { readonly kind: 'unavailable'; readonly problem: string };

/**
 * Records where an artifact lies and, with an environment, that it is deployed there, on the organisation's linked
 * artifacts page (REST API, "Artifact metadata"). Users have none; and a server, plan or token that does not know it is
 * told, not thrown.
 *
 * @throws SuiteError `UNAUTHORIZED`, `RATE_LIMITED`, `UNREACHABLE`, `CANCELLED`
 */
export async function recordLinkedArtifact(
  questions: GateQuestions,
  artifact: LinkedArtifact,
): Promise<LinkedArtifactResult> {
  const { digest, environment } = artifact;
  if (!DIGEST.test(digest)) return unavailable(`it takes sha256 digests only, not ${digest.slice(0, 16)}…`);
  try {
    await record(questions, 'storage-record', storageOf(artifact, questions.repo));
    if (environment === undefined) return { kind: 'recorded', deployment: false };
    await record(questions, 'deployment-record', deploymentOf(artifact, environment, questions.repo));
    return { kind: 'recorded', deployment: true };
  } catch (error) {
    switch (answeredStatus(error)) {
      case 403:
        return refusedWith403(error);
      case 404:
        return unavailable(`${questions.owner} is no organisation, or has no such page (404)`);
      case 400:
      case 422:
        return unavailable(`GitHub refused the record (${answeredStatus(error)})`);
      default:
        throw error;
    }
  }
}

async function record(questions: GateQuestions, kind: string, body: Readonly<Record<string, unknown>>) {
  const route = `POST /orgs/{org}/artifacts/metadata/${kind}`;
  await questions.ask({ route, parameters: { org: questions.owner, ...body }, needs: NEEDS });
}

function storageOf(artifact: LinkedArtifact, repo: string) {
  const { registryHost, artifactUrl, name } = artifact;
  const isPage = artifactUrl?.startsWith('https://') === true && artifactUrl.length <= MAX.artifactUrl;
  return {
    ...whatItIs(artifact, repo),
    registry_url: `https://${registryHost}`.slice(0, MAX.registryUrl),
    ...(name.length <= MAX.repository && { repository: name }),
    ...(isPage && { artifact_url: artifactUrl }),
    status: 'active',
  };
}

function deploymentOf(artifact: LinkedArtifact, environment: string, repo: string) {
  const { name, place } = artifact;
  return {
    ...whatItIs(artifact, repo),
    ...{ status: 'deployed', deployment_name: name.slice(0, MAX.name) },
    logical_environment: environment.slice(0, MAX.environment),
    ...(place !== undefined && { physical_environment: place.slice(0, MAX.environment) }),
  };
}

function whatItIs({ name, digest, version }: LinkedArtifact, repo: string) {
  return {
    ...{ name: name.slice(0, MAX.name), digest, github_repository: repo },
    ...(version !== undefined && version.length <= MAX.version && { version }),
  };
}

function refusedWith403(error: unknown): LinkedArtifactResult {
  // A limit is no missing permission: it is tried again another time.
  if (error instanceof Error && 'code' in error && error.code === 'RATE_LIMITED') throw error;
  return unavailable(`the token may not write there (403); that takes "permissions: ${NEEDS.join(', ')}"`);
}

function unavailable(why: string): LinkedArtifactResult {
  return { kind: 'unavailable', problem: `Not on GitHub's linked artifacts page: ${why}.` };
}
