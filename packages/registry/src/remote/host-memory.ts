import type { Repository } from '../name/location.ts';
import { KnownBlobs } from './known-blobs.ts';
import type { Quirks } from './quirks/quirks.ts';
import { ReferrersApi } from './referrers-api.ts';

/** What one run learns of a host by the way, so that nothing is asked for twice. */
export class HostMemory {
  readonly blobs: KnownBlobs;
  /** Whether it sets several tags by one request. */
  severalTags: 'unknown' | 'offered' | 'not-offered' = 'unknown';
  readonly #quirks: Quirks;
  readonly #referrersApis = new Map<string, ReferrersApi>();

  constructor(quirks: Quirks) {
    this.#quirks = quirks;
    this.blobs = new KnownBlobs((from, to) => this.mayMount(from, to));
  }

  /** Whether blobs are mounted between two repositories: to ask in vain costs a token for both. */
  mayMount(from: string, to: string): boolean {
    const owner = (name: string): string => name.split('/', 1)[0] ?? name;
    return from !== to && (this.#quirks.mounts === 'anywhere' || owner(from) === owner(to));
  }

  /** What is known of a repository's referrers API: of two at one host, one may have it and the other not. */
  referrersApiOf({ name }: Repository): ReferrersApi {
    const known = this.#referrersApis.get(name) ?? new ReferrersApi(this.#quirks.subjectHeader === 'proof');
    this.#referrersApis.set(name, known);
    return known;
  }
}
