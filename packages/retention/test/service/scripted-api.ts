import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpClient, type HttpClient } from '@artifact-lifecycle/core/http';

/** A request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  /** With the query, as it was sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface ScriptedAnswer {
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON; nothing when absent. */
  readonly json?: unknown;
}

/** A server that answers as a test tells it, and a client for it. */
export interface ScriptedApi {
  readonly url: string;
  readonly host: string;
  readonly http: HttpClient;
  readonly seen: readonly SeenRequest[];
  /** `METHOD target`, a line each. */
  lines(): readonly string[];
  close(): Promise<void>;
}

export async function startScriptedApi(
  answer: (request: SeenRequest) => ScriptedAnswer,
): Promise<ScriptedApi> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const one = { method, target: url, headers, body: Buffer.concat(chunks).toString('utf8') };
    seen.push(one);
    const { status = 200, headers: more = {}, json } = answer(one);
    response.writeHead(status, {
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...more,
    });
    response.end(json === undefined ? undefined : JSON.stringify(json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const clock = { now: () => Date.parse('2026-11-01T12:00:00Z'), sleep: async () => undefined };
  const http = createHttpClient({ userAgent: 'test', clock, environment: {}, random: () => 0 });
  return {
    ...{ url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, http, seen },
    lines: () => seen.map(({ method, target }) => `${method} ${target}`),
    close: async () => {
      http.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
