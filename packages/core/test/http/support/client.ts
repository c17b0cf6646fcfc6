import { createHttpClient, type HttpClientOptions } from '../../../src/http/client.ts';
import type { HttpClient } from '../../../src/http/types.ts';
import { closeServers } from './server.ts';
import { TestClock } from './test-clock.ts';

const clients: HttpClient[] = [];

/** A client that waits for nothing, knows no proxy and has no luck; `closeAll` closes it. */
export function client(options: Partial<HttpClientOptions> = {}): HttpClient {
  const made = createHttpClient({
    userAgent: 'test/1',
    clock: new TestClock(),
    random: () => 0,
    environment: {},
    ...options,
  });
  clients.push(made);
  return made;
}

/** Ends what a test has opened: its clients, then its servers. */
export async function closeAll(): Promise<void> {
  for (const made of clients.splice(0)) made.close();
  await closeServers();
}
