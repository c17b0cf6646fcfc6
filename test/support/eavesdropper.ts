import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between a client and a server, and hears how the client proves who it is. */
export interface Eavesdropper {
  /** `127.0.0.1:PORT`, in place of the server's own. */
  readonly host: string;
  /** Credentials of every `Authorization` header, without the scheme. */
  readonly heard: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Starts one in front of a host; requests and answers pass through it unchanged. */
export async function eavesdropOn(host: string): Promise<Eavesdropper> {
  const heard = new Set<string>();
  const server = createServer((incoming, outgoing) => {
    const credentials = incoming.headers.authorization?.split(' ')[1];
    if (credentials !== undefined) heard.add(credentials);
    const { method, headers, url } = incoming;
    const passed = request(`http://${host}${url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on('error', () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    heard,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
