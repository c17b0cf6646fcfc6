// Puts the client through what goes wrong and then does nothing with the results, as a careless caller would.
// Prints what became an unhandled rejection or an uncaught exception: nothing, and then "done".
import { createServer } from 'node:net';
import { Readable } from 'node:stream';

const { createHttpClient, discard } = await import(process.argv[2]);

process.on('unhandledRejection', (reason) => console.log('unhandledRejection', reason));
process.on('uncaughtException', (error) => console.log('uncaughtException', error));
process.on('warning', (warning) => console.log('warning', warning.name, warning.message));

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf';
const behaviours = {
  reset: (socket) => socket.resetAndDestroy(),
  hangUp: (socket) => socket.end(),
  garbage: (socket) => socket.end('garbage\r\n\r\n'),
  truncated: (socket) => socket.end(HEAD),
  truncatedByReset: (socket) => socket.write(HEAD, () => socket.resetAndDestroy()),
  silent: () => {},
  stalled: (socket) => socket.write(HEAD),
  badChunk: (socket) => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'),
  early: (socket) => socket.write('HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno', () => socket.destroy()),
  surplus: (socket) =>
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 500 More\r\n\r\n'),
  switching: (socket) => socket.write('HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
  redirect: (socket) => socket.write('HTTP/1.1 302 F\r\nLocation: ftp://x/\r\nContent-Length: 9\r\n\r\nx'),
};
const bodies = {
  none: () => undefined,
  bytes: () => Buffer.alloc(1_000_000),
  stream: () => ({
    length: 1_000_000,
    open: () => Readable.from([Buffer.alloc(500_000), Buffer.alloc(500_000)]),
  }),
  failing: () => ({
    length: 10,
    open: () =>
      Readable.from(
        (async function* () {
          yield Buffer.alloc(5);
          throw new Error('the source failed');
        })(),
      ),
  }),
  unopened: () => ({ length: 10, open: () => Promise.reject(new Error('cannot be opened')) }),
};
const uses = {
  ignore: () => {},
  destroy: (answer) => answer.body.destroy(),
  discard: (answer) => discard(answer),
  late: async (answer) => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    // Either whole, or one of our errors; never a body that silently ends early.
    try {
      const bytes = Buffer.concat(await answer.body.toArray());
      const length = Number(answer.headers['content-length'] ?? Number.NaN);
      if (bytes.length !== length) console.log('silently short', bytes.length, length);
    } catch (error) {
      if (error.name !== 'SuiteError') console.log('not ours', error);
    }
  },
};

let open = 0;
const client = createHttpClient({
  userAgent: 'nasty/1',
  environment: {},
  clock: { now: () => Date.now(), sleep: async () => {} },
  retry: { attempts: 2 },
  timeouts: { connect: 60, headers: 60, commit: 60, idle: 60 },
  concurrency: { start: 8, max: 8 },
});
const runs = [];
for (const [, behave] of Object.entries(behaviours)) {
  const server = createServer((socket) => {
    open += 1;
    socket.once('close', () => {
      open -= 1;
    });
    socket.on('error', () => {});
    socket.once('data', () => behave(socket));
    socket.on('data', () => {});
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  const url = new URL(`http://127.0.0.1:${server.address().port}/`);
  for (const makeBody of Object.values(bodies)) {
    for (const use of Object.values(uses)) {
      for (const cancelled of [false, true]) {
        const signal = cancelled ? AbortSignal.timeout(20) : undefined;
        const sent = client.send({ method: 'PUT', url, body: makeBody(), signal });
        runs.push(sent.then(use, (error) => error.name === 'SuiteError' || console.log('not ours', error)));
      }
    }
  }
}
await Promise.all(runs);
await new Promise((resolve) => setTimeout(resolve, 300));
client.close();
await new Promise((resolve) => setTimeout(resolve, 50));
console.log(`done ${runs.length}, ${open} open`);
process.exit(0);
