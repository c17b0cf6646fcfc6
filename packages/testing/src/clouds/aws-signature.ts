import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Exchange } from '../registry/exchange.ts';
import type { AwsKeys } from './aws-keys.ts';

/** Why AWS refuses a signed request: the name of its exception, and the sentence. */
export interface SignatureFault {
  readonly exception: string;
  readonly message: string;
}

/** How far from its own time AWS takes a signature. */
const WINDOW_MS = 5 * 60_000;

const SHAPE =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/,]+)\/([^/,]+)\/aws4_request, *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})$/;

/**
 * Checks a signature as AWS does (Signature Version 4), from the bytes as they came: written apart from what signs.
 *
 * @param now milliseconds since 1970, by the server's clock.
 */
export function findSignatureFault(
  exchange: Exchange,
  body: Buffer,
  service: string,
  keys: readonly AwsKeys[],
  now: number,
): SignatureFault | undefined {
  const header = exchange.header('authorization');
  if (header === undefined) {
    return { exception: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' };
  }
  const [, id, day, region, signedService, names = '', signature = ''] = SHAPE.exec(header) ?? [];
  const time = exchange.header('x-amz-date') ?? '';
  if (id === undefined || day === undefined) {
    return {
      exception: 'IncompleteSignatureException',
      message: 'Authorization header is not of the form of AWS4.',
    };
  }
  const key = keys.find(({ accessKeyId }) => accessKeyId === id);
  if (key === undefined || key.sessionToken !== exchange.header('x-amz-security-token')) {
    return {
      exception: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    };
  }
  if ((key.expiresAt ?? now + 1) <= now) {
    return {
      exception: 'ExpiredTokenException',
      message: 'The security token included in the request is expired',
    };
  }
  const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (Number.isNaN(at) || Math.abs(at - now) > WINDOW_MS) {
    return {
      exception: 'InvalidSignatureException',
      message: `Signature expired: ${time} is now earlier than the time of the service.`,
    };
  }
  if (signedService !== service || day !== time.slice(0, 8)) {
    return {
      exception: 'InvalidSignatureException',
      message: 'Credential should be scoped to this service.',
    };
  }
  const signed = names.split(';');
  const required = [
    'host',
    'x-amz-date',
    ...(key.sessionToken === undefined ? [] : ['x-amz-security-token']),
  ];
  const lines = signed.map((name) => `${name}:${(exchange.header(name) ?? '').trim().replace(/ +/g, ' ')}\n`);
  const canonical = `${exchange.method}\n${exchange.rawPath}\n\n${lines.join('')}\n${names}\n${hash(body)}`;
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash(Buffer.from(canonical))}`;
  let secret = Buffer.from(`AWS4${key.secretAccessKey}`);
  for (const part of scope.split('/')) secret = createHmac('sha256', secret).update(part).digest();
  const expected = createHmac('sha256', secret).update(text).digest();
  const isSorted = signed.every((name, index) => index === 0 || (signed[index - 1] ?? '') < name);
  const isComplete = required.every((name) => signed.includes(name));
  if (isSorted && isComplete && timingSafeEqual(expected, Buffer.from(signature, 'hex'))) return undefined;
  return {
    exception: 'InvalidSignatureException',
    // As AWS does: what it thinks should have been signed, with the session's token in it.
    message: `The request signature we calculated does not match the signature you provided.\n\nThe Canonical String for this request should have been\n'${canonical}'`,
  };
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
