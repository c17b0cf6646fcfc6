import { nearest } from '@artifact-lifecycle/core';
import { type DocumentProblem, quote, type ValuePath } from '@artifact-lifecycle/core/policy';

/** Up to so many settings are listed where none is near to what was written. */
const MAX_LISTED_KEYS = 14;

const ISO_TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2}))?$/;

/**
 * Reads values of a document of somebody else's shape and collects what is wrong with them, so that all of it is
 * told at once. Each reader gives `undefined` where it has found something to say.
 */
export class ShapeReader {
  readonly problems: DocumentProblem[] = [];

  report(path: ValuePath, message: string, key?: string): undefined {
    this.problems.push({ path, message, ...(key === undefined ? {} : { key }) });
    return undefined;
  }

  /** A mapping that holds no other keys than these. */
  mapping(
    value: unknown,
    path: ValuePath,
    keys: readonly string[],
  ): ReadonlyMap<string, unknown> | undefined {
    const entries = this.anyMapping(value, path);
    if (entries === undefined) return undefined;
    for (const key of entries.keys()) {
      if (keys.includes(key)) continue;
      const meant = nearest(key, keys);
      const list = keys.length <= MAX_LISTED_KEYS ? `; there are ${keys.join(', ')}` : '';
      const hint = meant === undefined ? list : `. Did you mean ${quote(meant)}?`;
      this.report(path, `has no setting ${quote(key)}${hint}`, key);
    }
    return entries;
  }

  /** A mapping whose keys are names. */
  anyMapping(value: unknown, path: ValuePath): ReadonlyMap<string, unknown> | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.report(path, `must be a mapping, not ${kindOf(value)}`);
    }
    return new Map(Object.entries(value));
  }

  list(value: unknown, path: ValuePath): readonly unknown[] | undefined {
    return Array.isArray(value) ? value : this.report(path, `must be a list, not ${kindOf(value)}`);
  }

  text(value: unknown, path: ValuePath): string | undefined {
    return typeof value === 'string' ? value : this.report(path, `must be text, not ${kindOf(value)}`);
  }

  /** A list of texts, none of them empty. */
  texts(value: unknown, path: ValuePath): readonly string[] | undefined {
    const items = this.list(value, path)?.map((item, index) => {
      const text = this.text(item, [...path, index]);
      return text === '' ? this.report([...path, index], 'must not be empty') : text;
    });
    return items?.every((item) => item !== undefined) ? items : undefined;
  }

  boolean(value: unknown, path: ValuePath): boolean | undefined {
    return typeof value === 'boolean'
      ? value
      : this.report(path, `must be true or false, not ${kindOf(value)}`);
  }

  positiveInteger(value: unknown, path: ValuePath): number | undefined {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
    const found = typeof value === 'number' ? String(value) : kindOf(value);
    return this.report(path, `must be a positive whole number, not ${found}`);
  }

  /** A time in milliseconds, from ISO 8601 with its zone or from milliseconds. */
  time(value: unknown, path: ValuePath): number | undefined {
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    // Without a zone a time would depend on where the run takes place.
    const isIso = typeof value === 'string' && ISO_TIME.test(value);
    const time = isIso ? Date.parse(value) : Number.NaN;
    return Number.isNaN(time) ? this.report(path, 'must be a time such as 2026-11-01T12:00:00Z') : time;
  }

  oneOf<T extends string>(value: unknown, path: ValuePath, allowed: readonly T[]): T | undefined {
    const found = allowed.find((word) => word === value);
    if (found !== undefined) return found;
    const meant = typeof value === 'string' ? nearest(value, allowed) : undefined;
    const hint = meant === undefined ? '' : `. Did you mean ${quote(meant)}?`;
    const written = typeof value === 'string' ? quote(value) : kindOf(value);
    return this.report(path, `must be ${allowed.join(' or ')}, not ${written}${hint}`);
  }
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'left out';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : typeof value === 'string' ? 'text' : String(value);
}
