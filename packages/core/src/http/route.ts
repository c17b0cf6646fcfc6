import type { Agent } from 'node:http';
import { bareHost } from './address.ts';
import { closeIdle, createAgent } from './agent.ts';
import { proxyAuthorization } from './proxy.ts';
import type { SocketMeter } from './socket-meter.ts';
import type { TrustStore } from './trust.ts';

/** How a request reaches its target: which connections, spoken how. */
export interface Route {
  readonly agent: Agent;
  /** Whether the connection itself is TLS. */
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** Turns a target into what stands in the request line. */
  readonly requestTarget: (url: URL) => string;
  /** What introduces us to a proxy that reads our requests. */
  readonly proxyAuthorization: string | undefined;
  /** The proxy on the way, if any. */
  readonly proxy: URL | undefined;
}

/** What routes are made of. */
export interface RouteSettings {
  readonly proxyFor: (target: URL) => URL | undefined;
  readonly trust: TrustStore;
  readonly meter: SocketMeter;
  readonly maxFreeSockets: number;
  readonly connectTimeout: number;
}

/** The routes of a client: one for each origin, with the connections it keeps. */
export class Routes {
  readonly #settings: RouteSettings;
  readonly #routes = new Map<string, Route>();

  constructor(settings: RouteSettings) {
    this.#settings = settings;
  }

  /**
   * The route to a target.
   *
   * @throws SuiteError `INPUT_INVALID` when the environment names a proxy that cannot be one.
   */
  to(target: URL): Route {
    const known = this.#routes.get(target.origin);
    if (known !== undefined) return known;
    const route = this.#plan(target, this.#settings.proxyFor(target));
    this.#routes.set(target.origin, route);
    return route;
  }

  /** Trusts a target by the machine's own authorities from now on, too; says whether it has any. */
  trustMachine(target: URL): boolean {
    const trusted = target.protocol === 'https:' ? this.#settings.trust.trustMachine(target.host) : 'none';
    if (trusted === 'newly') {
      const route = this.#routes.get(target.origin);
      if (route !== undefined) closeIdle(route.agent);
      this.#routes.delete(target.origin);
    }
    return trusted !== 'none';
  }

  /** Closes what idles. */
  close(): void {
    for (const route of this.#routes.values()) closeIdle(route.agent);
  }

  #plan(target: URL, proxy: URL | undefined): Route {
    const { trust, meter, maxFreeSockets, connectTimeout } = this.#settings;
    // Plain HTTP is not tunnelled: the proxy itself is asked, by the whole URL (RFC 9112 §3.2.2).
    const forwarded = proxy !== undefined && target.protocol === 'http:';
    const peer = forwarded ? proxy : target;
    const secure = peer.protocol === 'https:';
    const agent = createAgent(secure, {
      secureContext: secure ? trust.contextFor(peer.host) : undefined,
      tunnel:
        proxy !== undefined && !forwarded
          ? { proxy, secureContext: proxy.protocol === 'https:' ? trust.contextFor(proxy.host) : undefined }
          : undefined,
      maxFreeSockets,
      connectTimeout,
      meter,
    });
    return {
      agent,
      secure,
      host: bareHost(peer.hostname),
      port: peer.port === '' ? (secure ? 443 : 80) : Number(peer.port),
      requestTarget: forwarded
        ? (url) => `${url.origin}${url.pathname}${url.search}`
        : (url) => `${url.pathname}${url.search}`,
      proxyAuthorization: forwarded ? proxyAuthorization(proxy) : undefined,
      proxy,
    };
  }
}
