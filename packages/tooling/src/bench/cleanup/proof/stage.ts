import {
  type GitHubPackages,
  type GitHubPackagesOptions,
  type ManifestContent,
  makeImage,
  makeIndex,
  seed,
  startGitHubPackages,
  startRegistry,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { type MovingClock, movingClock } from '../moving-clock.ts';
import { type Answering, type OpenedService, openService } from '../open-service.ts';
import { type Promotion, type PromotionOptions, Promotions } from './promotions.ts';
import { type Holdings, takeHoldings } from './walker.ts';

export const REPOSITORY = 'acme/app';
const DAY = 86_400_000;
const CREATED = 'org.opencontainers.image.created';

/** What a stage is built with. */
export interface StageOptions {
  readonly host: 'github' | 'registry';
  readonly options?: GitHubPackagesOptions | undefined;
}

/** The place of one scenario: what answers, and the time. */
export class ProofStage {
  readonly clock: MovingClock;
  readonly #answering: Answering;
  readonly #time: { pushedAt: number | undefined };
  readonly #lag: { staleLists: number };
  readonly #opened: OpenedService[] = [];
  #promotions: Promotions | undefined;

  private constructor(
    clock: MovingClock,
    answering: Answering,
    time: { pushedAt: number | undefined },
    lag: { staleLists: number },
  ) {
    this.clock = clock;
    this.#answering = answering;
    this.#time = time;
    this.#lag = lag;
  }

  static async open({ host, options = {} }: StageOptions): Promise<ProofStage> {
    const clock = movingClock();
    const time: { pushedAt: number | undefined } = { pushedAt: undefined };
    const lag = {
      ...options,
      staleLists: 0,
      now: () => time.pushedAt ?? clock.now(),
    };
    const answering: Answering =
      host === 'registry'
        ? { kind: 'registry', server: await startRegistry() }
        : { kind: 'github', server: await startGitHubPackages(lag) };
    return new ProofStage(clock, answering, time, lag);
  }

  get server(): GitHubPackages | TestRegistry {
    return this.#answering.server;
  }

  get github(): GitHubPackages {
    if (this.#answering.kind === 'github') return this.#answering.server;
    throw new Error('This scenario has no GitHub.');
  }

  /** From now on so many lists after a change show what was there before it. */
  lagBehind(lists: number): void {
    this.#lag.staleLists = lists;
  }

  /** Pushes so many days ago, and gives what was pushed. */
  async push(content: ManifestContent, days: number, tags: readonly string[] = []): Promise<ManifestContent> {
    this.#time.pushedAt = this.clock.now() - days * DAY;
    await seed(this.server, REPOSITORY, content, { tags });
    this.#time.pushedAt = undefined;
    return content;
  }

  /** Makes an index of two platforms that says how old it is. */
  index(name: string, days: number, others: readonly ManifestContent[] = []): ManifestContent {
    const created = new Date(this.clock.now() - days * DAY).toISOString();
    const platforms = ['amd64', 'arm64'].map((architecture) =>
      makeImage({ layers: [`${name} ${architecture}`], platform: { os: 'linux', architecture } }),
    );
    return makeIndex([...platforms, ...others], { annotations: { [CREATED]: created } });
  }

  /** Opens the package as a run of its own. */
  run(): OpenedService {
    const opened = openService(this.#answering, REPOSITORY, this.clock);
    this.#opened.push(opened);
    return opened;
  }

  /** The repository as it is pulled. */
  get place(): string {
    return `${this.server.host}/${REPOSITORY}`;
  }

  /** Who promotes here, with a key of its own. */
  get promotions(): Promotions {
    this.#promotions ??= new Promotions(this.run().registry, this.clock);
    return this.#promotions;
  }

  /** Promotes so many days ago: the record is signed, attached, and becomes the head of its environment. */
  async promote(content: ManifestContent, days: number, its: PromotionOptions): Promise<Promotion> {
    this.#time.pushedAt = this.clock.now() - days * DAY;
    const promotion = await this.promotions.promote(content.digest, this.#time.pushedAt, its);
    this.#time.pushedAt = undefined;
    return promotion;
  }

  holdings(): Holdings {
    return takeHoldings(this.server.store, REPOSITORY);
  }

  async close(): Promise<void> {
    for (const { close } of this.#opened) close();
    await this.server.close();
  }
}
