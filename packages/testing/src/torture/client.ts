/** What not every client can be told to do; a scenario that needs it is "n/a" for the others. */
export type Ability =
  /** Carry what refers to the image. */
  | 'referrers'
  /** Leave a tag alone that exists at another digest. */
  | 'no-clobber'
  /** Copy to several repositories in one call. */
  | 'several destinations';

/** What a client is told: copy one image, with all its platforms, bytes unchanged. */
export interface CopyOrder {
  /** `127.0.0.1:5000/dev/app:v1`, or with `@sha256:…`. */
  readonly source: string;
  /** Repositories without a tag: `127.0.0.1:5001/prod/app`; one, unless the scenario needs several. */
  readonly destinations: readonly string[];
  readonly tag: string;
  readonly referrers: boolean;
  /** Whether the tag may be moved where it exists. */
  readonly mayMove: boolean;
  /** By host, as they stand in docker's config.json. */
  readonly credentials: ReadonlyMap<string, Login>;
  /** Aborts when the client is to be told to go, as a cancelled job does (SIGTERM). */
  readonly signal: AbortSignal;
}

/** A user of a registry. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** How a copy ended. */
export interface ClientRun {
  /** Whether the client says that all went well: exit code 0. */
  readonly succeeded: boolean;
  /** What it printed, for the reader of a failure. */
  readonly log: string;
}

/** A client of registries under torture. */
export interface TortureClient {
  readonly abilities: ReadonlySet<Ability>;
  copy(order: CopyOrder): Promise<ClientRun>;
}

/** The time a client lives in: its registries have to live in the same. */
export interface TortureClock {
  readonly now: () => number;
}
