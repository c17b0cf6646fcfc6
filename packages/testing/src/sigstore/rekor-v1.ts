import { answerJson } from '../registry/answer.ts';
import { writeCanonicalJson } from './canonical-json.ts';
import { noteKeyId } from './checkpoint.ts';
import { BadEntry, canonicalizeEntry } from './log-entry-v1.ts';
import type { LogChanges, LogFormat } from './log-format.ts';
import { kindOf, writeProof } from './log-proof.ts';
import { type JsonObject, Rejection } from './service.ts';
import { makeSigningKey } from './signing-key.ts';
import { type LogEntry, TransparencyLog } from './transparency-log.ts';

/** The number of the log's tree, as the public good instance's is: part of every entry's name and of the checkpoint. */
const TREE = '1193050959916656506';
const TREE_HEX = BigInt(TREE).toString(16).padStart(16, '0');

/** Entries of earlier trees: the index of an entry in the log is not its index in the tree. */
const EARLIER_ENTRIES = 4_163_431;

const PATH = '/api/v1/log/entries';

/** What an entry is named by: its tree, then its leaf. */
const UUID = /^(?:([0-9a-f]{16}))?([0-9a-f]{64})$/;

/** A new log with Rekor v1's API: it promises at once, and keeps time. */
export function makeLogV1(origin: string): LogFormat {
  const key = makeSigningKey('P-256');
  const id = noteKeyId(origin, key);
  const log = new TransparencyLog({ origin: `${origin} - ${TREE}`, name: origin, key, id });

  const promise = (entry: LogEntry, changes: LogChanges): Buffer | undefined => {
    if (changes.promise === 'none') return undefined;
    const logIndex = EARLIER_ENTRIES + entry.index + (changes.promise === 'broken' ? 1 : 0);
    const payload = writeCanonicalJson({
      body: entry.body.toString('base64'),
      integratedTime: changes.integrated ?? entry.integrated,
      logID: id.toString('hex'),
      logIndex,
    });
    return key.sign(Buffer.from(payload));
  };
  const describe = (entry: LogEntry, changes: LogChanges): JsonObject => {
    const { index, size, root, hashes, checkpoint } = log.prove(entry, changes.proof);
    return {
      [nameOf(entry)]: {
        body: entry.body.toString('base64'),
        integratedTime: changes.integrated ?? entry.integrated,
        logID: id.toString('hex'),
        logIndex: EARLIER_ENTRIES + entry.index,
        verification: {
          inclusionProof: {
            checkpoint,
            hashes: hashes.map((hash) => hash.toString('hex')),
            logIndex: index,
            rootHash: root.toString('hex'),
            treeSize: size,
          },
          signedEntryTimestamp: promise(entry, changes)?.toString('base64'),
        },
      },
    };
  };
  return {
    path: PATH,
    log,
    parse: (request) => {
      try {
        return canonicalizeEntry(request);
      } catch (error) {
        if (error instanceof BadEntry) throw refuse(400, `error processing entry: ${error.message}`);
        throw error;
      }
    },
    refuseBody: () => refuse(400, 'error processing entry: invalid JSON'),
    refuseDuplicate: (entry) =>
      refuse(409, `an equivalent entry already exists in the transparency log with UUID ${nameOf(entry)}`, {
        location: `${PATH}/${nameOf(entry)}`,
      }),
    answer: (entry, changes) =>
      answerJson(201, describe(entry, changes), {
        location: `${PATH}/${nameOf(entry)}`,
        etag: nameOf(entry),
      }),
    toBundle: (entry, changes) => {
      const signed = promise(entry, changes);
      return {
        logIndex: String(EARLIER_ENTRIES + entry.index),
        logId: { keyId: id.toString('base64') },
        kindVersion: kindOf(entry.body),
        integratedTime: String(changes.integrated ?? entry.integrated),
        ...(signed === undefined
          ? {}
          : { inclusionPromise: { signedEntryTimestamp: signed.toString('base64') } }),
        inclusionProof: writeProof(log.prove(entry, changes.proof)),
        canonicalizedBody: entry.body.toString('base64'),
      };
    },
    integrationTime: (now) => Math.floor(now / 1000),
    read: ({ path, query }, changes) => {
      if (path === '/api/v1/log/publicKey') {
        const pem = key.publicKey.export({ type: 'spki', format: 'pem' });
        return { status: 200, headers: { 'content-type': 'application/x-pem-file' }, body: Buffer.from(pem) };
      }
      const entry =
        path === PATH
          ? log.entries[Number(query.get('logIndex') ?? Number.NaN) - EARLIER_ENTRIES]
          : findNamed(log, path);
      if (entry !== undefined) return answerJson(200, describe(entry, changes));
      return path.startsWith(PATH) ? refuse(404, 'Not Found').answer : undefined;
    },
  };
}

function nameOf({ leaf }: LogEntry): string {
  return `${TREE_HEX}${leaf.toString('hex')}`;
}

function findNamed(log: TransparencyLog, path: string): LogEntry | undefined {
  const [, tree = TREE_HEX, leaf] = UUID.exec(path.slice(PATH.length + 1)) ?? [];
  if (tree !== TREE_HEX || !path.startsWith(`${PATH}/`)) return undefined;
  return log.entries.find((entry) => entry.leaf.toString('hex') === leaf);
}

function refuse(code: number, message: string, headers: Record<string, string> = {}): Rejection {
  return new Rejection(code, { code, message }, headers);
}
