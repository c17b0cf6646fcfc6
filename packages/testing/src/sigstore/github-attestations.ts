import { type Answer, answerJson } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import {
  fromBase64,
  isObject,
  type JsonObject,
  member,
  Rejection,
  receiveJson,
  type Service,
  startService,
} from './service.ts';
import { compressSnappy } from './snappy.ts';

/** What a token may do with the attestations of a repository, or that the repository has none. */
export type AttestationAccess =
  | 'write'
  | 'read'
  /** 404, as for anything a token may not see. */
  | 'none'
  /** 404: private repositories of a user do not have the feature. */
  | 'unavailable';

export interface GitHubAttestationsOptions {
  /** By `owner/name`; every repository can be written to when absent, none other than these when given. */
  readonly repositories?: Readonly<Record<string, AttestationAccess>> | undefined;
  /** The token that the API takes; any when absent. */
  readonly token?: string | undefined;
  /** Whether answers hold the bundle, or where it lies, compressed; both when absent, as GitHub's do. */
  readonly bundles?: 'inline' | 'url' | 'both' | undefined;
  /** The answer when there is none: GitHub's is 404. */
  readonly nothing?: 404 | 200 | undefined;
}

/** An attestation as it is kept. */
export interface KeptAttestation {
  readonly id: number;
  readonly repository: string;
  readonly bundle: JsonObject;
  /** `sha256:` and hex, of each subject of the statement. */
  readonly subjects: readonly string[];
  readonly predicateType: string;
}

/** The part of GitHub's API that keeps attestations. */
export interface GitHubAttestations extends Service {
  readonly kept: readonly KeptAttestation[];
  /** Keeps a bundle without a request. */
  keep(repository: string, bundle: JsonObject): KeptAttestation;
}

const COLLECTION = /^\/repos\/([^/]+\/[^/]+)\/attestations$/;
const OF_SUBJECT = /^\/repos\/([^/]+\/[^/]+)\/attestations\/(sha(?:256|512):[0-9a-f]+)$/;
const BUNDLE = /^\/bundles\/(\d+)$/;

/** Pages as GitHub's API has them. */
const DEFAULT_PAGE = 30;
const MAX_PAGE = 100;

/** Starts an API that keeps nothing yet. */
export async function startGitHubAttestations(
  options: GitHubAttestationsOptions = {},
): Promise<GitHubAttestations> {
  const kept: KeptAttestation[] = [];
  const keep = (repository: string, bundle: JsonObject): KeptAttestation => {
    const attestation = { id: kept.length + 1, repository, bundle, ...readStatement(bundle) };
    kept.push(attestation);
    return attestation;
  };
  const create = async (exchange: Exchange, repository: string): Promise<Answer> => {
    authenticate(exchange, options);
    if (accessTo(repository, options) === 'read') throw refuse(403, 'Resource not accessible by integration');
    const { bundle } = await receiveJson(exchange, () => refuse(400, 'Problems parsing JSON'));
    if (!isObject(bundle)) throw refuse(422, 'Invalid request.\n\n"bundle" wasn\'t supplied.');
    return answerJson(201, { id: keep(repository, bundle).id });
  };
  const list = (exchange: Exchange, repository: string, subject: string): Answer => {
    // Attestations of public repositories are for everybody.
    if (exchange.header('authorization') !== undefined) authenticate(exchange, options);
    accessTo(repository, options);
    const type = exchange.query.get('predicate_type');
    const found = kept.filter(
      (attestation) =>
        attestation.repository.toLowerCase() === repository.toLowerCase() &&
        attestation.subjects.includes(subject) &&
        (type === null || attestation.predicateType === type),
    );
    if (found.length === 0 && options.nothing !== 200) throw refuse(404, 'Not Found');
    return answerPage(exchange, found, options);
  };
  const service = await startService((exchange) => {
    const { method, path } = exchange;
    const [, collection] = COLLECTION.exec(path) ?? [];
    if (method === 'POST' && collection !== undefined) return () => create(exchange, collection);
    const [, repository, subject] = OF_SUBJECT.exec(path) ?? [];
    if (method === 'GET' && repository !== undefined && subject !== undefined) {
      return () => list(exchange, repository, subject);
    }
    const attestation = method === 'GET' ? kept[Number(BUNDLE.exec(path)?.[1] ?? 0) - 1] : undefined;
    return attestation === undefined ? undefined : () => answerCompressed(attestation);
  });
  return { ...service, kept, keep };
}

function refuse(status: number, message: string): Rejection {
  return new Rejection(status, {
    message,
    documentation_url: 'https://docs.github.com/rest/repos/attestations',
    status: String(status),
  });
}

function authenticate(exchange: Exchange, { token }: GitHubAttestationsOptions): void {
  const [, given] = /^(?:token|bearer) (\S+)$/i.exec(exchange.header('authorization') ?? '') ?? [];
  if (given === undefined) throw refuse(401, 'Requires authentication');
  if (token !== undefined && given !== token) throw refuse(401, 'Bad credentials');
}

function accessTo(repository: string, { repositories }: GitHubAttestationsOptions): AttestationAccess {
  const access = repositories === undefined ? 'write' : (repositories[repository] ?? 'none');
  if (access === 'none') throw refuse(404, 'Not Found');
  if (access === 'unavailable') {
    throw refuse(
      404,
      'Feature not available for user-owned private repositories. To enable this feature, please make this repository public.',
    );
  }
  return access;
}

/** GitHub refuses bundles it cannot file: it looks into the statement for subjects. */
function readStatement(bundle: JsonObject): Pick<KeptAttestation, 'subjects' | 'predicateType'> {
  const payload = fromBase64(member(bundle, 'dsseEnvelope', 'payload'));
  const refusal = refuse(422, 'Invalid bundle');
  if (typeof bundle['mediaType'] !== 'string' || !isObject(bundle['verificationMaterial'])) throw refusal;
  let statement: unknown;
  try {
    statement = JSON.parse(payload?.toString('utf8') ?? '');
  } catch {
    throw refusal;
  }
  const subject = member(statement, 'subject');
  const predicateType = member(statement, 'predicateType');
  if (!Array.isArray(subject) || typeof predicateType !== 'string') throw refusal;
  const digests = subject.flatMap((one: unknown) => {
    const hex = member(one, 'digest', 'sha256');
    return typeof hex === 'string' ? [`sha256:${hex}`] : [];
  });
  if (digests.length === 0) throw refusal;
  return { subjects: digests, predicateType };
}

/** The newest first, a page at a time; cursors are numbers of attestations. */
function answerPage(
  exchange: Exchange,
  found: readonly KeptAttestation[],
  { bundles = 'both' }: GitHubAttestationsOptions,
): Answer {
  const size = Math.min(MAX_PAGE, Math.max(1, Number(exchange.query.get('per_page') ?? DEFAULT_PAGE)));
  const after = Number(exchange.query.get('after') ?? Number.POSITIVE_INFINITY);
  const rest = found.filter(({ id }) => id < after).sort((a, b) => b.id - a.id);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const headers: Record<string, string> = {};
  if (last !== undefined && rest.length > size) {
    const query = new URLSearchParams(exchange.query);
    query.set('after', String(last.id));
    headers['link'] = `<${exchange.origin}${exchange.path}?${query}>; rel="next"`;
  }
  const attestations = page.map(({ id, bundle }) => ({
    bundle: bundles === 'url' ? null : bundle,
    bundle_url: bundles === 'inline' ? undefined : `${exchange.origin}/bundles/${id}`,
    repository_id: 12345,
    initiator: 'user',
  }));
  return answerJson(200, { attestations }, headers);
}

function answerCompressed({ bundle }: KeptAttestation): Answer {
  const body = compressSnappy(Buffer.from(JSON.stringify(bundle)));
  return { status: 200, headers: { 'content-type': 'application/x-snappy' }, body };
}
