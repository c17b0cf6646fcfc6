/** A named part of an executable file. */
export interface Section {
  /** `.text`, `.go.buildinfo`, `__go_buildinfo`. */
  readonly name: string;
  /** Where it lies in memory; 0 where it is not loaded. */
  readonly address: number;
  /** Where it lies in the file, and how many bytes of it the file holds. */
  readonly offset: number;
  readonly size: number;
}

/** A part of an executable file that is loaded into memory. */
export interface Segment {
  readonly address: number;
  readonly offset: number;
  /** Bytes that the file holds; the memory may be larger. */
  readonly size: number;
  /** Readable and writable, and not executable: where initialised data lies. */
  readonly isData: boolean;
}

/** What is read of an executable: where its parts lie. */
export interface Executable {
  readonly format: 'elf' | 'pe' | 'mach-o';
  /** The file, or the part of a fat Mach-O file that is for one processor. Offsets count from its start. */
  readonly bytes: Buffer;
  readonly isLittleEndian: boolean;
  /** Bytes of a pointer. */
  readonly pointerSize: 4 | 8;
  readonly sections: readonly Section[];
  readonly segments: readonly Segment[];
}
