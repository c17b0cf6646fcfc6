import { type Agent, type ClientRequest, type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** What a server answered. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Whether the connection ended before the announced body did. */
  readonly cut: boolean;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: string | Uint8Array;
  readonly agent?: Agent;
  readonly ca?: string;
  /** Writes the body by itself. */
  readonly write?: (request: ClientRequest) => void;
}

/** Asks a server in the plainest way; rejects only when no answer began. */
export function ask(url: string, question: Question = {}): Promise<Reply> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  const { method = 'GET', headers = {}, body, agent = false, ca, write } = question;
  return new Promise((resolve, reject) => {
    const length =
      body === undefined && method === 'GET' ? {} : { 'content-length': Buffer.byteLength(body ?? '') };
    const outgoing = request(url, {
      method,
      headers: write === undefined ? { ...length, ...headers } : headers,
      agent,
      ...(ca === undefined ? {} : { ca }),
    });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      const finish = (cut: boolean): void =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks),
          cut,
        });
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('end', () => finish(false));
      incoming.once('error', () => finish(true));
    });
    if (write === undefined) outgoing.end(body);
    else write(outgoing);
  });
}

/** Reads a JSON answer. */
export function jsonOf(reply: Reply): unknown {
  return JSON.parse(reply.body.toString('utf8'));
}

/** The code of the first error of an answer in the specification's form. */
export function errorCode(reply: Reply): unknown {
  const document = jsonOf(reply);
  if (typeof document !== 'object' || document === null || !('errors' in document)) return undefined;
  const [first] = Array.isArray(document.errors) ? document.errors : [];
  return first?.code;
}
