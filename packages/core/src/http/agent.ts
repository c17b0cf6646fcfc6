import http from 'node:http';
import https from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import { Inflow } from './inflow.ts';
import { SOCKET_BUFFER_BYTES } from './limits.ts';
import { keepReadingAfterFailedWrites } from './patient-writes.ts';
import type { SocketMeter } from './socket-meter.ts';
import { FREE_CONNECTION_MILLISECONDS } from './timeouts.ts';
import { openTunnel } from './tunnel.ts';

/** What the connections of one origin are made with. */
export interface AgentSettings {
  /** Whom the origin (or, for plain HTTP through a proxy, the proxy) is trusted by; `undefined` for Node's default. */
  readonly secureContext: SecureContext | undefined;
  /** The connection leads through this proxy by CONNECT. */
  readonly tunnel: { readonly proxy: URL; readonly secureContext: SecureContext | undefined } | undefined;
  /** Idle connections kept. */
  readonly maxFreeSockets: number;
  readonly connectTimeout: number;
  readonly meter: SocketMeter;
}

type Connected = (error: Error | null, socket: Duplex) => void;

/** Sockets whose connection, TLS included, stands. */
const ready = new WeakSet<Duplex>();

/** Calls back as soon as a connection stands, at once where it does already. */
export function whenReady(socket: Duplex, secure: boolean, callback: () => void): void {
  if (ready.has(socket)) callback();
  else socket.once(secure ? 'secureConnect' : 'connect', callback);
}

/** Makes the agent that keeps the connections of one origin. How many there are at once, the limiter decides. */
export function createAgent(secure: boolean, settings: AgentSettings): http.Agent {
  return secure ? new SecureAgent(settings) : new PlainAgent(settings);
}

/** Closes what idles; what is in use closes when it is free. */
export function closeIdle(agent: http.Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy();
  }
}

class PlainAgent extends http.Agent {
  readonly #settings: AgentSettings;

  constructor(settings: AgentSettings) {
    super(agentOptions(settings));
    this.#settings = settings;
  }

  override createConnection(
    options: http.ClientRequestArgs,
    connected?: Connected,
  ): Duplex | null | undefined {
    const inflow = new Inflow();
    const watched = { ...options, onread: inflow.onread };
    const socket = super.createConnection(watched, connected);
    return socket && prepare(socket, false, this.#settings, inflow);
  }
}

class SecureAgent extends https.Agent {
  readonly #settings: AgentSettings;

  constructor(settings: AgentSettings) {
    super({
      ...agentOptions(settings),
      ...(settings.secureContext && { secureContext: settings.secureContext }),
    });
    this.#settings = settings;
  }

  override createConnection(options: https.RequestOptions, connected?: Connected): Duplex | null | undefined {
    const settings = this.#settings;
    if (settings.tunnel === undefined) {
      const inflow = new Inflow();
      const watched = { ...options, onread: inflow.onread };
      const socket = super.createConnection(watched, connected);
      return socket && prepare(socket, true, settings, inflow);
    }
    const plan = {
      proxy: settings.tunnel.proxy,
      secureContext: settings.tunnel.secureContext,
      host: options.host ?? '',
      port: Number(options.port ?? 443),
      highWaterMark: SOCKET_BUFFER_BYTES,
      timeout: settings.connectTimeout,
    };
    openTunnel(plan, (error, socket) => {
      if (socket === undefined) {
        // Node hands a failed connection's error on and never looks at the socket.
        connected?.(error, new Socket());
        return;
      }
      const through = { ...options, socket };
      const secured = super.createConnection(through);
      if (secured) connected?.(null, prepare(secured, true, settings));
    });
    return undefined;
  }
}

function agentOptions(settings: AgentSettings): http.AgentOptions & { readonly highWaterMark: number } {
  return {
    keepAlive: true,
    // TCP probes, so that a firewall does not forget a connection during a registry's long commit.
    keepAliveMsecs: 15_000,
    maxFreeSockets: settings.maxFreeSockets,
    timeout: FREE_CONNECTION_MILLISECONDS,
    highWaterMark: SOCKET_BUFFER_BYTES,
    // Node gives each address of a name 250 ms before it tries the next; over a slow line all of them fail so.
    autoSelectFamilyAttemptTimeout: 2_000,
  };
}

function prepare(socket: Duplex, secure: boolean, settings: AgentSettings, inflow?: Inflow): Duplex {
  socket.once(secure ? 'secureConnect' : 'connect', () => ready.add(socket));
  if (socket instanceof Socket) {
    settings.meter.watch(socket);
    inflow?.attach(socket);
  }
  keepReadingAfterFailedWrites(socket);
  return socket;
}
