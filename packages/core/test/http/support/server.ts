import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net';
import type { Identity } from './certificates.ts';

/** A request as the server saw it, its body read unless the handler took it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Counts the connections of the server from 1. */
  readonly connection: number;
}

export interface TestServer {
  readonly port: number;
  /** With `127.0.0.1` as its host. */
  readonly url: (path: string) => URL;
  readonly seen: readonly SeenRequest[];
  readonly connections: () => number;
  readonly open: () => number;
  close(): Promise<void>;
}

export type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

const running = new Set<TestServer>();

/** Starts an HTTP server (HTTPS with an identity) on a free port of 127.0.0.1. */
export async function startServer(handler: Handler, identity?: Identity): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  const numbers = new WeakMap<object, number>();
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    seen.push({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      connection: numbers.get(request.socket) ?? 0,
    });
    handler(request, response, seen.length);
  };
  const server = identity ? createSecureServer(identity, onRequest) : createServer(onRequest);
  return await listen(server, identity ? 'https' : 'http', seen, (socket, number) =>
    numbers.set(socket, number),
  );
}

/** Starts a server that speaks whatever the handler writes. */
export async function startSocketServer(
  handler: (socket: Socket, count: number) => void,
): Promise<TestServer> {
  let count = 0;
  const server = createSocketServer((socket) => {
    count += 1;
    socket.on('error', () => {});
    handler(socket, count);
  });
  return await listen(server, 'http', [], () => {});
}

/** Closes every server that a test left running; for `afterEach`. */
export async function closeServers(): Promise<void> {
  await Promise.all([...running].map((server) => server.close()));
}

/** A port on which nothing listens. */
export async function findClosedPort(): Promise<number> {
  const server = await startSocketServer(() => {});
  await server.close();
  return server.port;
}

async function listen(
  server: Server | ReturnType<typeof createSocketServer>,
  scheme: string,
  seen: readonly SeenRequest[],
  number: (socket: Socket, number: number) => void,
): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const track = (socket: Socket): void => {
    connections += 1;
    number(socket, connections);
  };
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (scheme === 'http') track(socket);
  });
  server.on('secureConnection', track);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const handle: TestServer = {
    port,
    url: (path) => new URL(`${scheme}://127.0.0.1:${port}${path}`),
    seen,
    connections: () => connections,
    open: () => sockets.size,
    close: async () => {
      running.delete(handle);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  running.add(handle);
  return handle;
}
