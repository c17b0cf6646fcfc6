import type { JsonObject } from './service.ts';
import type { InclusionProof } from './transparency-log.ts';

/** Kind and version that an entry says it has; empty where it says none. */
export function kindOf(body: Buffer): JsonObject {
  const { kind = '', apiVersion: version = '' } = JSON.parse(body.toString('utf8'));
  return { kind, version };
}

/** A proof as protobuf's JSON has it. */
export function writeProof({ index, root, size, hashes, checkpoint }: InclusionProof): JsonObject {
  return {
    logIndex: String(index),
    rootHash: root.toString('base64'),
    treeSize: String(size),
    hashes: hashes.map((hash) => hash.toString('base64')),
    checkpoint: { envelope: checkpoint },
  };
}
