import { createServer, type Server } from 'node:net';

/**
 * Finds ports of 127.0.0.1 on which nobody listens, for programs that cannot choose one themselves. Another program
 * may take one before it is used: whoever starts a server on it has to be ready to try again.
 */
export async function findFreePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  // All are held until the last is known, so that they differ.
  return Promise.all(servers.map(release));
}

async function listen(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

async function release(server: Server): Promise<number> {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A server has no port.');
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return address.port;
}
