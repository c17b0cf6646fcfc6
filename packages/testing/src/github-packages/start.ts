import { type Answer, answerJson } from '../registry/answer.ts';
import { ContentStore } from '../registry/content-store.ts';
import { serveDistribution } from '../registry/distribution-api.ts';
import type { Exchange } from '../registry/exchange.ts';
import { openGate } from '../registry/gate.ts';
import { memoryStorage } from '../registry/memory-storage.ts';
import type { RegistryOptions } from '../registry/options.ts';
import { parseRoute } from '../registry/route.ts';
import { UploadDesk } from '../registry/upload-desk.ts';
import { type Service, startService } from '../sigstore/service.ts';
import { Catalogue, refuse } from './catalogue.ts';
import { Limits } from './limits.ts';
import type {
  DeploymentRecord,
  GitHubPackages,
  GitHubPackagesOptions,
  Outage,
  RepositoryFacts,
} from './options.ts';
import { type PackageRecord, type PackageType, viewVersion } from './package-record.ts';
import { findPackagesRoute } from './packages-api.ts';
import { findRepositoryRoute } from './repository-api.ts';

/** GitHub's registry deletes nothing by itself, and has no referrers API. */
const REGISTRY: RegistryOptions = {
  referrers: 'none',
  delete: { tags: false, manifests: false, blobs: false },
  catalog: false,
};

/** `/@acme%2Flib`: a scoped package of npm (npm registry API, "package"). */
const PACKUMENT = /^\/@([^/%]+)%2[fF]([^/]+)$/;

/**
 * Starts GitHub's Packages API and container registry, as far as a cleanup meets them, on one loopback address. It
 * refuses what GitHub refuses; what GitHub's documentation does not say is as people have reported it.
 */
export async function startGitHubPackages(options: GitHubPackagesOptions = {}): Promise<GitHubPackages> {
  const catalogue = new Catalogue(options);
  const store = await ContentStore.open(memoryStorage(), (change) => catalogue.follow(change));
  const limits = new Limits(options);
  const repositories = new Map<string, RepositoryFacts>();
  const records = new Map<string, DeploymentRecord[]>();
  const distTags: GitHubPackages['distTags'] = new Map();
  const desk = new UploadDesk(store);
  const registry = serveDistribution({ options: REGISTRY, store }, desk, openGate);
  const service = await startService((exchange) => {
    if (exchange.path === '/v2' || exchange.path.startsWith('/v2/')) {
      return async (asked) => countDownload(catalogue, store, asked, await registry(asked));
    }
    const [, owner, name] = PACKUMENT.exec(exchange.rawPath) ?? [];
    if (owner !== undefined)
      return (asked) => answerPackument(asked, options, distTags.get(`${owner}/${name}`));
    const found =
      findPackagesRoute({ options, catalogue, store }, exchange) ??
      findRepositoryRoute({ repositories, records }, exchange);
    return async (asked) => {
      authenticate(asked, options);
      limits.spend(asked.method);
      if (found === undefined) throw refuse(404, 'Not Found', limits.headers());
      const answer = await found(asked);
      return { ...answer, headers: { ...answer.headers, ...limits.headers() } };
    };
  });
  const find = (owner: string, type: PackageType, name: string): PackageRecord => {
    const record = catalogue.find(owner, type, name);
    if (record === undefined) throw new Error(`There is no package ${type} ${owner}/${name}.`);
    return record;
  };
  return {
    ...service,
    host: new URL(service.url).host,
    store,
    quota: limits,
    distTags,
    addPackage: (owner, type, name, versions = []) => {
      const record = catalogue.open(owner, type, name);
      for (const version of versions) catalogue.add(record, version);
    },
    setVisibility: (owner, type, name, visibility) => {
      find(owner, type, name).visibility = visibility;
    },
    versions: (owner, type, name, state = 'active') =>
      [...(catalogue.find(owner, type, name)?.versions.values() ?? [])]
        .filter(({ deletedAt }) => (deletedAt === undefined) === (state === 'active'))
        .map(viewVersion)
        .sort((a, b) => a.id - b.id),
    setVersion: (owner, type, name, version, facts) => {
      const found = catalogue.live(find(owner, type, name), version);
      if (found === undefined) throw new Error(`There is no version ${version} of ${owner}/${name}.`);
      Object.assign(found, facts);
    },
    repository: (name) => {
      const facts = repositories.get(name) ?? { deployments: [], branches: [], openPullRequests: [] };
      repositories.set(name, facts);
      return facts;
    },
    deploymentRecords: (organisation) => {
      const list = records.get(organisation) ?? [];
      records.set(organisation, list);
      return list;
    },
    stopAfter: (requests, at = 'request') => stopAfter(service, requests, at),
    close: async () => {
      await service.close();
      desk.close();
      await store.close();
    },
  };
}

function authenticate(exchange: Exchange, { token }: GitHubPackagesOptions): void {
  const [, given] = /^(?:token|bearer) (\S+)$/i.exec(exchange.header('authorization') ?? '') ?? [];
  if (given === undefined) throw refuse(401, 'Requires authentication');
  if (token !== undefined && given !== token) throw refuse(401, 'Bad credentials');
}

/** What npm asks of its registry: of the document only what tells versions by name. */
function answerPackument(
  exchange: Exchange,
  options: GitHubPackagesOptions,
  tags: Readonly<Record<string, string>> | undefined,
): Answer {
  authenticate(exchange, options);
  return tags === undefined
    ? answerJson(404, { error: 'not found' })
    : answerJson(200, { 'dist-tags': tags });
}

/** GitHub counts whoever reads a manifest as a download. */
function countDownload(
  catalogue: Catalogue,
  store: ContentStore,
  exchange: Exchange,
  answer: Answer,
): Answer {
  if (exchange.method !== 'GET' || answer.status !== 200) return answer;
  const route = parseRoute(exchange.path);
  if (route?.kind !== 'manifest') return answer;
  const digest = store.manifest(route.repository, route.reference)?.digest;
  if (digest !== undefined) catalogue.countDownload(route.repository, digest);
  return answer;
}

function stopAfter({ faults }: Service, requests: number, at: 'request' | 'answer'): Outage {
  let seen = 0;
  const whole = at === 'answer' ? requests + 1 : requests;
  const lost = faults.add(
    {
      when: () => {
        seen += 1;
        return at === 'answer' && seen === whole;
      },
    },
    { kind: 'drop-answer' },
  );
  const silent = faults.add({ when: () => seen > whole }, { kind: 'drop-request', afterBytes: 0 });
  return {
    get hits() {
      return lost.hits + silent.hits;
    },
    end: () => {
      lost.remove();
      silent.remove();
    },
  };
}
