import { basename, dirname, join } from 'node:path/posix';
import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer, Evidence, Scene } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { publicUrl } from '../public-url.ts';
import { type Chart, type ChartDependency, parseChart, parseChartDependencies } from './chart.ts';

/** One file of a chart. */
export type HelmFacts =
  | { readonly kind: 'chart'; readonly chart: Chart }
  | { readonly kind: 'lock' | 'requirements'; readonly dependencies: readonly ChartDependency[] };

/** Charts are configuration written by people. */
const MAX_BYTES = 1024 * 1024;

/**
 * Helm charts, and the charts they need: those in their `charts` folder, and in a directory those that `Chart.lock`
 * pins.
 */
export const helmCharts: Cataloguer<HelmFacts> = {
  name: 'helm-charts',
  origins: ['image', 'directory'],
  selects: {
    names: ['Chart.yaml', 'Chart.lock', 'requirements.yaml', 'requirements.lock'],
    maxBytes: MAX_BYTES,
  },
  read(file) {
    if (basename(file.path) !== 'Chart.yaml') {
      const dependencies = parseChartDependencies(file.text());
      const kind = file.path.endsWith('.lock') ? 'lock' : 'requirements';
      return dependencies.length === 0 ? undefined : detach({ kind, dependencies });
    }
    const chart = parseChart(file.text());
    return chart === undefined ? undefined : detach({ kind: 'chart', chart });
  },
  assemble,
};

/** A chart with what it needs, and where that was resolved. */
interface Node {
  readonly path: string;
  readonly layer: string | undefined;
  readonly chart: Chart;
  readonly asked: readonly ChartDependency[];
  readonly locked: readonly ChartDependency[];
}

function assemble(evidence: readonly Evidence<HelmFacts>[], scene: Scene): readonly FoundPackage[] {
  const beside = new Map<string, ChartDependency[]>();
  for (const { path, facts } of evidence) {
    if (facts.kind !== 'chart') beside.set(`${dirname(path)} ${facts.kind}`, [...facts.dependencies]);
  }
  const nodes = evidence.flatMap(({ path, layer, facts }): readonly Node[] => {
    if (facts.kind !== 'chart') return [];
    const folder = dirname(path);
    const asked = [...facts.chart.dependencies, ...(beside.get(`${folder} requirements`) ?? [])];
    return [{ path, layer, chart: facts.chart, asked, locked: beside.get(`${folder} lock`) ?? [] }];
  });
  const byPath = new Map(nodes.map((node) => [node.path, node]));
  const repositories = new Map<string, string>();
  for (const { path, asked, locked } of nodes) {
    for (const { name, repository } of [...locked, ...asked]) {
      const child = subchartPath(path, name);
      const url = publicRepository(repository);
      if (url !== undefined && !repositories.has(child)) repositories.set(child, url);
    }
  }
  return nodes.flatMap((node) => {
    const needed = resolve(node, byPath);
    const kept = scene.origin === 'directory' ? needed : needed.filter(({ pinned }) => pinned === undefined);
    const parent = describeChart(node, repositories.get(node.path), kept, needed.length);
    return [
      parent,
      ...kept.flatMap(({ key, pinned }) => (pinned === undefined ? [] : [pin(node, key, pinned)])),
    ];
  });
}

interface Needed {
  readonly key: string;
  /** A dependency that is only pinned; `undefined` where the chart itself is there. */
  readonly pinned?: ChartDependency | undefined;
}

/** Finds each dependency in the `charts` folder, in the folder that `file://` names, or in the lock file. */
function resolve(node: Node, byPath: ReadonlyMap<string, Node>): readonly Needed[] {
  const lockedByName = new Map(node.locked.map((each) => [each.name, each]));
  const names = new Set([...node.asked, ...node.locked].map(({ name }) => name));
  return [...names].flatMap((name): readonly Needed[] => {
    const locked = lockedByName.get(name);
    const repository = locked?.repository ?? node.asked.find((each) => each.name === name)?.repository;
    const local = repository?.startsWith('file://') === true ? repository.slice('file://'.length) : undefined;
    const places = [subchartPath(node.path, name)];
    if (local !== undefined) places.push(join(dirname(node.path), local, 'Chart.yaml'));
    const there = places.find((place) => byPath.has(place));
    if (there !== undefined) return [{ key: there }];
    return locked?.version === undefined ? [] : [{ key: `${node.path}#${name}`, pinned: locked }];
  });
}

function describeChart(
  { path, layer, chart, asked, locked }: Node,
  repository: string | undefined,
  needed: readonly Needed[],
  resolved: number,
): FoundPackage {
  const wanted = new Set([...asked, ...locked].map(({ name }) => name)).size;
  return {
    key: path,
    type: 'helm',
    name: chart.name,
    version: chart.version,
    qualifiers: repository === undefined ? {} : { repository_url: repository },
    kind: 'application',
    authors: chart.maintainers,
    description: chart.description,
    homepage: chart.homepage,
    sourceUrl: chart.sourceUrl,
    licences: chart.licence === undefined ? [] : [{ text: chart.licence }],
    dependsOn: needed.map(({ key }) => key).sort(),
    completeness: resolved === wanted && needed.length === resolved ? 'complete' : 'incomplete',
    isDirect: basename(dirname(dirname(path))) !== 'charts',
    properties: chart.appVersion === undefined ? {} : { 'helm.app-version': chart.appVersion },
    occurrences: [{ path, layer }],
  };
}

function pin(
  { path, layer }: Node,
  key: string,
  { name, version, repository }: ChartDependency,
): FoundPackage {
  const url = publicRepository(repository);
  return {
    key,
    type: 'helm',
    name,
    version,
    qualifiers: url === undefined ? {} : { repository_url: url },
    kind: 'application',
    isDirect: true,
    occurrences: [{ path: join(dirname(path), 'Chart.lock'), layer }],
  };
}

function subchartPath(parent: string, name: string): string {
  return join(dirname(parent), 'charts', name, 'Chart.yaml');
}

/** An address others can reach; `@alias` and `file://` are names on one machine. */
function publicRepository(repository: string | undefined): string | undefined {
  return repository !== undefined && /^(?:https?|oci):\/\//.test(repository)
    ? publicUrl(repository)
    : undefined;
}
