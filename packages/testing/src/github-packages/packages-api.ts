import { type Answer, answerEmpty, answerJson } from '../registry/answer.ts';
import type { ContentStore } from '../registry/content-store.ts';
import type { Exchange } from '../registry/exchange.ts';
import type { Serve } from '../registry/serve.ts';
import { type Catalogue, refuse } from './catalogue.ts';
import type { GitHubPackagesOptions } from './options.ts';
import type { PackageRecord, PackageType, PackageVersion } from './package-record.ts';
import { answerPage } from './page.ts';

const TYPES: readonly PackageType[] = ['container', 'npm', 'maven', 'nuget', 'rubygems'];

/** What the API works with. */
export interface PackagesContext {
  readonly options: GitHubPackagesOptions;
  readonly catalogue: Catalogue;
  readonly store: ContentStore;
}

/** Finds who serves a path below `/orgs/O/packages`, `/users/U/packages` or `/user/packages`. */
export function findPackagesRoute(context: PackagesContext, exchange: Exchange): Serve | undefined {
  const [kind = '', ...rest] = exchange.rawPath.split('/').slice(1).map(decodeSegment);
  const owner = kind === 'user' ? context.options.me : rest.shift();
  if ((kind !== 'orgs' && kind !== 'users' && kind !== 'user') || owner === undefined) return undefined;
  const [collection, type, name, ...tail] = rest;
  if (collection !== 'packages') return undefined;
  return (asked) => {
    const isUser = (context.options.users ?? []).includes(owner);
    if ((kind === 'orgs') === isUser) throw refuse(404, 'Not Found');
    if (type === undefined) return listPackages(context, asked, owner);
    if (name === undefined) throw refuse(404, 'Not Found');
    return servePackage(context, asked, findPackage(context, owner, type, name), tail);
  };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function findPackage(
  { catalogue, options }: PackagesContext,
  owner: string,
  type: string,
  name: string,
): PackageRecord {
  const record = catalogue.find(owner, requireType(type), name);
  if (record === undefined || options.access === 'none') throw refuse(404, 'Package not found.');
  return record;
}

function requireType(text: string | null): PackageType {
  const type = TYPES.find((one) => one === text);
  if (type === undefined) throw refuse(400, 'Invalid argument: package_type is invalid.');
  return type;
}

function listPackages({ catalogue, options }: PackagesContext, exchange: Exchange, owner: string): Answer {
  if (options.listsPackages === false) throw refuse(403, 'Resource not accessible by integration');
  const records = catalogue.of(owner, requireType(exchange.query.get('package_type')));
  return answerPage(
    exchange,
    records.map((record) => describePackage(exchange, record)),
  );
}

function servePackage(
  context: PackagesContext,
  exchange: Exchange,
  record: PackageRecord,
  tail: readonly string[],
): Answer | Promise<Answer> {
  const [versions, id, action, more] = tail;
  const route = `${exchange.method} ${tail.length}`;
  if (more !== undefined || (versions !== undefined && versions !== 'versions'))
    throw refuse(404, 'Not Found');
  if (route === 'GET 0') return answerJson(200, describePackage(exchange, record));
  if (route === 'GET 1') return listVersions(context, exchange, record);
  if (route === 'GET 2')
    return answerJson(200, describeVersion(exchange, record, requireVersion(record, id)));
  if (route === 'DELETE 2')
    return change(context, () => context.catalogue.delete(context.store, record, Number(id)));
  if (route === 'POST 3' && action === 'restore') {
    return change(context, () => context.catalogue.restore(context.store, record, Number(id)));
  }
  throw refuse(404, 'Not Found');
}

function listVersions({ catalogue }: PackagesContext, exchange: Exchange, record: PackageRecord): Answer {
  const state = exchange.query.get('state') ?? 'active';
  if (state !== 'active' && state !== 'deleted') throw refuse(400, 'Invalid argument: state is invalid.');
  const versions = catalogue.list(record, state);
  const answer = answerPage(
    exchange,
    versions.map((version) => describeVersion(exchange, record, version)),
  );
  catalogue.listed(record);
  return answer;
}

function requireVersion(record: PackageRecord, id: string | undefined): PackageVersion {
  const version = record.versions.get(Number(id));
  if (version === undefined || version.deletedAt !== undefined) throw refuse(404, 'Package not found.');
  return version;
}

/** Changes something, where the token may. */
async function change({ options }: PackagesContext, work: () => Promise<void>): Promise<Answer> {
  if (options.access === 'read') throw refuse(403, 'Resource not accessible by integration');
  if (options.access === 'write') {
    throw refuse(403, 'You need admin permissions on this package to delete or restore its versions.');
  }
  await work();
  return answerEmpty(204);
}

function packageUrl(exchange: Exchange, { owner, type, name }: PackageRecord): string {
  return `${exchange.origin}/orgs/${owner}/packages/${type}/${encodeURIComponent(name)}`;
}

function describePackage(exchange: Exchange, record: PackageRecord) {
  const url = packageUrl(exchange, record);
  const active = [...record.versions.values()].filter(({ deletedAt }) => deletedAt === undefined);
  return {
    ...{ id: record.id, name: record.name, package_type: record.type, visibility: record.visibility },
    ...{ url, html_url: url, version_count: active.length },
    created_at: formatTime(Math.min(...active.map(({ createdAt }) => createdAt), 8e15)),
    updated_at: formatTime(Math.max(...active.map(({ updatedAt }) => updatedAt), 0)),
  };
}

function describeVersion(exchange: Exchange, record: PackageRecord, version: PackageVersion) {
  const url = packageUrl(exchange, record);
  return {
    ...{ id: version.id, name: version.name, url: `${url}/versions/${version.id}` },
    ...{ package_html_url: url, html_url: `${url}/${version.id}` },
    created_at: formatTime(version.createdAt),
    updated_at: formatTime(version.updatedAt),
    ...(version.deletedAt === undefined ? {} : { deleted_at: formatTime(version.deletedAt) }),
    metadata: {
      package_type: record.type,
      ...(record.type === 'container' ? { container: { tags: version.tags } } : {}),
    },
  };
}

/** GitHub's times have whole seconds. */
function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
