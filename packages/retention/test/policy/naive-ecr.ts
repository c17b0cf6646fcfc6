import type { StoredImage } from '../../src/image/stored-image.ts';
import { DAY } from '../support/image.ts';

/** ECR's JSON, as far as the naive evaluator asks. */
export interface RawRule {
  readonly rulePriority: number;
  readonly selection: {
    readonly tagStatus: string;
    readonly tagPatternList?: readonly string[];
    readonly tagPrefixList?: readonly string[];
    readonly storageClass?: string;
    readonly countType: string;
    readonly countUnit?: string;
    readonly countNumber: number;
  };
  readonly action: { readonly type: string; readonly targetStorageClass?: string };
}

/** Fits a pattern by trying everything: right, and slow. */
function fits(pattern: string, tag: string): boolean {
  if (pattern === '') return tag === '';
  if (pattern.startsWith('*')) {
    return fits(pattern.slice(1), tag) || (tag !== '' && fits(pattern, tag.slice(1)));
  }
  return pattern[0] === tag[0] && tag !== '' && fits(pattern.slice(1), tag.slice(1));
}

function identifies({ selection: s }: RawRule, image: StoredImage): boolean {
  if ((image.storageClass ?? 'standard') !== (s.storageClass ?? 'standard')) return false;
  if (s.tagStatus === 'any') return true;
  if (s.tagStatus === 'untagged') return image.tags.length === 0;
  for (const pattern of s.tagPatternList ?? []) {
    if (!image.tags.some((tag) => fits(pattern, tag))) return false;
  }
  for (const prefix of s.tagPrefixList ?? []) {
    if (!image.tags.some((tag) => fits(`${prefix}*`, tag))) return false;
  }
  return true;
}

/**
 * ECR's rules, sentence by sentence and image by image: which rule acts on an image, and how. Looks at no graph.
 */
export function evaluateNaively(
  rules: readonly RawRule[],
  images: readonly StoredImage[],
  now: number,
): ReadonlyMap<string, string> {
  const outcome = new Map<string, string>();
  images.forEach((image, index) => {
    const own = [...rules]
      .sort((a, b) => a.rulePriority - b.rulePriority)
      .find((rule) => identifies(rule, image));
    if (own === undefined) return;
    const { countType, countNumber } = own.selection;
    const pushed = (it: StoredImage): number => it.activatedAt ?? it.pushedAt;
    const older = (time: number | undefined): boolean => time !== undefined && now - time > countNumber * DAY;
    let acts = false;
    if (countType === 'imageCountMoreThan') {
      const newer = images.filter(
        (other, at) =>
          identifies(own, other) &&
          (pushed(other) > pushed(image) || (pushed(other) === pushed(image) && at > index)),
      );
      acts = newer.length >= countNumber;
    } else if (countType === 'sinceImagePushed') acts = older(pushed(image));
    else if (countType === 'sinceImageTransitioned') acts = older(image.archivedAt);
    else {
      const restored = image.activatedAt;
      const pulled = image.pulledAt;
      const time =
        pulled === undefined
          ? pushed(image)
          : restored !== undefined && restored > pulled
            ? restored
            : pulled;
      acts = older(time);
    }
    if (acts) outcome.set(image.id, `${own.action.type} by rule ${own.rulePriority}`);
  });
  return outcome;
}
