import type { PackageType } from '../../inventory/package.ts';

/**
 * How a version shows itself in a file. Group 1 of each pattern is the version; patterns see a few hundred bytes as
 * Latin-1, never the file.
 */
export type Sign =
  /** Around a text that is there word for word: `near` stands within `before` and `after` bytes. */
  | {
      readonly near: string;
      readonly pattern: RegExp;
      readonly before?: number;
      readonly after?: number;
    }
  /** In the first bytes of the file. */
  | { readonly start: RegExp }
  /** Alone between zero bytes, beginning with group 1 of the file's name: `3.11` of `libpython3.11.so.1.0`. */
  | { readonly named: RegExp }
  /** Alone between zero bytes in the constants of an ELF file, and no other of its kind beside it. */
  | { readonly only: RegExp };

/** A program that is known by its file's name and a text in it. */
export interface Classifier {
  readonly name: string;
  /** Of the path's last part, unless it has a slash in it. */
  readonly files: RegExp;
  /** Tried in order; the first that finds a version counts. */
  readonly signs: readonly Sign[];
  /** `generic` where it does not say. */
  readonly type?: PackageType;
  readonly namespace?: string;
  /** `vendor:product` of CPE names. */
  readonly cpe?: string;
  /** What of a version is kept: group 1. Distributions add their own to it. */
  readonly keep?: RegExp;
}
