import { cpus } from 'node:os';
import { join } from 'node:path';
import { type ManifestContent, makeImage, seed } from '@artifact-lifecycle/testing';
import { findProgram } from '../contestant.ts';
import { type Measurement, medianOf, readResources, resourceWrapper } from '../measurement.ts';
import { runChecked } from '../process.ts';
import { type RealRegistry, startRealRegistry } from '../real-registry.ts';
import { startSigstoreStack } from '../sigstore/sigstore-stack.ts';
import { openWorkplace, type Workplace } from '../workplace.ts';
import { findSigners, type SigningArena, type SigningContestant, type SigningMode } from './contestants.ts';
import { attachCrowd, CROWD_DESCRIPTION } from './crowd.ts';
import { parseSigningArguments, SIGNING_BENCH_HELP } from './options.ts';
import { reportSigning, type SigningScenario } from './report.ts';

/** Issue 6, line 7: no slower for one subject, half for 50, a fifth for verification. */
const GOALS = { one: 1, many: 1 / 2, verify: 1 / 5 } as const;

/** A scenario, and what of it is measured. */
interface PreparedScenario extends SigningScenario {
  /** Prepares what only this round needs, and gives what is to be measured. */
  prepare(contestant: SigningContestant, round: number): Promise<(under: readonly string[]) => Promise<void>>;
}

/** Measures sign-attest, verify and cosign on one stack and in one registry, and gives the tables. */
export async function benchSigning(root: string, args: readonly string[]): Promise<string> {
  const options = parseSigningArguments(args);
  if (options === undefined) return SIGNING_BENCH_HELP;
  const programs = {
    registry: need('registry'),
    cosign: need('cosign'),
    fulcio: need('fulcio'),
    posix: need('posix'),
    'timestamp-server': need('timestamp-server'),
  };
  const workplace = await openWorkplace('bench-sign-attest');
  try {
    const registry = await startRealRegistry(
      'distribution',
      programs.registry,
      await workplace.place('registry'),
    );
    workplace.onClose(() => registry.stop());
    const stack = await startSigstoreStack({ programs, directory: await workplace.place('sigstore') });
    workplace.onClose(() => stack.close());
    const keys = await workplace.place('keys');
    const password = 'of this run only';
    await runChecked(programs.cosign, ['generate-key-pair'], {
      cwd: keys,
      env: { HOME: keys, COSIGN_PASSWORD: password },
    });
    const arena: SigningArena = {
      stack,
      privateKey: join(keys, 'cosign.key'),
      publicKey: join(keys, 'cosign.pub'),
      password,
    };
    const all = await findSigners(root, arena);
    const signers = all.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
    const place = { workplace, registry };
    const scenarios = [
      ...(['key', 'keyless'] as const).flatMap((mode) => [
        signing(place, mode, 1, GOALS.one),
        signing(place, mode, options.subjects, GOALS.many),
      ]),
      await verifying(place, arena, programs.cosign, all),
    ];
    const runs = await runRounds(scenarios, signers, options.runs, place);
    const rows = signers.map((contestant) => ({
      contestant,
      medians: new Map(
        scenarios.map(({ name }) => [name, medianOf(runs.get(contestant)?.get(name) ?? [])] as const),
      ),
    }));
    return [
      "Fulcio, Rekor v2 (a checkpoint a second), Sigstore's timestamp authority and distribution v3 on loopback. Medians of",
      `${options.runs} runs after one that does not count, on ${cpus().length} × ${cpus()[0]?.model ?? 'an unknown processor'}.`,
      `Verified among: ${CROWD_DESCRIPTION}.`,
      '',
      reportSigning(scenarios, rows),
      '',
      ...signers.map(({ name, commands }) => `- ${name}: ${commands.map((one) => `\`${one}\``).join(', ')}`),
    ].join('\n');
  } finally {
    await workplace.close();
  }
}

function need(name: string): string {
  const file = findProgram(name);
  if (file !== undefined) return file;
  throw new Error(`no ${name}: put it where ARTIFACT_LIFECYCLE_TOOLS says, or in the path`);
}

interface Place {
  readonly workplace: Workplace;
  readonly registry: RealRegistry;
}

/** Signs images that nobody has signed, in a repository of this round's own. */
function signing(
  { workplace, registry }: Place,
  mode: SigningMode,
  count: number,
  most: number,
): PreparedScenario {
  const how = mode === 'key' ? 'a key, no log' : 'keyless';
  return {
    name: `sign ${count}, ${how}`,
    most,
    prepare: async (contestant, round) => {
      const repository = `acme/${contestant.name}-${mode}-${count}-${round}`;
      const images: string[] = [];
      for (let number = 0; number < count; number++) {
        const image = makeImage({ layers: [`image ${number} of ${repository}`] });
        await seed(`http://${registry.host}`, repository, image);
        images.push(`${registry.host}/${repository}@${image.digest}`);
      }
      const directory = await workplace.place('job');
      return (under) => contestant.sign({ mode, images, under, directory });
    },
  };
}

/** Verifies an image that cosign signed with the key, among other referrers. */
async function verifying(
  { workplace, registry }: Place,
  arena: SigningArena,
  cosign: string,
  contestants: readonly SigningContestant[],
): Promise<PreparedScenario> {
  const repository = 'acme/crowded';
  const image: ManifestContent = makeImage({ layers: ['an image with many referrers'] });
  await seed(`http://${registry.host}`, repository, image, { tags: ['1.0.0'] });
  const directory = await workplace.place('crowd');
  await attachCrowd(cosign, arena, { host: registry.host, repository, image }, directory);
  const images = [`${registry.host}/${repository}@${image.digest}`];
  const signer = contestants.find(({ name }) => name === 'cosign');
  await signer?.sign({ mode: 'key', images, under: [], directory });
  return {
    name: 'verify 1 among 15',
    most: GOALS.verify,
    prepare: async (contestant) => {
      const job = await workplace.place('job');
      return (under) => contestant.verify({ mode: 'key', images, under, directory: job });
    },
  };
}

/** Round by round, not one after the other: what else the machine does falls on all of them. */
async function runRounds(
  scenarios: readonly PreparedScenario[],
  contestants: readonly SigningContestant[],
  count: number,
  { workplace, registry }: Place,
): Promise<ReadonlyMap<SigningContestant, ReadonlyMap<string, readonly Measurement[]>>> {
  const runs = new Map(contestants.map((contestant) => [contestant, new Map<string, Measurement[]>()]));
  for (let round = 0; round <= count; round++) {
    for (const scenario of scenarios) {
      for (const contestant of contestants) {
        const act = await scenario.prepare(contestant, round);
        const resources = join(workplace.directory, 'resources');
        const before = (await registry.requests()).length;
        const started = performance.now();
        await act(resourceWrapper(resources));
        const seconds = (performance.now() - started) / 1000;
        const requests = (await registry.requests()).length - before;
        const measured = { seconds, ...(await readResources(resources)), requests };
        const title = round === 0 ? 'warm-up' : `${round} of ${count}`;
        process.stderr.write(
          `${title.padEnd(8)} ${contestant.name.padEnd(7)} ${scenario.name.padEnd(24)} ${seconds.toFixed(2)} s\n`,
        );
        if (round === 0) continue;
        const known = runs.get(contestant);
        known?.set(scenario.name, [...(known.get(scenario.name) ?? []), measured]);
      }
    }
  }
  return runs;
}
