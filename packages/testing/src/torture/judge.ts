import type { ManifestContent } from '../image/content.ts';
import { fallbackTag } from '../image/referrer.ts';
import { isDigest } from '../registry/digest.ts';
import type { TestRegistry } from '../registry/test-registry.ts';
import type { ClientRun, TortureClient, TortureClock } from './client.ts';
import { openStage } from './open-stage.ts';
import { abilitiesFor, type Scenario } from './scenario.ts';
import { FROM, LOGIN, type Stage, TAG, TO } from './stage.ts';

/** How a client fared. */
export type Verdict =
  | { readonly result: 'pass' }
  | { readonly result: 'fail'; readonly why: readonly string[]; readonly log: string }
  | { readonly result: 'n/a'; readonly why: readonly string[] };

/** Has a client play a scenario, and judges by what came out alone. */
export async function judge(
  scenario: Scenario,
  client: TortureClient,
  clock: TortureClock = { now: Date.now },
): Promise<Verdict> {
  const lacking = abilitiesFor(scenario).filter((ability) => !client.abilities.has(ability));
  if (lacking.length > 0)
    return { result: 'n/a', why: lacking.map((ability) => `cannot be told: ${ability}`) };
  const stage = await openStage(scenario, clock);
  try {
    const run = await client.copy({
      source: `${stage.source.host}/${FROM}${scenario.byDigest === true ? `@${stage.image.digest}` : `:${TAG}`}`,
      destinations: [
        `${stage.destination.host}/${TO}`,
        ...(scenario.needs?.includes('several destinations') ? [`${stage.destination.host}/${TO}-2`] : []),
      ],
      tag: TAG,
      referrers: scenario.referrers !== undefined,
      mayMove: scenario.noClobber !== true,
      credentials: new Map(
        scenario.login === true ? [stage.source, stage.destination].map(({ host }) => [host, LOGIN]) : [],
      ),
      signal: stage.signal,
    });
    stage.end();
    const why = [...judgeOutcome(scenario, stage, run), ...judgeDemands(scenario, stage)];
    const defects = [stage.source, stage.destination].flatMap((registry) => registry.defects);
    if (defects.length > 0)
      throw new AggregateError(defects, `The registries of ${scenario.id} have defects.`);
    return why.length === 0 ? { result: 'pass' } : { result: 'fail', why, log: run.log };
  } finally {
    await stage.close();
  }
}

function judgeOutcome(
  { outcome, othersMove }: Scenario,
  stage: Stage,
  { succeeded }: ClientRun,
): readonly string[] {
  if (succeeded) {
    if (outcome === 'refused') return ['it says that all went well'];
    return findMissing(stage).map((what) => `it says that all went well, but ${what}`);
  }
  const tag = stage.destination.store.tags(TO).get(TAG);
  return [
    ...(outcome === 'copied' ? ['it fails'] : []),
    ...(tag === stage.before || othersMove === true
      ? []
      : [`it fails, but the tag points to ${tag ?? 'nothing'}`]),
  ];
}

function judgeDemands({ also = [] }: Scenario, stage: Stage): readonly string[] {
  return also.filter((demand) => !demand.holds(stage)).map(({ says }) => `it does not hold that ${says}`);
}

/** What of the image and its referrers is not at the destination, as clauses. */
export function findMissing(stage: Stage, repository: string = TO): readonly string[] {
  const { destination, image, referrers } = stage;
  const { store } = destination;
  const tagged = store.manifest(repository, TAG);
  return [
    ...(tagged === undefined
      ? ['there is no tag']
      : tagged.bytes.equals(image.bytes)
        ? []
        : [`the tag points to ${tagged.digest}, which is another manifest`]),
    ...missingContent(destination, repository, image),
    ...referrers.flatMap((referrer) => [
      ...missingContent(destination, repository, referrer),
      ...(isListed(stage, repository, referrer) ? [] : [`the referrer ${referrer.digest} is not listed`]),
    ]),
  ];
}

function missingContent(
  { store }: Pick<TestRegistry, 'store'>,
  repository: string,
  content: ManifestContent,
): readonly string[] {
  const there = store.manifest(repository, content.digest) ?? store.manifest(repository, TAG);
  const blobs = content.blobs.filter(({ absent }) => absent !== true);
  return [
    ...(there?.bytes.equals(content.bytes) === true ||
    store.manifest(repository, content.digest) !== undefined
      ? []
      : [`the manifest ${content.digest} is missing`]),
    ...blobs
      .filter(({ descriptor }) => store.blob(repository, descriptor.digest) === undefined)
      .map(({ descriptor }) => `the blob ${descriptor.digest} is missing`),
    ...content.children.flatMap((child) => missingContent({ store }, repository, child)),
  ];
}

/** Whether a reader of the destination finds a referrer: by the API, or by the tag where there is none. */
function isListed({ destination, hasApi }: Stage, repository: string, referrer: ManifestContent): boolean {
  const { store } = destination;
  const { subject }: { readonly subject?: { readonly digest: string } } = JSON.parse(`${referrer.bytes}`);
  if (subject === undefined || !isDigest(subject.digest)) return false;
  if (hasApi) return store.referrers(repository, subject.digest).includes(referrer.digest);
  const list = store.manifest(repository, fallbackTag(subject.digest));
  if (list === undefined) return false;
  const { manifests = [] }: { readonly manifests?: readonly { readonly digest: string }[] } = JSON.parse(
    `${list.bytes}`,
  );
  return manifests.some(({ digest }) => digest === referrer.digest);
}
