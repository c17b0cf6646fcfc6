import type { AuthOptions } from './auth-options.ts';
import type { ImmutableTags } from './immutable-tags.ts';

/**
 * How a test registry behaves. Without options it is a strict and complete OCI 1.1 registry in memory,
 * open to everyone, on a free port of 127.0.0.1.
 */
export interface RegistryOptions {
  /** The port to listen on; a free one when absent or 0. */
  readonly port?: number | undefined;
  /** The loopback address to listen on: `127.0.0.1` (default) or `::1`. */
  readonly address?: '127.0.0.1' | '::1' | undefined;
  /** A certificate and its key in PEM: the registry then speaks https. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** A directory that holds the content and survives the registry; in memory when absent. */
  readonly root?: string | undefined;
  /** Milliseconds since the Unix epoch, for the age of tokens; the clock on the wall when absent. */
  readonly now?: (() => number) | undefined;

  /** Who may do what; everyone everything when absent. */
  readonly auth?: AuthOptions | undefined;

  /** `api` (default), or `none`: 404, and no `OCI-Subject`, so that clients must use the fallback tag. */
  readonly referrers?: 'api' | 'none' | undefined;
  /** How many referrers one answer holds; all when absent. */
  readonly referrersPageSize?: number | undefined;
  /** Whether `artifactType` is honoured and `OCI-Filters-Applied` sent; true when absent. */
  readonly referrersFilter?: boolean | undefined;

  /** The largest number of tags one answer holds, whatever `n` asks for; no limit when absent. */
  readonly tagsPageSize?: number | undefined;
  /** Whether `GET /v2/_catalog` lists the repositories (docker's extension); true when absent. */
  readonly catalog?: boolean | undefined;

  /** Whether manifests may name children and blobs that are not here; false when absent. */
  readonly sparse?: boolean | undefined;
  /** Whether manifests of any media type are taken, unread; false when absent. */
  readonly anyManifestType?: boolean | undefined;
  /** The largest manifest in bytes; 4 MiB when absent (distribution-spec, "Pushing Manifests"). */
  readonly manifestLimit?: number | undefined;
  /** Whether a manifest is withheld (404) from who does not accept its type; true when absent. */
  readonly negotiate?: boolean | undefined;
  /** Whether `PUT /manifests/<digest>?tag=a&tag=b` sets tags and answers `OCI-Tag`; false when absent. */
  readonly tagParameters?: boolean | undefined;
  /** Whether manifests carry an `ETag` and `If-Match`, `If-None-Match` are honoured; false when absent. */
  readonly conditional?: boolean | undefined;
  /** Which tags may not move, and how the registry says so; every tag may move when absent. */
  readonly immutableTags?: ImmutableTags | undefined;

  /** What can be deleted; everything when absent. What cannot is answered with `status` (405). */
  readonly delete?:
    | {
        readonly tags?: boolean | undefined;
        readonly manifests?: boolean | undefined;
        readonly blobs?: boolean | undefined;
        readonly status?: 400 | 405 | undefined;
      }
    | undefined;

  /** Whether a repository comes into being by pushing to it; true when absent, false answers 404 NAME_UNKNOWN. */
  readonly createRepositories?: boolean | undefined;
  /** Whether blobs are mounted: `granted` (default), `named` (only with `from`), or `refused` (202 always). */
  readonly mount?: 'granted' | 'named' | 'refused' | undefined;
  /** What a mount gets whose token cannot pull `from`: an upload (202, default), or 401 with both scopes. */
  readonly mountWithoutScope?: 'upload' | 'challenge' | undefined;
  /** Whether `POST ?digest=` takes the whole blob; true when absent, false answers 202. */
  readonly monolithicPost?: boolean | undefined;
  /** Sent as `OCI-Chunk-Min-Length` and demanded of every chunk but the last. Bytes. */
  readonly chunkMinLength?: number | undefined;
  /** Whether uploads without `Content-Length` are refused (411); false when absent. */
  readonly requireContentLength?: boolean | undefined;
  /** Whether `Range` on a blob is honoured; true when absent. */
  readonly ranges?: boolean | undefined;
  /**
   * What `Location` of an upload looks like: `relative` (default) or `absolute`, both with a query that must
   * come back; `rotating` is relative and each answer's is good for one request only; a function makes anything of the relative one,
   * such as a URL of another host.
   */
  readonly uploadLocation?: 'relative' | 'absolute' | 'rotating' | ((path: string) => string) | undefined;
}
