import type { JsonObject } from '../sigstore/service.ts';

/** A question to OSV's API. */
export interface OsvQuery {
  readonly ecosystem: string;
  readonly name: string;
  /** Without its version, which is in `version`. */
  readonly purl: string;
  readonly version: string;
}

/** What the services know, and how they behave. Nothing, and as the real ones do, without options. */
export interface AdvisoryServicesOptions {
  /** OSV records, as the schema writes them. */
  readonly records?: readonly JsonObject[] | undefined;
  /** Vulnerabilities that a page of OSV's API holds: 1,000 when absent. */
  readonly pageSize?: number | undefined;
  /**
   * Which records a query with a version gets. When absent all of the package: comparing versions is the business of
   * who asks, and who trusts the service with it shall not notice in a test.
   */
  readonly affects?: ((record: JsonObject, query: OsvQuery) => boolean) | undefined;
  /** Advisories as GitHub's API writes them. */
  readonly advisories?: readonly JsonObject[] | undefined;
  /** The token GitHub's API takes; any, or none, when absent. */
  readonly token?: string | undefined;
  /** By CVE: `0.97565`, a number from 0 to 1. */
  readonly epss?:
    | Readonly<Record<string, { readonly epss: number; readonly percentile: number }>>
    | undefined;
  /** Entries of CISA's catalogue. */
  readonly kev?: readonly JsonObject[] | undefined;
}
