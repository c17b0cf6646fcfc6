import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Authority,
  type CtLogService,
  makeSigningKey,
  noteKeyId,
  type OidcIssuer,
  type SigningKey,
  toPem,
} from '@artifact-lifecycle/testing';
import { findFreePorts } from '../free-ports.ts';
import { type ServerProcess, startServer } from '../server.ts';
import { writeFulcioConfiguration } from './fulcio-configuration.ts';

/** A real service that answers. */
export interface RunningService {
  readonly url: string;
  readonly server: ServerProcess;
}

/** How often a service is asked whether it is well, and how long is waited in between: half a minute in all. */
const HEALTH_CHECKS = 150;
const HEALTH_PAUSE = 200;

/** How often ports are chosen anew when somebody else took one in the meantime. */
const PORT_TRIES = 3;

/**
 * The timestamp authority always takes port 2112 for its metrics, so only one runs on a machine: another suite's is
 * waited for as long as a suite lasts.
 */
const TSA_TRIES = 90;
const TSA_PAUSE = 2000;

/** Starts Fulcio with an authority in files; `directory` is its own. */
export async function startFulcioProgram(
  file: string,
  directory: string,
  parts: { readonly authority: Authority; readonly issuer: OidcIssuer; readonly ctLog: CtLogService },
): Promise<RunningService> {
  await mkdir(directory, { recursive: true });
  const password = randomBytes(16).toString('hex');
  const place = (name: string): string => join(directory, name);
  const key = parts.authority.key.privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: password,
  });
  await writeFile(place('key.pem'), key, { mode: 0o600 });
  await writeFile(place('chain.pem'), parts.authority.chain.map(toPem).join(''));
  await writeFile(place('ct.pub'), parts.ctLog.publicKey);
  await writeFile(place('config.yaml'), writeFulcioConfiguration(parts.issuer.issuer));
  return retry(PORT_TRIES, 0, async () => {
    const [http = 0, grpc = 0, metrics = 0] = await findFreePorts(3);
    const server = await startServer({
      file,
      args: [
        ...['serve', '--host=127.0.0.1', `--port=${http}`, '--grpc-host=127.0.0.1', `--grpc-port=${grpc}`],
        ...[`--metrics-port=${metrics}`, `--legacy-unix-domain-socket=@fulcio-${http}`],
        ...[`--config-path=${place('config.yaml')}`, '--ca=fileca', '--fileca-watch=false'],
        ...[`--fileca-cert=${place('chain.pem')}`, `--fileca-key=${place('key.pem')}`],
        ...[`--fileca-key-passwd=${password}`],
        ...[`--ct-log-url=${parts.ctLog.url}`, `--ct-log-public-key-path=${place('ct.pub')}`],
      ],
      listening: /listening on http at 127\.0\.0\.1:(\d+)/,
    });
    return answering(server, `http://127.0.0.1:${http}`, '/healthz');
  });
}

/** A Rekor v2, and what its checkpoints are signed with. */
export interface RunningLog extends RunningService {
  readonly signer: {
    readonly origin: string;
    readonly name: string;
    readonly key: SigningKey;
    readonly id: Buffer;
  };
}

const ORIGIN = 'rekor.local.test';

/** Starts Rekor v2 on tiles in a directory of its own. */
export async function startRekorProgram(file: string, directory: string): Promise<RunningLog> {
  const tiles = join(directory, 'tiles');
  await mkdir(tiles, { recursive: true });
  const key = makeSigningKey('ed25519');
  const keyFile = join(directory, 'key.pem');
  await writeFile(keyFile, key.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const service = await retry(PORT_TRIES, 0, async () => {
    const [http = 0, grpc = 0, metrics = 0] = await findFreePorts(3);
    const server = await startServer({
      file,
      args: [
        ...['serve', '--http-address=127.0.0.1', `--http-port=${http}`],
        ...['--grpc-address=127.0.0.1', `--grpc-port=${grpc}`, `--http-metrics-port=${metrics}`],
        ...[`--hostname=${ORIGIN}`, `--storage-dir=${tiles}`, `--signer-filepath=${keyFile}`],
        // Who writes waits for the next checkpoint: as short as the log allows.
        ...['--checkpoint-interval=1s', '--batch-max-age=50ms'],
      ],
      listening: new RegExp(`starting[^\\n]*127\\.0\\.0\\.1:(${http})\\b`),
    });
    return answering(server, `http://127.0.0.1:${http}`, '/healthz');
  });
  return { ...service, signer: { origin: ORIGIN, name: ORIGIN, key, id: noteKeyId(ORIGIN, key) } };
}

/** Starts a timestamp authority that makes its keys itself. */
export async function startTimestampProgram(file: string): Promise<RunningService> {
  return retry(TSA_TRIES, TSA_PAUSE, async () => {
    const server = await startServer({
      file,
      args: [
        ...['serve', '--host=127.0.0.1', '--port=0', '--timestamp-signer=memory'],
        '--disable-ntp-monitoring',
      ],
      listening: /http:\/\/127\.0\.0\.1:(\d+)/,
    });
    return answering(server, `http://127.0.0.1:${server.port}`, '/ping');
  });
}

async function answering(server: ServerProcess, url: string, path: string): Promise<RunningService> {
  try {
    const isWell = await retry(HEALTH_CHECKS, HEALTH_PAUSE, async () => {
      if (!server.isRunning()) return false;
      const answer = await fetch(`${url}${path}`);
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`${url}${path} answered ${answer.status}:\n${server.log()}`);
      return true;
    });
    if (!isWell) throw new Error(`The service at ${url} ended:\n${server.log()}`);
    return { url, server };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Tries again after a pause in milliseconds, and fails as the last try did. */
async function retry<Result>(tries: number, pause: number, attempt: () => Promise<Result>): Promise<Result> {
  for (let left = tries - 1; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left <= 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
