import { createHash } from 'node:crypto';
import type { SigningKey } from './signing-key.ts';

/** A log's name and key, as checkpoints show them. */
export interface CheckpointSigner {
  /** The first line: `log.test`, in Rekor v1 followed by the number of its tree. */
  readonly origin: string;
  /** The name beside the signature. */
  readonly name: string;
  readonly key: SigningKey;
  /** Its first four bytes are the signature's hint. */
  readonly id: Buffer;
}

/** How a checkpoint differs from an honest one. */
export interface CheckpointChanges {
  /** Another first line, signed as it is. */
  readonly origin?: string | undefined;
  /** Another name beside the signature. */
  readonly name?: string | undefined;
  /** Signed by this key instead. */
  readonly key?: SigningKey | undefined;
  /** Another root, signed as it is. */
  readonly root?: Buffer | undefined;
  /** Another hint. */
  readonly hint?: Buffer | undefined;
  /** Lines after the root. */
  readonly extra?: readonly string[] | undefined;
}

/** Identifies a key as signed notes do: SHA-256 over name and key for Ed25519, over the SPKI alone for ECDSA. */
export function noteKeyId(name: string, key: SigningKey): Buffer {
  const hash = createHash('sha256');
  if (key.kind !== 'ed25519') return hash.update(key.spki).digest();
  // An Ed25519 key is the last 32 bytes of its SubjectPublicKeyInfo; 1 is its kind of signature.
  return hash.update(`${name}\n`).update(Buffer.of(1)).update(key.spki.subarray(-32)).digest();
}

/** Writes a signed checkpoint (C2SP "tlog-checkpoint" and "signed-note"). */
export function writeCheckpoint(
  signer: CheckpointSigner,
  size: number,
  root: Buffer,
  changes: CheckpointChanges = {},
): string {
  const lines = [
    changes.origin ?? signer.origin,
    String(size),
    (changes.root ?? root).toString('base64'),
    ...(changes.extra ?? []),
  ];
  const note = `${lines.join('\n')}\n`;
  const signature = (changes.key ?? signer.key).sign(Buffer.from(note));
  const hint = changes.hint ?? signer.id.subarray(0, 4);
  const line = Buffer.concat([hint, signature]).toString('base64');
  return `${note}\n\u2014 ${changes.name ?? signer.name} ${line}\n`;
}
