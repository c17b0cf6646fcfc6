import { randomBytes } from 'node:crypto';
import { SuiteError } from '@artifact-lifecycle/core';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import { askService } from '../service/service-client.ts';
import { below } from '../service/service-url.ts';
import { writeTimestampQuery } from '../timestamp/timestamp-query.ts';
import { timestampReplyProblem } from '../timestamp/timestamp-reply.ts';
import type { Witness } from './witness.ts';

/** A stamp with three certificates has 3 KB; authorities with large RSA keys and long chains some 10. */
const MAX_STAMP_BYTES = 256 * 1024;

const SERVICE = 'timestamp authority';

/**
 * A timestamp authority (RFC 3161, 3.4). Its answer must be over our bytes and give our nonce back; whether it is signed
 * by somebody trusted is seen when the bundle is verified. An address without a path is that of Sigstore's own server.
 */
export function createTimestampAuthority(http: HttpClient, base: URL): Witness {
  const url = base.pathname === '/' ? below(base, '/api/v1/timestamp') : base;
  return {
    testify: async ({ signature }, signal) => {
      const nonce = makeNonce();
      const { body } = await askService(http, {
        service: SERVICE,
        method: 'POST',
        url,
        headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
        body: writeTimestampQuery(signature, nonce),
        limit: MAX_STAMP_BYTES,
        signal,
      });
      const fault = timestampReplyProblem(body, signature, nonce);
      if (fault !== undefined) {
        throw new SuiteError('PROTOCOL_INVALID', `The ${SERVICE} at ${url.host} ${fault}.`, {
          remedy: 'Check tsa-url, and what lies between: a proxy may answer in the place of the authority.',
        });
      }
      return { entries: [], timestamps: [body] };
    },
  };
}

/** DER writes numbers in as few bytes as will do, and with the first bit for the sign: so neither may matter. */
function makeNonce(): Buffer {
  const nonce = randomBytes(8);
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40;
  return nonce;
}
