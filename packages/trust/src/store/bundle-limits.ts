/** Sigstore bundle v0.3; cosign and GitHub take its media type for the artifact type, too (cosign, "BUNDLE_SPEC"). */
export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** What the media type of every bundle begins with, whatever its version. */
export const BUNDLE_MEDIA_TYPE_PREFIX = 'application/vnd.dev.sigstore.bundle';

/** The annotation of a manifest that says which predicate its bundle holds: for people and filters, proven by nobody. */
export const BUNDLE_PREDICATE_ANNOTATION = 'dev.sigstore.bundle.predicateType';

/**
 * A bundle of the largest predicate that GitHub takes, 16 MB, has 22 MB as base64. Kyverno reads 10 MB only, so that
 * who writes should stay below.
 */
export const MAX_BUNDLE_BYTES = 32 * 1024 * 1024;

/** All bundles about one subject, which are held at a time; a signature has 4 to 8 kB. */
export const MAX_BUNDLES_BYTES = 128 * 1024 * 1024;
