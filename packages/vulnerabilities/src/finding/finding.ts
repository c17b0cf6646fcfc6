import type { Component } from '../component/component.ts';
import type { Rating } from '../severity/severity.ts';
import type { Epss, KnownExploited } from '../source/advisory-source.ts';

/** One vulnerability in one component, however many records speak of it. */
export interface Finding {
  /** The name most people know: a CVE id, else GHSA's, else the record's own. */
  readonly id: string;
  /** All other names, sorted: aliases, and ids of records. */
  readonly aliases: readonly string[];
  readonly component: Component;
  /** Ids of the records that match, sorted. */
  readonly advisories: readonly string[];
  readonly rating: Rating;
  /** Versions that have a fix, in the ecosystem's order; empty where none is known. */
  readonly fixedIn: readonly string[];
  readonly summary: string | undefined;
  readonly details: string | undefined;
  readonly urls: readonly string[];
  readonly published: string | undefined;
  readonly epss: Epss | undefined;
  readonly kev: KnownExploited | undefined;
}
