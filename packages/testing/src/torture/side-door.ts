import { request as ask, createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** Another host by which a registry is reached, as object storage with signed URLs is: whoever comes is let in. */
export interface SideDoor {
  /** `http://localhost:PORT`: another host than `127.0.0.1`, whatever address both have. */
  readonly url: string;
  /** Whether each request that came had an `Authorization`. */
  readonly authorizations: readonly boolean[];
  close(): Promise<void>;
}

/** Opens a side door to a registry. `authorization` is what the door itself shows to the registry. */
export async function openSideDoor(registry: string, authorization: string | undefined): Promise<SideDoor> {
  const authorizations: boolean[] = [];
  const server = createServer((incoming, outgoing) => {
    const { authorization: shown, ...headers } = incoming.headers;
    authorizations.push(shown !== undefined);
    const passed = ask(
      `${registry}${incoming.url ?? '/'}`,
      {
        method: incoming.method,
        headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
        agent: false,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        pipeline(answer, outgoing).catch(() => {});
      },
    );
    passed.on('error', () => outgoing.destroy());
    pipeline(incoming, passed).catch(() => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The side door does not listen.');
  return {
    url: `http://localhost:${address.port}`,
    authorizations,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
