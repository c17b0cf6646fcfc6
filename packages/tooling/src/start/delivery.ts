import { formatElapsed } from '@artifact-lifecycle/core/action';
import type { ManifestContent } from '@artifact-lifecycle/testing';
import { approve, promote, type Road, tellGates } from './road.ts';
import { COMMIT, DEV, judge, NEXT_VERSION, PROD, REPOSITORY, STAGING, VERSION } from './scene.ts';
import { readVerdict } from './verdict.ts';

/** A record as the output `history` has it. */
interface ToldRecord {
  readonly event: string;
  readonly version: string;
  readonly digest: string;
  readonly from: string | null;
  readonly gates: readonly { readonly gate: string }[];
  readonly approvals: readonly { readonly login: string }[];
  readonly signer: string;
  readonly recordManifest: string;
}

/** Nobody has said what is inside, nor signed it: it does not get into staging. */
export async function refuseUnproven(road: Road): Promise<boolean> {
  const { screen, dev } = road.stage.scene;
  screen.section('To staging by dist/promote: refused, because three gates have nothing to go by');
  const { result, gates } = await promote(road, { source: `${dev.host}/${DEV}:${VERSION}`, to: 'staging' });
  tellGates(road, result, gates);
  const stopping = gates.filter(({ verdict }) => verdict !== 'pass').map(({ gate }) => gate);
  return judge(screen, result, [
    [
      'the step failed with GATE_FAILED, and says of every gate what is missing',
      readVerdict(result).error?.code === 'GATE_FAILED' &&
        stopping.join() === ['signature', 'provenance', 'sbom'].join(),
    ],
    ['nothing was written to staging', dev.store.manifests(STAGING).length === 0],
  ]);
}

/** Now that it is listed and signed, it gets in. */
export async function promoteToStaging(road: Road, image: ManifestContent): Promise<boolean> {
  const { screen, dev } = road.stage.scene;
  screen.section('To staging again: now all is there');
  const { result, gates } = await promote(road, { source: `${dev.host}/${DEV}:${VERSION}`, to: 'staging' });
  tellGates(road, result, gates);
  const record = result.outputs.get('record') ?? '';
  screen.fact(`record  ${record.slice(0, 19)}…, signed by the workflow that promotes`);
  return judge(screen, result, [
    ['staging holds the digest that dev holds', dev.store.tags(STAGING).get(VERSION) === image.digest],
    [
      'the lists and signatures came along, and a record stands beside them',
      dev.store
        .referrers(DEV, image.digest)
        .every((one) => dev.store.referrers(STAGING, image.digest).includes(one)) &&
        dev.store.referrers(STAGING, image.digest).some((one) => one === record),
    ],
  ]);
}

/** Another build may not leave an environment out. */
export async function refuseToSkip(road: Road): Promise<boolean> {
  const { screen, dev, prod } = road.stage.scene;
  screen.section(`Another build, ${NEXT_VERSION}, from dev to production at once: refused`);
  const source = `${dev.host}/${DEV}:${NEXT_VERSION}`;
  const { result, gates } = await promote(road, { source, to: 'production' });
  tellGates(road, result, gates);
  return judge(screen, result, [
    [
      'it carries no record of staging',
      readVerdict(result).error?.code === 'GATE_FAILED' &&
        gates.some(({ gate, verdict }) => gate === 'promote-from' && verdict === 'fail'),
    ],
    ['nothing was written to production', prod.store.manifests(PROD).length === 0],
  ]);
}

/** Somebody approves, and it gets into production, under its version and its channels. */
export async function promoteToProduction(road: Road, image: ManifestContent): Promise<boolean> {
  const { screen, prod } = road.stage.scene;
  screen.section('To production: Maria approves');
  approve(road);
  const { result, gates } = await promote(road, { from: 'staging', to: 'production', version: VERSION });
  tellGates(road, result, gates);
  const { references, promoted } = readVerdict(result);
  for (const reference of references) screen.fact(reference.split('@')[0] ?? '');
  const tags = [VERSION, `${VERSION}-${COMMIT.slice(0, 7)}`, '1', 'latest'];
  const deployment = road.github.repository(REPOSITORY).deployments.at(-1);
  return judge(screen, result, [
    ['the step succeeded and says promoted=true', result.exitCode === 0 && promoted],
    [
      'production holds the digest that was built, under its version and its channels',
      tags.every((tag) => prod.store.tags(PROD).get(tag) === image.digest),
    ],
    [
      'GitHub was told which version is in production, and of which commit',
      deployment?.environment === 'production' &&
        deployment.sha === COMMIT &&
        deployment.statuses[0]?.state === 'success',
    ],
  ]);
}

/** Reads back from the registries what each environment has had. */
export async function showHistory(road: Road, image: ManifestContent): Promise<boolean> {
  const { screen } = road.stage.scene;
  screen.section('What each environment has had, by the signed records in the registries');
  const { result } = await promote(road, { mode: 'history' });
  const history: readonly {
    environment: string;
    entries: readonly ToldRecord[];
    remarks: readonly unknown[];
  }[] = JSON.parse(result.outputs.get('history') ?? '[]');
  for (const { environment, entries } of history) {
    for (const { event, version, from, gates, approvals } of entries) {
      const by = approvals.map(({ login }) => login).join();
      const whence = from === null ? '' : ` from ${from}`;
      screen.fact(
        `${environment.padEnd(10)}  ${version}  ${event}${whence}, ${gates.length} gates${by === '' ? '' : `, approved by ${by}`}`,
      );
    }
  }
  screen.detail(`in ${formatElapsed(result.milliseconds)}`);
  const entries = history.flatMap((one) => one.entries);
  return judge(screen, result, [
    [
      'one record each, of this digest, and nothing odd',
      entries.length === 2 &&
        entries.every(({ digest }) => digest === image.digest) &&
        history.every(({ remarks }) => remarks.length === 0),
    ],
  ]);
}
