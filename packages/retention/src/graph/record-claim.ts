import { PROMOTION_RECORD_TYPE } from '@artifact-lifecycle/gates/names';

/**
 * What the media type of every Sigstore bundle begins with, and the annotation that says what one holds (cosign,
 * "BUNDLE_SPEC"). Written here once more than in `trust`: all that verifies would come along.
 */
export const BUNDLE_TYPE_PREFIX = 'application/vnd.dev.sigstore.bundle';
export const PREDICATE_ANNOTATION = 'dev.sigstore.bundle.predicateType';

/** What a manifest, or a descriptor of one, says of itself. */
interface Claimant {
  readonly artifactType?: string | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/**
 * Whether something says that it is a promotion record, or may be one for all that it says; `undefined` where it is
 * none by its own word. Nothing of it is verified.
 */
export function claimOf({ artifactType, annotations }: Claimant): 'record' | 'bundle' | undefined {
  const predicateType = annotations?.[PREDICATE_ANNOTATION];
  if (predicateType !== undefined) return predicateType === PROMOTION_RECORD_TYPE ? 'record' : undefined;
  const isBundle =
    artifactType === undefined || artifactType === '' || artifactType.startsWith(BUNDLE_TYPE_PREFIX);
  return isBundle ? 'bundle' : undefined;
}
