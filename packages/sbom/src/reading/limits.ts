/** Docker allows 127 layers, other builders more; each costs a request and a little memory. */
export const MAX_LAYERS = 1000;

/** The largest images have some three million files; what is remembered of each takes up to 24 bytes. */
export const MAX_ENTRIES = 6_000_000;

/** Directories that something lies in; the largest images have some 400,000. */
export const MAX_DIRECTORIES = 2_000_000;

/**
 * Bytes of a layer once it is unpacked: images with models for inference come to 50 GB. A bomb of a few hundred
 * MB ends here, after minutes and without having taken memory.
 */
export const MAX_LAYER_BYTES = 256 * 1024 ** 3;

/** PATH_MAX of Linux: nothing can be created under a longer name. */
export const MAX_PATH_LENGTH = 4096;

/**
 * Files that cataloguers read something of, in all layers together: each takes a kilobyte or two. The
 * node_modules of a large monorepo have some fifty thousand.
 */
export const MAX_FINDINGS = 500_000;

/** Of all layers together, some 150 bytes each: the largest trees of links (Nix) have some 300,000. */
export const MAX_SYMLINKS = 500_000;

/** Directories that one layer writes through symbolic links: merged trees have four, and most writers none. */
export const MAX_ALIASES = 100;

/** Links followed for one path, as Linux does (path_resolution(7)); more are a loop. */
export const MAX_LINKS_FOLLOWED = 40;

/** Hard links of hard links; tar writers name the first file, so that one is what there is. */
export const MAX_LINK_ROUNDS = 4;

/** What could not be read of one layer or directory; the rest is counted. Nobody reads more. */
export const MAX_UNKNOWNS = 1000;

/** What one cataloguer may report of one file. */
export const MAX_REPORTS_PER_FILE = 100;

/** Folders in folders of a directory; a deeper one is a trap. */
export const MAX_DIRECTORY_DEPTH = 256;

/** Bytes of wanted files held at a time, of all layers together; a larger one waits until it is alone. */
export const CONTENT_MEMORY_BYTES = 128 * 1024 * 1024;

/** Wanted files up to this size share one buffer a layer, and wait for nobody. */
export const SCRATCH_BYTES = 4 * 1024 * 1024;

/** Node's 16 KiB take twice the time: each chunk is a round through the thread pool. */
export const CHUNK_BYTES = 256 * 1024;

/** As many bytes as it takes to tell an executable. */
export const EXECUTABLE_HEAD_BYTES = 8;
