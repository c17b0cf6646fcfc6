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

/** What is read from a connection at a time; Node's own measure. */
export const READ_BYTES = 64 * 1024;

/**
 * From this length on a body is worth a connection of its own, which is 2 round trips and a TLS handshake: so much
 * takes 0.6 s over 100 Mbit/s. Most bytes of images lie in layers that are larger.
 */
export const LARGE_BODY_BYTES = 8 * 1024 * 1024;

/**
 * What of a large body is read, hashed and sent at a time. Measured with 632 MB from server to server on loopback: 1.2 s
 * of CPU and 95 MB of memory in all, against 2.2 s and 180 MB by Node's parser, of which crane needs 0.8 s.
 */
export const BLOCK_BYTES = 256 * 1024;

/** A block with less room than a read may fill is passed on. */
export const MIN_ROOM_BYTES = READ_BYTES;

/** Chunks of a large body that wait for their reader before the connection is not read on. */
export const LARGE_BODY_CHUNKS = 4;

/** Blocks that are kept for the next body, 16 MiB: what some six bodies on their way hold. */
export const MAX_FREE_BLOCKS = 64;
