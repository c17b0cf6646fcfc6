import { createHash } from 'node:crypto';
import { Agent, get, type IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

// The least that reading an image's layers can be: `bare.ts MODE URL…` fetches each blob, unpacks it, and hashes
// what came and what was in it. MODE is `serial` (one layer after another) or `parallel` (all at once).

/** As large as pieces stay useful: with Node's default of 16 KiB the same takes twice as long. */
const CHUNK_BYTES = 256 * 1024;

const [mode = 'serial', ...urls] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

async function readLayer(url: string): Promise<void> {
  const [packed, plain] = [createHash('sha256'), createHash('sha256')];
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent }, resolve).once('error', reject);
  });
  if (response.statusCode !== 200) throw new Error(`${url} was answered ${response.statusCode}`);
  await pipeline(
    response,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        packed.update(chunk);
        yield chunk;
      }
    },
    createGunzip({ chunkSize: CHUNK_BYTES }),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) plain.update(chunk);
    },
  );
  if (!url.endsWith(packed.digest('hex'))) throw new Error(`${url} has another digest`);
  console.log(`sha256:${plain.digest('hex')}`);
}

if (mode === 'parallel') await Promise.all(urls.map(readLayer));
else for (const url of urls) await readLayer(url);
agent.destroy();
