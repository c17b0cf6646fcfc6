import type { ErrorCode } from '../errors.ts';
import { MAX_HEADER_BYTES } from './limits.ts';
import { ProxyFailure } from './tunnel.ts';

/** What an error code of Node, OpenSSL or the HTTP parser means to a person. */
export interface CauseWords {
  readonly code: ErrorCode;
  /** Follows "host cannot be reached: ", or "host " when the host can be. */
  readonly fact: string;
  readonly remedy: (host: string) => string;
  /** Another attempt would end in the same way. */
  readonly lasting: boolean;
  /** The certificate is signed by someone this machine may yet know. */
  readonly unknownAuthority: boolean;
}

const trustIt = (host: string): string =>
  `Give the certificate of the authority that signs for ${host} as \`ca-file\` of this host in \`registries\`, or by NODE_EXTRA_CA_CERTS.`;
const replaceIt = (host: string): string =>
  `Renew the certificate of ${host}, and check this machine's clock.`;
const checkName = (host: string): string =>
  `Check the spelling of ${host}, and whether this machine's DNS knows it.`;
const checkServer = (host: string): string =>
  `Check that ${host} is up, that the port is right, and that no firewall lies between.`;
const tryAgain = (host: string): string =>
  `Run again; if it stays so, check ${host} and what lies between (proxy, firewall).`;
const speakPlainly = (host: string): string =>
  `If ${host} really has no TLS, set \`plain-http: true\` for this host in \`registries\`; else check the port.`;
const checkPeer = (host: string): string => `Check that ${host} is the server you mean.`;

type Row = readonly [fact: string, remedy: (host: string) => string, kind?: 'lasting' | 'authority'];

const WORDS: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['ENOTFOUND', ['its name is not known to DNS', checkName]],
  ['EAI_AGAIN', ['DNS did not answer', checkName]],
  ['ECONNREFUSED', ['nothing listens there (connection refused)', checkServer]],
  ['ECONNRESET', ['the connection was broken off', tryAgain]],
  ['ECONNABORTED', ['the connection was broken off', tryAgain]],
  ['EPIPE', ['the connection was broken off', tryAgain]],
  ['ETIMEDOUT', ['no connection came about in time', checkServer]],
  ['EHOSTUNREACH', ['no route leads there', checkServer]],
  ['ENETUNREACH', ['no route leads there', checkServer]],
  ['EADDRNOTAVAIL', ['no route leads there', checkServer]],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', ['its certificate is self-signed', trustIt, 'authority']],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    ['its certificate is signed by an authority that is not trusted here', trustIt, 'authority'],
  ],
  [
    'UNABLE_TO_GET_ISSUER_CERT',
    ['its certificate is signed by an authority that is not known here', trustIt, 'authority'],
  ],
  [
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    ['its certificate is signed by an authority that is not known here', trustIt, 'authority'],
  ],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ['its certificate is signed by an authority that is not known here', trustIt, 'authority'],
  ],
  ['CERT_HAS_EXPIRED', ['its certificate has expired', replaceIt, 'lasting']],
  ['CERT_NOT_YET_VALID', ['its certificate is not valid yet', replaceIt, 'lasting']],
  ['CERT_REVOKED', ['its certificate is revoked', replaceIt, 'lasting']],
  ['ERR_TLS_CERT_ALTNAME_INVALID', ['its certificate is made out to another name', checkPeer, 'lasting']],
  ['EPROTO', ['it does not speak TLS there', speakPlainly, 'lasting']],
  ['ERR_SSL_WRONG_VERSION_NUMBER', ['it does not speak TLS there', speakPlainly, 'lasting']],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', ['it does not speak TLS there', speakPlainly, 'lasting']],
]);

/** Puts an error of a connection into words. */
export function causeWords(error: unknown): CauseWords {
  if (error instanceof ProxyFailure) return causeWords(error.cause);
  const code = codeOf(error);
  if (code === 'HPE_HEADER_OVERFLOW') {
    return {
      code: 'LIMIT_EXCEEDED',
      fact: `answered with headers of more than the ${MAX_HEADER_BYTES} bytes allowed`,
      remedy: checkPeer,
      lasting: true,
      unknownAuthority: false,
    };
  }
  if (code.startsWith('HPE_')) {
    return {
      code: 'PROTOCOL_INVALID',
      fact: `answered with bytes that are not HTTP (${code})`,
      remedy: (host) => `Check that ${host} is an HTTP server at this port, and whether it wants https.`,
      lasting: true,
      unknownAuthority: false,
    };
  }
  const [fact, remedy, kind] = WORDS.get(code) ?? wordsOfOther(code);
  return {
    code: 'UNREACHABLE',
    fact: WORDS.has(code) && kind !== undefined ? `${fact} (${code})` : fact,
    remedy,
    lasting: kind !== undefined,
    unknownAuthority: kind === 'authority',
  };
}

function wordsOfOther(code: string): Row {
  if (code.startsWith('ERR_SSL_')) return [`TLS cannot be agreed on (${code})`, checkPeer, 'lasting'];
  return [`the connection failed${code === '' ? '' : ` (${code})`}`, tryAgain];
}

/** The code of an error; an error that stands for several (one for each address tried) has that of the first. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
