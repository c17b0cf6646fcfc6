import { PROMOTION_RECORD_TYPE } from './record.ts';

/** Who verified, in a verification summary: the suite; whoever ran it is in the signature. */
export const VERIFIER_ID = 'https://github.com/artifact-lifecycle/artifact-lifecycle/actions/promote';

/**
 * Why a promotion record, or a verification summary of this suite, says nothing about a place, as a sentence: they travel
 * with the image, so that production has those of staging, too. `undefined` for what is of that place, and for statements
 * of other kinds.
 *
 * @param place `host/name`
 */
export function foreignPromotionProblem(
  { predicateType, predicate }: { readonly predicateType: string; readonly predicate: object },
  place: string,
): string | undefined {
  if (predicateType === PROMOTION_RECORD_TYPE) {
    const name = textAt(objectAt(predicate, 'destination'), 'name');
    return name === place ? undefined : `The promotion record is of ${shown(name)}, not of ${place}.`;
  }
  if (textAt(objectAt(predicate, 'verifier'), 'id') !== VERIFIER_ID) return undefined;
  const resource = textAt(predicate, 'resourceUri');
  const isHere = resource?.startsWith(`${place}@`) === true;
  return isHere ? undefined : `The verification summary is of ${shown(resource)}, not of ${place}.`;
}

function shown(text: string | undefined): string {
  return text === undefined ? 'nothing' : JSON.stringify(text.slice(0, 200));
}

function textAt(object: object | undefined, key: string): string | undefined {
  const value = valueAt(object, key);
  return typeof value === 'string' ? value : undefined;
}

function objectAt(object: object, key: string): object | undefined {
  const value = valueAt(object, key);
  return typeof value === 'object' && value !== null ? value : undefined;
}

function valueAt(object: object | undefined, key: string): unknown {
  return object !== undefined && Object.hasOwn(object, key) ? Reflect.get(object, key) : undefined;
}
