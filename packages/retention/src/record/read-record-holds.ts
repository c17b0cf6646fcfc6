import type { RecordReading, VerifiedRecord } from '@artifact-lifecycle/gates';
import { headTag } from '@artifact-lifecycle/gates/names';
import { type Digest, mapInParallel, parseTag, READ_CONCURRENCY } from '@artifact-lifecycle/registry';
import type { ImageGraph } from '../graph/image-graph.ts';
import type { NodeKey } from '../graph/manifest-facts.ts';
import { nameOf } from '../plan/close-graph.ts';
import type { RetentionPlan } from '../plan/plan.ts';
import { environmentsOf, type RetentionEnvironments } from '../policy/classes/compiled-class.ts';
import type { RetentionWorld } from '../policy/retention-decision.ts';
import { type Carrier, type CarrierReading, findCarriers } from './carried-records.ts';
import { type EnvironmentRecords, windowOf } from './environment-records.ts';
import { judgeRecords } from './judge-records.ts';
import {
  type Head,
  headsOf,
  NO_RECORD_HOLDS,
  RECORDS_RULE,
  type RecordHold,
  type RecordHolds,
} from './record-hold.ts';
import type { NoRecordSource, RecordSource } from './record-source.ts';

/** More promotions of one image into one repository nobody makes; a flood of records keeps it, and is told of. */
const MAX_RECORDS_OF_IMAGE = 100;

/** More sentences of a kind say nothing to a reader. */
const MAX_TOLD = 20;

/** What reading records takes. */
export interface RecordHoldReading extends CarrierReading {
  readonly target: string;
  readonly environments: RetentionEnvironments;
  readonly world: RetentionWorld;
  /** Asked for when there is a record to verify, and not before. */
  readonly openSource: () => Promise<RecordSource | NoRecordSource>;
}

/**
 * Reads what promotion records keep of all that a plan would take away: nothing is asked where there are none. A record
 * that does not verify keeps nothing; where nobody can verify any, all that carries one stays, and the plan says so.
 */
export async function readRecordHolds(
  plan: RetentionPlan,
  graph: ImageGraph,
  reading: RecordHoldReading,
): Promise<RecordHolds> {
  if (plan.delete.length + plan.transition.length === 0) return NO_RECORD_HOLDS;
  const heads = headsOf(graph);
  const here = environmentsOf(reading.environments, reading.target);
  if (heads.length === 0 && here.size === 0) return NO_RECORD_HOLDS;
  const carriers = await findCarriers(plan, graph, reading);
  if (heads.length === 0 && carriers.length === 0) return NO_RECORD_HOLDS;
  const source = await reading.openSource();
  if (source.kind === 'unverifiable') return holdUnverified(carriers, source, graph);
  return new Reader(graph, source, reading).read(heads, carriers);
}

function holdUnverified(
  carriers: readonly Carrier[],
  { reason }: NoRecordSource,
  graph: ImageGraph,
): RecordHolds {
  const holds = new Map<NodeKey, RecordHold>();
  for (const { digest, records } of carriers) {
    const why = `It carries the promotion record ${records[0] ?? ''}, and nobody can say whether that counts.`;
    holds.set(digest, { rule: RECORDS_RULE, reason: why });
  }
  const names = tell(
    carriers.map(({ at }) => nameOf(graph.nodes[at])),
    ', ',
  );
  const kept = carriers.length === 0 ? '' : ` So what carries one is kept: ${names}.`;
  return { holds, problems: [`Promotion records cannot be verified: ${reason}${kept}`], remarks: [] };
}

class Reader {
  readonly #graph: ImageGraph;
  readonly #source: RecordSource;
  readonly #reading: RecordHoldReading;
  readonly #problems: string[] = [];
  readonly #remarks: string[] = [];
  readonly #holds = new Map<NodeKey, RecordHold>();

  constructor(graph: ImageGraph, source: RecordSource, reading: RecordHoldReading) {
    this.#graph = graph;
    this.#source = source;
    this.#reading = reading;
  }

  async read(heads: readonly Head[], carriers: readonly Carrier[]): Promise<RecordHolds> {
    const { environments, target, world } = this.#reading;
    const carried = (await this.#readCarried(carriers)).filter(
      ({ record }) => record.destination.name === this.#source.place,
    );
    const found = new Map<string, EnvironmentRecords>();
    const add = (name: string, more: Partial<EnvironmentRecords>): void => {
      const own = carried.filter(({ record }) => record.environment === name);
      found.set(name, { name, rule: undefined, chain: undefined, carried: own, ...found.get(name), ...more });
    };
    for (const [name, { retention }] of environmentsOf(environments, target)) add(name, { rule: retention });
    for (const head of heads) {
      const name = await this.#nameOfHead(head, [...found.keys()]);
      if (name === undefined) continue;
      const isEnough = windowOf(found.get(name)?.rule);
      const chain = await this.#source.readChain({ environment: name, isEnough });
      const { end } = chain;
      if (end.kind === 'refused') this.#tellStrayHead(head, end.manifest, end.reason);
      if (end.kind === 'missing')
        this.#remarks.push(`The history of ${name} has a gap: its record ${end.manifest} is not there.`);
      add(name, { chain });
    }
    const tagged = new Map(this.#graph.nodes.map((node) => [node.key, node]));
    const imageOf = (digest: Digest) => {
      const node = tagged.get(digest);
      return node === undefined ? undefined : { ...node.image, tags: node.chosenTags };
    };
    for (const records of found.values()) {
      for (const [key, hold] of judgeRecords(records, { ...world, imageOf })) {
        if (!this.#holds.has(key)) this.#holds.set(key, hold);
      }
    }
    return { holds: this.#holds, problems: this.#problems, remarks: told(this.#remarks) };
  }

  /** Of the environment of the policy that has this head, else of what its record says. */
  async #nameOfHead({ tag, at }: Head, known: readonly string[]): Promise<string | undefined> {
    const named = known.find((name) => headTag(name) === tag);
    if (named !== undefined) return named;
    const reading = await this.#source.readRecord(parseTag(tag, 'head tag'));
    if (reading?.kind !== 'verified') {
      if (reading !== undefined) this.#tellStrayHead({ tag, at }, reading.manifest, reading.reason);
      return undefined;
    }
    const { environment } = reading.record;
    if (environment !== null && headTag(environment) === tag) return environment;
    const reason = `It is of the environment ${JSON.stringify(environment)}.`;
    this.#tellStrayHead({ tag, at }, reading.manifest, reason);
    return undefined;
  }

  #tellStrayHead({ tag }: Head, manifest: string, reason: string): void {
    this.#problems.push(
      `The tag ${tag} leads to ${manifest}, which counts as no record: ${reason} What the tag names is kept; find out who set it, and remove it where nobody needs it.`,
    );
  }

  async #readCarried(carriers: readonly Carrier[]): Promise<readonly VerifiedRecord[]> {
    const wanted = carriers.flatMap(({ at, digest, records }) => {
      const name = nameOf(this.#graph.nodes[at]);
      if (records.length <= MAX_RECORDS_OF_IMAGE)
        return records.map((manifest) => ({ name, digest, manifest }));
      const fact = `carries ${records.length} promotion records, and at most ${MAX_RECORDS_OF_IMAGE} are read`;
      this.#problems.push(`${name} is kept: it ${fact}.`);
      this.#holds.set(digest, { rule: RECORDS_RULE, reason: `It ${fact}.` });
      return [];
    });
    const { signal } = this.#reading;
    const found = await mapInParallel(
      wanted,
      READ_CONCURRENCY,
      signal,
      async ({ name, digest, manifest }) => {
        const reading = await this.#source.readRecord(manifest);
        if (reading?.kind === 'refused') this.#remarks.push(refusal(name, reading));
        return reading?.kind === 'verified' && reading.subject === digest ? [reading] : [];
      },
    );
    return found.flat();
  }
}

function refusal(name: string, { manifest, reason }: Extract<RecordReading, { kind: 'refused' }>): string {
  return `${name} carries ${manifest}, which claims to be a promotion record and keeps nothing: ${reason}`;
}

function told(sentences: readonly string[]): readonly string[] {
  const sorted = [...new Set(sentences)].sort();
  return sorted.length <= MAX_TOLD
    ? sorted
    : [
        ...sorted.slice(0, MAX_TOLD),
        `${sorted.length - MAX_TOLD} more claim to be promotion records and keep nothing.`,
      ];
}

function tell(names: readonly string[], separator: string): string {
  const shown = names.slice(0, MAX_TOLD).join(separator);
  return names.length <= MAX_TOLD ? shown : `${shown} and ${names.length - MAX_TOLD} more`;
}
