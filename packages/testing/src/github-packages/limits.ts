import { refuse } from './catalogue.ts';
import type { GitHubPackagesOptions } from './options.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** GitHub's points: reading 1, everything else 5. */
const WRITE_POINTS = 5;

/** Counts requests against GitHub's two limits. */
export class Limits {
  remaining: number;
  readonly #options: GitHubPackagesOptions;
  readonly #now: () => number;
  #resetsAt: number;
  #spent: readonly { readonly at: number; readonly points: number }[] = [];

  constructor(options: GitHubPackagesOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    const { primaryLimit } = options;
    this.remaining = primaryLimit?.remaining ?? primaryLimit?.limit ?? Number.POSITIVE_INFINITY;
    this.#resetsAt = primaryLimit?.resetsAt ?? this.#now() + HOUR;
  }

  /** Counts a request, or refuses it. */
  spend(method: string): void {
    const now = this.#now();
    if (now >= this.#resetsAt) {
      this.#resetsAt = now + HOUR;
      this.remaining = this.#options.primaryLimit?.limit ?? Number.POSITIVE_INFINITY;
    }
    const { primaryLimit, secondaryLimit } = this.#options;
    if (this.remaining <= 0) {
      const message = 'API rate limit exceeded for installation ID 1.';
      throw refuse(primaryLimit?.status ?? 403, message, this.headers());
    }
    const points = method === 'GET' || method === 'HEAD' ? 1 : WRITE_POINTS;
    this.#spent = this.#spent.filter(({ at }) => at > now - MINUTE);
    const spent = this.#spent.reduce((sum, one) => sum + one.points, 0);
    if (secondaryLimit !== undefined && spent + points > secondaryLimit.pointsPerMinute) {
      throw refuse(
        secondaryLimit.status ?? 403,
        'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
        { ...this.headers(), 'retry-after': String(secondaryLimit.retryAfter ?? 60) },
      );
    }
    if (secondaryLimit !== undefined) this.#spent = [...this.#spent, { at: now, points }];
    this.remaining -= 1;
  }

  /** What every answer says of the primary limit. */
  headers(): Readonly<Record<string, string>> {
    const { primaryLimit } = this.#options;
    if (primaryLimit === undefined) return {};
    return {
      'x-ratelimit-limit': String(primaryLimit.limit),
      'x-ratelimit-remaining': String(Math.max(0, this.remaining)),
      'x-ratelimit-used': String(primaryLimit.limit - Math.max(0, this.remaining)),
      'x-ratelimit-reset': String(Math.ceil(this.#resetsAt / 1000)),
      'x-ratelimit-resource': 'core',
    };
  }
}
