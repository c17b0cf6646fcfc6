import { createHash } from 'node:crypto';
import { type CheckpointChanges, type CheckpointSigner, writeCheckpoint } from './checkpoint.ts';
import { hashLeaf, MerkleTree } from './merkle-tree.ts';

/** An entry of the log: its bytes, and its place. */
export interface LogEntry {
  readonly body: Buffer;
  readonly index: number;
  readonly leaf: Buffer;
  /** Seconds since 1970. */
  readonly integrated: number;
}

/** How proofs of inclusion differ from honest ones. */
export interface ProofChanges {
  readonly checkpoint?: CheckpointChanges | undefined;
  /** Hashes that lead elsewhere. */
  readonly hashes?: readonly Buffer[] | undefined;
  /** The index that the proof claims. */
  readonly index?: number | undefined;
}

/** That an entry is in the log of some size. */
export interface InclusionProof {
  readonly index: number;
  readonly size: number;
  readonly root: Buffer;
  readonly hashes: readonly Buffer[];
  readonly checkpoint: string;
}

/** An append-only log with a true Merkle tree, where nothing is entered twice. */
export class TransparencyLog {
  readonly signer: CheckpointSigner;
  readonly #tree = new MerkleTree();
  readonly #entries: LogEntry[] = [];
  readonly #byBody = new Map<string, LogEntry>();

  constructor(signer: CheckpointSigner) {
    this.signer = signer;
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** The entry with the same bytes. */
  find(body: Buffer): LogEntry | undefined {
    return this.#byBody.get(nameOf(body));
  }

  /** Appends an entry, whatever it says. */
  append(body: Buffer, integrated: number): LogEntry {
    const leaf = hashLeaf(body);
    const entry = { body, leaf, index: this.#tree.append(leaf), integrated };
    this.#entries.push(entry);
    this.#byBody.set(nameOf(body), entry);
    return entry;
  }

  /** Proves that an entry is in the log as it is now. */
  prove(entry: LogEntry, changes: ProofChanges = {}): InclusionProof {
    const { size } = this.#tree;
    const root = this.#tree.root(size);
    return {
      index: changes.index ?? entry.index,
      size,
      root: changes.checkpoint?.root ?? root,
      hashes: changes.hashes ?? this.#tree.inclusionProof(entry.index, size),
      checkpoint: writeCheckpoint(this.signer, size, root, changes.checkpoint),
    };
  }

  /** The checkpoint over everything. */
  checkpoint(): string {
    return writeCheckpoint(this.signer, this.#tree.size, this.#tree.root());
  }
}

function nameOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex');
}
