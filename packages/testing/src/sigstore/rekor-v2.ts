import { answerJson } from '../registry/answer.ts';
import { writeCanonicalJson } from './canonical-json.ts';
import { noteKeyId } from './checkpoint.ts';
import type { LogChanges, LogFormat } from './log-format.ts';
import { kindOf, writeProof } from './log-proof.ts';
import { fromBase64, gatewayRejection, type JsonObject, member, type Rejection } from './service.ts';
import { makeSigningKey } from './signing-key.ts';
import { type LogEntry, TransparencyLog } from './transparency-log.ts';
import {
  digestForDetails,
  protobufDigestName,
  readCertificate,
  readPublicKey,
  type VerifierKey,
  verifyDigest,
} from './verifier-key.ts';

/** A new log with Rekor v2's API (rekor-tiles): hashedrekord 0.0.2 only, Ed25519 checkpoints, no time of its own. */
export function makeLogV2(origin: string): LogFormat {
  const key = makeSigningKey('ed25519');
  const log = new TransparencyLog({ origin, name: origin, key, id: noteKeyId(origin, key) });
  const toBundle = (entry: LogEntry, changes: LogChanges): JsonObject => ({
    logIndex: String(entry.index),
    logId: { keyId: log.signer.id.toString('base64') },
    kindVersion: kindOf(entry.body),
    integratedTime: String(changes.integrated ?? entry.integrated),
    inclusionPromise: null,
    inclusionProof: writeProof(log.prove(entry, changes.proof)),
    canonicalizedBody: entry.body.toString('base64'),
  });
  return {
    path: '/api/v2/log/entries',
    log,
    parse: parseRequest,
    refuseBody: () => gatewayRejection(400, 'proto: syntax error (line 1:1): unexpected token'),
    refuseDuplicate: ({ index }) =>
      gatewayRejection(
        409,
        `an equivalent entry already exists in the transparency log with index ${index}`,
        { 'x-log-index': String(index) },
      ),
    answer: (entry, changes) => answerJson(201, toBundle(entry, changes)),
    toBundle,
    // The log leaves telling the time to timestamp authorities.
    integrationTime: () => 0,
    read: ({ path }) =>
      path === '/api/v2/checkpoint'
        ? { status: 200, headers: { 'content-type': 'text/plain' }, body: Buffer.from(log.checkpoint()) }
        : undefined,
  };
}

function refuse(): Rejection {
  return gatewayRejection(400, 'invalid hashedrekord request');
}

function parseRequest(request: JsonObject): Buffer {
  const asked = member(request, 'hashedRekordRequestV002');
  if (asked === undefined) throw gatewayRejection(400, 'invalid type, must be hashedrekord');
  const digest = fromBase64(member(asked, 'digest'));
  const content = fromBase64(member(asked, 'signature', 'content'));
  const verifier = member(asked, 'signature', 'verifier');
  const key = readVerifier(verifier);
  const keyDetails = member(verifier, 'keyDetails');
  if (digest === undefined || content === undefined || key === undefined) throw refuse();
  const algorithm = digestForDetails(keyDetails, key.publicKey);
  if (algorithm === undefined || !verifyDigest(key.publicKey, algorithm, digest, content)) throw refuse();
  const rawBytes = key.der.toString('base64');
  const body = writeCanonicalJson({
    apiVersion: '0.0.2',
    kind: 'hashedrekord',
    spec: {
      hashedRekordV002: {
        data: { algorithm: protobufDigestName(algorithm), digest: digest.toString('base64') },
        signature: {
          content: content.toString('base64'),
          verifier: {
            keyDetails: String(keyDetails),
            [key.isCertificate ? 'x509Certificate' : 'publicKey']: { rawBytes },
          },
        },
      },
    },
  });
  return Buffer.from(body);
}

/** Exactly one of a certificate and a key, in DER. */
function readVerifier(verifier: unknown): VerifierKey | undefined {
  const certificate = fromBase64(member(verifier, 'x509Certificate', 'rawBytes'));
  const publicKey = fromBase64(member(verifier, 'publicKey', 'rawBytes'));
  if (certificate !== undefined && publicKey === undefined) return readCertificate(certificate);
  return publicKey !== undefined && certificate === undefined ? readPublicKey(publicKey) : undefined;
}
