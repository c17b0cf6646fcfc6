import { type Answer, answerJson } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import { isObject, type JsonObject, member, Rejection } from '../sigstore/service.ts';
import type { AdvisoryServicesOptions } from './options.ts';

const ECOSYSTEMS = [
  ...['rubygems', 'npm', 'pip', 'maven', 'nuget', 'composer', 'go', 'rust', 'erlang', 'actions'],
  ...['pub', 'other', 'swift'],
];
const TYPES = ['reviewed', 'malware', 'unreviewed'];

const DEFAULT_PAGE = 30;
const MAX_PAGE = 100;
const MAX_PACKAGES = 1000;

/** GitHub's servers take no longer request line. */
const MAX_URL = 8192;

/** `GET /advisories` (GitHub REST API, "List global security advisories"). */
export function answerAdvisories(exchange: Exchange, options: AdvisoryServicesOptions): Answer {
  const { query } = exchange;
  authenticate(exchange, options);
  if (`${exchange.path}?${query}`.length > MAX_URL) throw refuse(414, 'URI Too Long');
  const ecosystem = query.get('ecosystem');
  if (ecosystem !== null && !ECOSYSTEMS.includes(ecosystem)) throw refuse(422, 'Invalid ecosystem');
  const type = query.get('type') ?? 'reviewed';
  if (!TYPES.includes(type)) throw refuse(422, 'Invalid type');
  const affects = query.get('affects')?.split(',');
  if (affects !== undefined && affects.length > MAX_PACKAGES) throw refuse(422, 'Too many packages');
  const size = Number(query.get('per_page') ?? DEFAULT_PAGE);
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE) throw refuse(422, 'Invalid per_page');
  const names = affects?.map((one) => one.replace(/(?<=.)@.*$/, '').toLowerCase());
  const found = (options.advisories ?? []).filter(
    (advisory) => (advisory['type'] ?? 'reviewed') === type && concerns(advisory, ecosystem, names),
  );
  const start = readCursor(query.get('after'));
  const headers: Record<string, string> = {};
  if (found.length > start + size) {
    const next = new URLSearchParams(query);
    next.set('after', Buffer.from(String(start + size)).toString('base64'));
    headers['link'] = `<${exchange.origin}${exchange.path}?${next}>; rel="next"`;
  }
  return answerJson(200, found.slice(start, start + size), headers);
}

function concerns(
  advisory: JsonObject,
  ecosystem: string | null,
  names: readonly string[] | undefined,
): boolean {
  const vulnerabilities = advisory['vulnerabilities'];
  return (
    Array.isArray(vulnerabilities) &&
    vulnerabilities.filter(isObject).some((one) => {
      const name = String(member(one, 'package', 'name')).toLowerCase();
      const own = member(one, 'package', 'ecosystem');
      return (ecosystem === null || own === ecosystem) && (names === undefined || names.includes(name));
    })
  );
}

function authenticate(exchange: Exchange, { token }: AdvisoryServicesOptions): void {
  const header = exchange.header('authorization');
  if (header === undefined || token === undefined) return;
  const [, given] = /^(?:token|bearer) (\S+)$/i.exec(header) ?? [];
  if (given !== token) throw refuse(401, 'Bad credentials');
}

function readCursor(after: string | null): number {
  if (after === null) return 0;
  const at = Number(Buffer.from(after, 'base64').toString());
  if (!Number.isInteger(at)) throw refuse(422, 'Invalid cursor');
  return at;
}

function refuse(status: number, message: string): Rejection {
  return new Rejection(status, {
    message,
    documentation_url: 'https://docs.github.com/rest/security-advisories/global-advisories',
    status: String(status),
  });
}
