/** Something that was there and could not be read: an inventory says what it does not know. */
export interface Unknown {
  /** From the root, without a leading slash. */
  readonly path: string;
  readonly layer?: string | undefined;
  /** The cataloguer that wanted it, or `reading`. */
  readonly by: string;
  /** One sentence with the fact. */
  readonly reason: string;
}
