import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type Answer, Refused } from './answer.ts';
import type { AuthOptions } from './auth-options.ts';
import { blobHandler } from './blob.ts';
import { ContentStore } from './content-store.ts';
import type { Context, Handler } from './context.ts';
import { diskStorage } from './disk-storage.ts';
import type { Exchange } from './exchange.ts';
import { FaultScript } from './fault-script.ts';
import { basicGate, bearerGate, type Gate, type Identity, openGate } from './gate.ts';
import { catalogHandler, pingHandler, referrersHandler, tagsHandler } from './listing.ts';
import { manifestHandler } from './manifest.ts';
import { memoryStorage } from './memory-storage.ts';
import type { RegistryOptions } from './options.ts';
import { RequestRecorder } from './request-log.ts';
import { accessNeeded, parseRoute, type Route } from './route.ts';
import { answerNoSuchPath, type Serve, type Surroundings, serveRequest } from './serve.ts';
import type { TestRegistry } from './test-registry.ts';
import { TokenOffice } from './token-office.ts';
import { uploadHandler, uploadsHandler } from './upload.ts';
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
  const serveApi = buildApi({ options, store }, desk, gate);
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

/** The distribution API: finds out what a request is about, whether it may, and who serves it. */
function buildApi(context: Context, desk: UploadDesk, gate: Gate): Serve {
  const uploads = uploadsHandler(desk);
  const upload = uploadHandler(desk);
  const dispatch = (route: Route, exchange: Exchange, identity: Identity): Answer | Promise<Answer> => {
    switch (route.kind) {
      case 'ping':
        return call(pingHandler, context, exchange, route, identity);
      case 'catalog':
        return call(catalogHandler, context, exchange, route, identity);
      case 'blob':
        return call(blobHandler, context, exchange, route, identity);
      case 'uploads':
        return call(uploads, context, exchange, route, identity);
      case 'upload':
        return call(upload, context, exchange, route, identity);
      case 'manifest':
        return call(manifestHandler, context, exchange, route, identity);
      case 'tags':
        return call(tagsHandler, context, exchange, route, identity);
      case 'referrers':
        return call(referrersHandler, context, exchange, route, identity);
    }
  };
  return (exchange) => {
    const route = parseRoute(exchange.path);
    if (route === undefined) return answerNoSuchPath();
    return dispatch(route, exchange, gate(exchange, accessNeeded(route, exchange.method)));
  };
}

function call<Target>(
  handler: Handler<Target>,
  context: Context,
  exchange: Exchange,
  target: Target,
  identity: Identity,
): Answer | Promise<Answer> {
  const serve = Object.hasOwn(handler, exchange.method) ? handler[exchange.method] : undefined;
  if (serve !== undefined) return serve(context, exchange, target, identity);
  const allow = Object.keys(handler).join(', ');
  throw new Refused(405, 'UNSUPPORTED', `${exchange.method} is not allowed here.`, { headers: { allow } });
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
