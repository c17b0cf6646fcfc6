/** Who asks GitHub's API, and about which repository. */
export interface GitHubApiOptions {
  /** `owner/name`. */
  readonly repository: string;
  /** Without one, only what is public is answered, and 60 times an hour. */
  readonly token: string | undefined;
  /** `https://api.github.com`, or that of an Enterprise Server. */
  readonly apiUrl: string;
  readonly userAgent: string;
  readonly signal: AbortSignal;
  readonly onTrace: (line: string) => void;
  /**
   * Whether a second lies between two writes, as GitHub wants it of who makes many, and a limit is waited for; default
   * true. A handful of writes goes through without.
   */
  readonly isPaced?: boolean | undefined;
}

/** What of Octokit's answers is used. */
export interface OctokitAnswer {
  readonly status: number;
  readonly data: unknown;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
}

/** What of Octokit is used. */
export interface Octokit {
  request(route: string, parameters: Readonly<Record<string, unknown>>): Promise<OctokitAnswer>;
}
