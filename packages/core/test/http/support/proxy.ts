import { createServer, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A forward proxy that leads every name to 127.0.0.1, and notes what it was asked. */
export interface TestProxy {
  readonly port: number;
  /** `CONNECT host:port` and `GET http://…`, in order. */
  readonly asked: readonly string[];
  /** The Proxy-Authorization of each, empty without. */
  readonly credentials: readonly string[];
  close(): Promise<void>;
}

const running = new Set<TestProxy>();

/** Starts a proxy; `refuse` answers CONNECT with that status, `silent` never answers it. */
export async function startProxy(behaviour: { refuse?: number; silent?: boolean } = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const credentials: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    credentials.push(incoming.headers['proxy-authorization'] ?? '');
    const target = new URL(incoming.url ?? '');
    const onward = request(
      {
        host: '127.0.0.1',
        port: target.port,
        path: `${target.pathname}${target.search}`,
        headers: incoming.headers,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    incoming.pipe(onward);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('connect', (incoming, socket) => {
    asked.push(`CONNECT ${incoming.url}`);
    credentials.push(incoming.headers['proxy-authorization'] ?? '');
    if (behaviour.silent) return;
    if (behaviour.refuse !== undefined) {
      socket.end(`HTTP/1.1 ${behaviour.refuse} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const onward = connect(Number(incoming.url?.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    sockets.add(onward);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const proxy: TestProxy = {
    port: (server.address() as AddressInfo).port,
    asked,
    credentials,
    close: async () => {
      running.delete(proxy);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  running.add(proxy);
  return proxy;
}

/** Closes every proxy that a test left running; for `afterEach`. */
export async function closeProxies(): Promise<void> {
  await Promise.all([...running].map((proxy) => proxy.close()));
}
