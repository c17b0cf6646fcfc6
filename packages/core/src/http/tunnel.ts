import { type ClientRequest, request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { isIPv6, Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { bareHost } from './address.ts';
import { MAX_HEADER_BYTES } from './limits.ts';
import { proxyAuthorization } from './proxy.ts';

/** A proxy that was reached and did not open the way. */
export class ProxyRefusal extends Error {
  override readonly name = 'ProxyRefusal';
  readonly status: number;

  constructor(status: number) {
    super(`the proxy answered CONNECT with ${status}`);
    this.status = status;
  }
}

/** A proxy that could not be reached, or that broke the connection off; `cause` says why. */
export class ProxyFailure extends Error {
  override readonly name = 'ProxyFailure';

  constructor(cause: Error) {
    super('the proxy cannot be reached', { cause });
  }
}

/** Where a tunnel leads, and how its proxy is reached. */
export interface TunnelPlan {
  readonly proxy: URL;
  readonly host: string;
  readonly port: number;
  /** Whom a proxy that is itself spoken to by TLS is trusted by; `undefined` for Node's default. */
  readonly secureContext: SecureContext | undefined;
  readonly highWaterMark: number;
  readonly timeout: number;
}

/**
 * Opens a connection through a proxy (CONNECT, RFC 9110 §9.3.6) and hands over its socket.
 *
 * On node:http itself rather than `https-proxy-agent`: that shows a proxy's refusal as the target's own answer,
 * reads its head without a bound, does not pass on the agent's TLS and socket settings, and leaves its socket
 * open when the request is given up, which keeps the process alive.
 */
export function openTunnel(plan: TunnelPlan, done: (error: Error | null, socket?: Socket) => void): void {
  const authority = `${isIPv6(plan.host) ? `[${plan.host}]` : plan.host}:${plan.port}`;
  const authorization = proxyAuthorization(plan.proxy);
  const options = {
    agent: false,
    method: 'CONNECT',
    host: bareHost(plan.proxy.hostname),
    port: plan.proxy.port === '' ? undefined : Number(plan.proxy.port),
    path: authority,
    headers: {
      host: authority,
      ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
    },
    maxHeaderSize: MAX_HEADER_BYTES,
    highWaterMark: plan.highWaterMark,
  };
  let settled = false;
  const settle = (error: Error | null, socket?: Socket): void => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    if (error !== null) connect.destroy();
    done(error, socket);
  };
  const connect: ClientRequest =
    plan.proxy.protocol === 'https:'
      ? requestSecurely({ ...options, ...(plan.secureContext && { secureContext: plan.secureContext }) })
      : requestPlainly(options);
  const timer = setTimeout(
    () => settle(new ProxyFailure(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }))),
    plan.timeout,
  );
  connect.once('connect', (response, socket, head) => {
    const status = response.statusCode ?? 0;
    // Bytes before TLS began cannot be the target's.
    if (status >= 200 && status < 300 && head.length === 0 && socket instanceof Socket) {
      settle(null, socket);
    } else {
      socket.destroy();
      settle(new ProxyRefusal(status));
    }
  });
  connect.once('response', (response) => {
    response.destroy();
    settle(new ProxyRefusal(response.statusCode ?? 0));
  });
  connect.on('error', (error) => settle(new ProxyFailure(error)));
  connect.end();
}
