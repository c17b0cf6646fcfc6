import { type Answer, answerJson } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import { gatewayRejection, isObject, type JsonObject, member, receiveJson } from '../sigstore/service.ts';
import type { AdvisoryServicesOptions, OsvQuery } from './options.ts';

/** OSV's own limit (`_MAX_BATCH_QUERY`). */
const MAX_QUERIES = 1000;

const DEFAULT_PAGE = 1000;

/** `POST /v1/querybatch`: ids and dates, in the order of the queries. */
export async function answerBatch(exchange: Exchange, options: AdvisoryServicesOptions): Promise<Answer> {
  const request = await receiveJson(exchange, () => invalid('Invalid JSON.'));
  const queries = request['queries'] ?? [];
  if (!Array.isArray(queries)) throw invalid('Invalid JSON.');
  if (queries.length > MAX_QUERIES) throw invalid('Too many queries.');
  return answerJson(200, {
    results: queries.map((query: unknown) => {
      const { records, token } = findPage(query, options);
      const vulns = records.map(({ id, modified }) => ({ id, modified }));
      return {
        ...(vulns.length === 0 ? {} : { vulns }),
        ...(token === undefined ? {} : { next_page_token: token }),
      };
    }),
  });
}

/** `POST /v1/query`: whole records. */
export async function answerQuery(exchange: Exchange, options: AdvisoryServicesOptions): Promise<Answer> {
  const { records, token } = findPage(await receiveJson(exchange, () => invalid('Invalid JSON.')), options);
  return answerJson(200, {
    ...(records.length === 0 ? {} : { vulns: records }),
    ...(token === undefined ? {} : { next_page_token: token }),
  });
}

/** `GET /v1/vulns/{id}`. */
export function answerRecord(id: string, { records = [] }: AdvisoryServicesOptions): Answer {
  const record = records.find((one) => one['id'] === id);
  if (record === undefined) throw gatewayRejection(404, 'Bug not found.');
  return answerJson(200, record);
}

function findPage(query: unknown, options: AdvisoryServicesOptions) {
  const { records = [], pageSize = DEFAULT_PAGE, affects } = options;
  const parsed = readQuery(query);
  const found = records.filter(
    (record) =>
      affectedOf(record).some((affected) => names(affected, parsed)) &&
      (parsed.version === '' || affects === undefined || affects(record, parsed)),
  );
  const token = member(query, 'page_token');
  const start = token === undefined || token === '' ? 0 : readToken(token);
  const end = start + pageSize;
  return {
    records: found.slice(start, end),
    token: end < found.length ? Buffer.from(`from ${end}`).toString('base64') : undefined,
  };
}

function readQuery(query: unknown): OsvQuery {
  const text = (...path: readonly string[]): string => {
    const value = member(query, ...path);
    if (value !== undefined && typeof value !== 'string') throw invalid('Invalid JSON.');
    return value ?? '';
  };
  const purl = text('package', 'purl');
  const [name, ecosystem, version] = [text('package', 'name'), text('package', 'ecosystem'), text('version')];
  if (purl === '') {
    if (name === '' || ecosystem === '') throw invalid('Invalid query.');
    return { ecosystem, name, purl, version };
  }
  if (!purl.startsWith('pkg:')) throw invalid('Invalid Package URL.');
  if (name !== '' || ecosystem !== '') throw invalid('name or ecosystem specified in a purl query');
  const [bare = '', versionOfPurl = ''] = purl.replace(/[?#].*$/, '').split(/(?<=.)@(?=[^/]*$)/);
  if (versionOfPurl !== '' && version !== '') throw invalid('version specified in params and purl query');
  return { ecosystem, name, purl: bare, version: version || decodeURIComponent(versionOfPurl) };
}

/** An ecosystem without a suffix means those with one, too. */
function names(affected: JsonObject, { ecosystem, name, purl }: OsvQuery): boolean {
  if (purl !== '') return member(affected, 'package', 'purl') === purl;
  const own = String(member(affected, 'package', 'ecosystem'));
  return (
    member(affected, 'package', 'name') === name && (own === ecosystem || own.startsWith(`${ecosystem}:`))
  );
}

function affectedOf(record: JsonObject): readonly JsonObject[] {
  const affected = record['affected'];
  return Array.isArray(affected) ? affected.filter(isObject) : [];
}

function readToken(token: unknown): number {
  const [, at] = /^from (\d+)$/.exec(Buffer.from(String(token), 'base64').toString()) ?? [];
  if (at === undefined) throw invalid('Invalid page token.');
  return Number(at);
}

function invalid(message: string) {
  return gatewayRejection(400, message);
}
