import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the issuer answers to one request. */
export interface IssuerAnswer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request, as far as the issuer of tokens looks at it. */
export interface IssuerRequest {
  /** With its query; of a request to a proxy the whole address. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly accept: string | undefined;
  readonly userAgent: string | undefined;
}

/** A server on the loopback that gives its answers in turn; it can stand for an OIDC issuer, and for a proxy. */
export interface Issuer {
  readonly url: string;
  readonly asked: readonly IssuerRequest[];
  readonly answers: IssuerAnswer[];
  reset(): void;
  close(): Promise<void>;
}

/** Starts an issuer without answers: then it says 500. */
export async function startIssuer(): Promise<Issuer> {
  const asked: IssuerRequest[] = [];
  const answers: IssuerAnswer[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    asked.push({
      path: url,
      authorization: headers.authorization,
      accept: headers.accept,
      userAgent: headers['user-agent'],
    });
    const answer = answers.shift() ?? { status: 500 };
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    answers,
    reset: () => {
      asked.length = 0;
      answers.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
