/**
 * Manifests one copy may touch: an image of 100 platforms with ten attestations each has some 1,100. Each
 * costs requests at the source and at every destination.
 */
export const MAX_GRAPH_MANIFESTS = 20_000;

/** Steps from the image to a manifest, through children and referrers of referrers; real ones need six. */
export const MAX_GRAPH_DEPTH = 32;

/** Manifests are held until they are written; a runner has 7 GB or more, of which this is little. */
export const MAX_GRAPH_BYTES = 128 * 1024 * 1024;

/** Requests a plan makes at a time. The HTTP client slows down further where a host asks for it. */
export const PLAN_CONCURRENCY = 8;

/** Blobs and manifests on their way at a time; skopeo takes 6, crane 4. More does not help on two cores. */
export const COPY_CONCURRENCY = 6;
