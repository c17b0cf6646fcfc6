import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AuthOptions } from './auth-options.ts';
import { ContentStore } from './content-store.ts';
import { diskStorage } from './disk-storage.ts';
import { serveDistribution } from './distribution-api.ts';
import { FaultScript } from './fault-script.ts';
import { basicGate, bearerGate, type Gate, openGate } from './gate.ts';
import { memoryStorage } from './memory-storage.ts';
import type { RegistryOptions } from './options.ts';
import { RequestRecorder } from './request-log.ts';
import { answerNoSuchPath, type Serve, type Surroundings, serveRequest } from './serve.ts';
import type { TestRegistry } from './test-registry.ts';
import { TokenOffice } from './token-office.ts';
import { UploadDesk } from './upload-desk.ts';

const TOKEN_PATH = '/token';

/**
 * Starts a registry on a loopback address and resolves when it listens.
 *
 * @throws Error of the system when the port is taken or the directory cannot be written
 */
export async function startRegistry(options: RegistryOptions = {}): Promise<TestRegistry> {
  const store = await ContentStore.open(
    options.root === undefined ? memoryStorage() : await diskStorage(options.root),
  );
  const desk = new UploadDesk(store);
  const surroundings: Surroundings = {
    recorder: new RequestRecorder(),
    script: new FaultScript(),
    defects: [],
  };
  const office = openOffice(options);
  const gate = buildGate(options.auth, office);
  const serveApi = serveDistribution({ options, store }, desk, gate);
  const isSeparate = options.auth?.kind === 'bearer' && options.auth.service === 'separate';

  const serveToken: Serve = (exchange) =>
    office !== undefined && exchange.path === TOKEN_PATH ? office.serve(exchange) : answerNoSuchPath();
  const serveAll: Serve = (exchange) =>
    office !== undefined && exchange.path === TOKEN_PATH ? office.serve(exchange) : serveApi(exchange);

  const scheme = options.tls === undefined ? 'http' : 'https';
  const main = await listen(options, options.port ?? 0, surroundings, isSeparate ? serveApi : serveAll);
  const tokens = isSeparate ? await listen(options, 0, surroundings, serveToken) : undefined;
  office?.settle(`${scheme}://${hostOf(tokens ?? main)}${TOKEN_PATH}`);
  const host = hostOf(main);
  return {
    host,
    url: `${scheme}://${host}`,
    log: surroundings.recorder,
    faults: surroundings.script,
    store,
    tokens: office,
    defects: surroundings.defects,
    close: async () => {
      await Promise.all([endListener(main), tokens === undefined ? undefined : endListener(tokens)]);
      desk.close();
      await store.close();
    },
  };
}

function openOffice({ auth, now }: RegistryOptions): TokenOffice | undefined {
  return auth?.kind === 'bearer' ? new TokenOffice(auth, now ?? Date.now) : undefined;
}

function buildGate(auth: AuthOptions | undefined, office: TokenOffice | undefined): Gate {
  if (auth?.kind === 'basic') return basicGate(auth.users, auth.anonymous ?? []);
  if (auth?.kind === 'bearer' && office !== undefined) return bearerGate(office, auth.challenge);
  return openGate;
}

async function listen(
  { tls, address }: RegistryOptions,
  port: number,
  surroundings: Surroundings,
  serve: Serve,
): Promise<Server> {
  const serveOne =
    (expectsContinue: boolean): RequestListener =>
    (request, response) => {
      void serveRequest(surroundings, serve, request, response, expectsContinue);
    };
  const server = tls === undefined ? createServer(serveOne(false)) : createTlsServer(tls, serveOne(false));
  // Whoever asks before sending a body is answered only when the body is wanted.
  server.on('checkContinue', serveOne(true));
  // Tests hold requests back for as long as they like.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address ?? '127.0.0.1', resolve);
  });
  return server;
}

function hostOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The registry does not listen.');
  return address.family === 'IPv6'
    ? `[${address.address}]:${address.port}`
    : `${address.address}:${address.port}`;
}

function endListener(server: Server): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  return ended;
}
