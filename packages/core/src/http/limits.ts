/**
 * The head of an answer, all its headers together. Node's own limit of 16 KiB is met by signed `Location`s (4 KB
 * at Azure) next to a content security policy; what needs more than 64 KiB is not a registry.
 */
export const MAX_HEADER_BYTES = 64 * 1024;

/** Redirects in a row: registries need one or two (their name, then a signed URL); more is a loop. */
export const MAX_REDIRECTS = 10;

/**
 * What a socket buffers in each direction before it pushes back. Measured with 632 MB from server to server on
 * loopback, 4 at once: against Node's default 10% less time on Node 20, 15% less with TLS on Node 24; 1 MiB and
 * more bring nothing further. Per connection at most twice this is held.
 */
export const SOCKET_BUFFER_BYTES = 256 * 1024;

/** A body given as one array is handed over in pieces of this size, so that progress can be seen. */
export const UPLOAD_SLICE_BYTES = 256 * 1024;

/** The rest of a body that is worth reading in order to keep its connection: cheaper than a TLS handshake. */
export const MAX_DISCARD_BYTES = 64 * 1024;

/** How long the reading of such a rest may take before the connection is given up instead. */
export const MAX_DISCARD_MILLISECONDS = 1_000;

/** JSON nested deeper than this is made to break its readers: manifests and API answers stay below 20. */
export const MAX_JSON_DEPTH = 100;
