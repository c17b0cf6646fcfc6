import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A question as the server got it. */
export interface AskedQuery {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
}

export type Answer = (asked: AskedQuery, response: ServerResponse) => void;

export interface FakePrometheus {
  readonly address: URL;
  readonly asked: AskedQuery[];
  close(): Promise<void>;
}

/** Starts what answers as the test says, on a free port of 127.0.0.1. */
export async function startPrometheus(answer: Answer): Promise<FakePrometheus> {
  const asked: AskedQuery[] = [];
  const server = createServer((request, response) => {
    void read(request).then((one) => {
      asked.push(one);
      answer(one, response);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: new URL(`http://127.0.0.1:${port}/`),
    asked,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function read(request: IncomingMessage): Promise<AskedQuery> {
  const url = new URL(request.url ?? '', 'http://127.0.0.1');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const form =
    request.method === 'POST' ? new URLSearchParams(Buffer.concat(chunks).toString()) : url.searchParams;
  return {
    method: request.method ?? '',
    path: url.pathname,
    authorization: request.headers.authorization,
    parameters: Object.fromEntries(form),
  };
}

/** Answers as JSON with a status. */
export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** An answer to a range query, one list of values for each series. */
export function matrix(...series: readonly (readonly string[])[]) {
  return {
    status: 'success',
    data: {
      resultType: 'matrix',
      result: series.map((values, index) => ({
        metric: { pod: `api-${index}` },
        values: values.map((value, at) => [1_700_000_000 + at * 60, value]),
      })),
    },
  };
}
