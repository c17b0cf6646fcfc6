import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import type { Tools } from './tools.ts';

/** A gauge as OpenMetrics writes it, one value a minute from `start`, milliseconds. */
export function writeGauge(
  name: string,
  start: number,
  series: Readonly<Record<string, readonly (number | string)[]>>,
): string {
  const lines = Object.entries(series).flatMap(([labels, values]) =>
    values.map((value, index) => `${name}{${labels}} ${value} ${start / 1000 + index * 60}`),
  );
  return `# TYPE ${name} gauge\n${lines.join('\n')}\n`;
}

/**
 * Starts the real Prometheus with a history, and has it ended with the workplace. It is there some moments later: the
 * suite's client asks again until then.
 *
 * @returns its address
 */
export async function startPrometheus(
  tools: Tools<'prometheus' | 'promtool'>,
  workplace: Workplace,
  gauges: readonly string[],
): Promise<string> {
  const directory = await workplace.place('prometheus');
  const history = join(directory, 'history.txt');
  const config = join(directory, 'prometheus.yml');
  const data = join(directory, 'data');
  await writeFile(history, `${gauges.join('')}# EOF\n`);
  await writeFile(config, '');
  execFileSync(tools.promtool, ['tsdb', 'create-blocks-from', 'openmetrics', history, data], {
    stdio: 'pipe',
  });
  const port = await freePort();
  const server = spawn(
    tools.prometheus,
    [
      ...[`--config.file=${config}`, `--storage.tsdb.path=${data}`],
      ...['--storage.tsdb.retention.time=100y', `--web.listen-address=127.0.0.1:${port}`],
    ],
    { stdio: 'ignore' },
  );
  workplace.onClose(async () => {
    if (server.kill()) await once(server, 'exit');
  });
  return `http://127.0.0.1:${port}`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('There is no port.');
  return address.port;
}
