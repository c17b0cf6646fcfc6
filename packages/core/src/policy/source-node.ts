/** A value of the text and where it stands; the plain data and the positions are one tree. */
export interface SourceNode {
  /** Plain data: text, number, boolean, null, list, or an object without prototype. */
  readonly data: unknown;
  /** Offset of the first character. */
  readonly offset: number;
  /** How many nodes this is with all aliases written out. */
  readonly size: number;
  /** The entries of a mapping. */
  readonly entries?: ReadonlyMap<string, SourceEntry>;
  /** The items of a list. */
  readonly items?: readonly SourceNode[];
}

/** A key of a mapping, where it stands, and its value. */
export interface SourceEntry {
  readonly keyOffset: number;
  readonly node: SourceNode;
}

/** Something wrong at an offset of the text. */
export interface OffsetProblem {
  readonly offset: number;
  readonly message: string;
}
