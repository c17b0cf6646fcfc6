import { createServer, type OutgoingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, answerJson } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import type { Faults } from '../registry/fault.ts';
import { FaultScript } from '../registry/fault-script.ts';
import type { RequestLog } from '../registry/log.ts';
import { RequestRecorder } from '../registry/request-log.ts';
import { type Serve, type Surroundings, serveRequest } from '../registry/serve.ts';

/** A body larger than this is of no test: an attestation has some megabytes at most. */
const MAX_BODY = 32 * 1024 * 1024;

/** What every service of this folder has. */
export interface Service {
  /** `http://127.0.0.1:PORT`, without a slash at its end. */
  readonly url: string;
  readonly log: RequestLog;
  /** What shall go wrong on the way, scripted by tests: as for the registry. */
  readonly faults: Faults;
  /** Defects of the service itself: empty, or a test must fail. */
  readonly defects: readonly Error[];
  close(): Promise<void>;
}

/** Refuses a request: thrown by whoever finds the reason. */
export class Rejection extends Error {
  readonly answer: Answer;

  constructor(status: number, document: unknown, headers: OutgoingHttpHeaders = {}) {
    super(`refused with ${status}`);
    this.answer = answerJson(status, document, headers);
  }
}

/** The codes of gRPC that the gateways of Fulcio and Rekor v2 put beside a status. */
const GRPC_CODE: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  409: 6,
  429: 8,
  501: 12,
};

/** Refuses as grpc-gateway does. */
export function gatewayRejection(
  status: number,
  message: string,
  headers: OutgoingHttpHeaders = {},
): Rejection {
  return new Rejection(status, { code: GRPC_CODE[status] ?? 13, message, details: [] }, headers);
}

/** Routes by method and path: `POST /api/v2/signingCert`. */
export type Routes = Readonly<Record<string, Serve>>;

/**
 * Listens on a free port of 127.0.0.1 and answers what `find` finds. Paths that nobody serves are 404.
 *
 * @throws Error of the system when it cannot listen
 */
export async function startService(
  find: Routes | ((exchange: Exchange) => Serve | undefined),
): Promise<Service> {
  const surroundings: Surroundings = {
    recorder: new RequestRecorder(),
    script: new FaultScript(),
    defects: [],
  };
  const serve: Serve = async (exchange) => {
    const found = typeof find === 'function' ? find(exchange) : route(find, exchange);
    try {
      return found === undefined
        ? answerJson(404, { code: 5, message: 'Not Found', details: [] })
        : await found(exchange);
    } catch (error) {
      if (error instanceof Rejection) return error.answer;
      throw error;
    }
  };
  const server = createServer((request, response) => {
    void serveRequest(surroundings, serve, request, response, false);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    log: surroundings.recorder,
    faults: surroundings.script,
    defects: surroundings.defects,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function route(routes: Routes, { method, path }: Exchange): Serve | undefined {
  const name = `${method} ${path}`;
  return Object.hasOwn(routes, name) ? routes[name] : undefined;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The service does not listen.');
  return address.port;
}

/** Reads a whole body. */
export function receiveBody(exchange: Exchange): Promise<Buffer> {
  return exchange.receiveBytes(MAX_BODY, 'body');
}

/** Reads a body that must be a JSON object; `refuse` makes the answer for one that is not. */
export async function receiveJson(exchange: Exchange, refuse: () => Rejection): Promise<JsonObject> {
  const body = await receiveBody(exchange);
  let document: unknown;
  try {
    document = JSON.parse(body.toString('utf8'));
  } catch {
    throw refuse();
  }
  if (!isObject(document)) throw refuse();
  return document;
}

/** A JSON object whose members are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Walks into nested objects; `undefined` where one of the names is not there. */
export function member(value: unknown, ...names: readonly string[]): unknown {
  let current = value;
  for (const name of names) {
    if (!isObject(current) || !Object.hasOwn(current, name)) return undefined;
    current = current[name];
  }
  return current;
}

/** Decodes base64 that is written as the standard says, else `undefined`. */
export function fromBase64(value: unknown): Buffer | undefined {
  if (typeof value !== 'string') return undefined;
  const bytes = Buffer.from(value, 'base64');
  return bytes.toString('base64') === value && bytes.length > 0 ? bytes : undefined;
}
