import { throwIfCancelled } from '../cancellation.ts';
import { type Clock, systemClock } from '../clock.ts';
import { SuiteError } from '../errors.ts';
import type { Answer } from './answer.ts';
import { discard } from './body.ts';
import { exchange, type Outcome } from './exchange.ts';
import { explainFailure, isLasting, isStale, isUnknownAuthority, isUnsent } from './failure.ts';
import { HostLimiter, type Lane, type Permit } from './limiter.ts';
import { MAX_REDIRECTS } from './limits.ts';
import { beginAt, type OutgoingRequest, writeRequest } from './outgoing.ts';
import { Patience } from './patience.ts';
import { type Environment, readProxySettings } from './proxy.ts';
import { redactText, redactUrl } from './redact.ts';
import { planRedirect, type Redirectable } from './redirect.ts';
import { type AttemptResult, decideRetry, isCongestion, RETRY_POLICY, type RetryPolicy } from './retry.ts';
import { readRetryAfter } from './retry-after.ts';
import { Routes } from './route.ts';
import { SocketMeter } from './socket-meter.ts';
import { HTTP_TIMEOUTS, type HttpTimeouts } from './timeouts.ts';
import type { HttpTraceEvent } from './trace.ts';
import { type CertificateFiles, TrustStore } from './trust.ts';
import type { HttpClient, HttpRequest, HttpResponse, HttpStatistics } from './types.ts';
import { CONCURRENCY_LIMITS, type ConcurrencyLimits } from './window.ts';

/** What a client is made with; everything but its name has a default. */
export interface HttpClientOptions {
  /** `User-Agent`: who is asking, for the logs of servers. */
  readonly userAgent: string;
  readonly clock?: Clock;
  /** Where the proxy variables and `NODE_EXTRA_CA_CERTS` are read; by default `process.env`. */
  readonly environment?: Environment;
  readonly certificates?: CertificateFiles;
  /** Authorities of the machine's own store, asked for when a certificate's authority is unknown. */
  readonly readMachineCertificates?: () => readonly string[];
  readonly timeouts?: Partial<HttpTimeouts>;
  readonly retry?: Partial<RetryPolicy>;
  readonly concurrency?: Partial<ConcurrencyLimits>;
  /** Between 0 and 1, for the jitter of waits. */
  readonly random?: () => number;
  /** Hears what happens, for a debug log. */
  readonly trace?: (event: HttpTraceEvent) => void;
}

/**
 * Makes the suite's HTTP client: keep-alive connections, proxies, bounded retries, redirects that keep secrets
 * at home, as many requests at once as each host bears.
 *
 * @throws SuiteError `INPUT_INVALID` when a certificate file cannot be read.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  return new NodeHttpClient(options);
}

class NodeHttpClient implements HttpClient {
  readonly #userAgent: string;
  readonly #clock: Clock;
  readonly #policy: RetryPolicy;
  readonly #timeouts: HttpTimeouts;
  readonly #random: () => number;
  readonly #trace: (event: HttpTraceEvent) => void;
  readonly #limiter: HostLimiter;
  readonly #routes: Routes;
  readonly #meter = new SocketMeter();
  #requests = 0;

  constructor(options: HttpClientOptions) {
    const environment = options.environment ?? process.env;
    const limits = { ...CONCURRENCY_LIMITS, ...options.concurrency };
    this.#userAgent = options.userAgent;
    this.#clock = options.clock ?? systemClock;
    this.#policy = { ...RETRY_POLICY, ...options.retry };
    this.#timeouts = { ...HTTP_TIMEOUTS, ...options.timeouts };
    this.#random = options.random ?? Math.random;
    this.#trace = options.trace ?? (() => {});
    this.#limiter = new HostLimiter(limits, this.#clock);
    this.#routes = new Routes({
      proxyFor: readProxySettings(environment),
      trust: new TrustStore(options.certificates, environment, options.readMachineCertificates),
      meter: this.#meter,
      maxFreeSockets: limits.max,
      connectTimeout: this.#timeouts.connect,
    });
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const patience = new Patience(this.#policy.patienceMilliseconds, this.#clock, request.signal);
    let hop = beginAt(request);
    for (let redirects = 0; ; redirects += 1) {
      const answer = await this.#deliver(request, hop, patience);
      const next = request.redirect === 'manual' ? undefined : await leaveFor(hop, answer);
      if (next === undefined) return answer;
      if (redirects === MAX_REDIRECTS) throw tooManyRedirects(request.url);
      this.#trace({
        kind: 'redirect',
        status: answer.status,
        from: redactUrl(hop.url),
        to: redactUrl(next.url),
      });
      hop = next;
    }
  }

  get statistics(): HttpStatistics {
    return {
      requests: this.#requests,
      bytesReceived: this.#meter.received,
      bytesSent: this.#meter.sent,
    };
  }

  close(): void {
    this.#routes.close();
  }

  /** Sends one hop until its answer is final, or no more attempt is worth it. */
  async #deliver(request: HttpRequest, hop: Redirectable, patience: Patience): Promise<Answer> {
    const { host } = hop.url;
    throwIfCancelled(request.signal);
    const outgoing = writeRequest(request, hop, this.#userAgent);
    const lane: Lane = outgoing.body === undefined || outgoing.body instanceof Uint8Array ? 'ask' : 'upload';
    let machineTried = false;
    for (let attempt = 1; ; attempt += 1) {
      const permit = await this.#enter(hop.url, lane, request.signal, patience);
      const { outcome, result } = await this.#attempt(outgoing, permit, attempt);
      if (outcome.kind === 'failure' && isUnknownAuthority(outcome.failure) && !machineTried) {
        machineTried = true;
        if (this.#routes.trustMachine(hop.url)) continue;
      }
      const decision = decideRetry(
        { method: hop.method, retry: request.retry, attempt, patience: patience.left, result },
        this.#policy,
        this.#random,
      );
      if (decision.kind === 'settle') return this.#settle(outcome, hop.url, attempt);
      if (outcome.kind === 'answer') await discard(outcome.answer);
      if (decision.kind === 'give-up') throw patience.exceededBy(host, decision.milliseconds);
      await this.#wait(patience, decision.milliseconds, hop.url, 'trying again');
    }
  }

  /** Makes one attempt, and tells the limiter and the trace what came of it. */
  async #attempt(
    outgoing: OutgoingRequest,
    permit: Permit,
    attempt: number,
  ): Promise<{ readonly outcome: Outcome; readonly result: AttemptResult }> {
    const { method, url } = outgoing;
    const begin = this.#clock.now();
    let outcome: Outcome;
    try {
      const route = this.#routes.to(url);
      this.#requests += 1;
      outcome = await exchange(outgoing, route, this.#timeouts);
    } catch (error) {
      permit.release('silent');
      throw error;
    }
    const seen = { method, url: redactUrl(url), attempt, milliseconds: this.#clock.now() - begin };
    if (outcome.kind === 'failure') {
      permit.release('silent');
      const { failure } = outcome;
      const reason = redactText(explainFailure(failure, this.#placeOf(url, 1)).message);
      this.#trace({ kind: 'failure', ...seen, reason });
      return {
        outcome,
        result: {
          kind: 'failure',
          lasting: isLasting(failure),
          unsent: isUnsent(failure),
          stale: isStale(failure),
        },
      };
    }
    const { status, headers } = outcome.answer;
    const retryAfter = readRetryAfter(headers, this.#clock.now());
    permit.release(isCongestion(status) ? 'complained' : 'served');
    // A longer wait may concern only this kind of request (Docker Hub counts pulls, not HEAD): it is not shared.
    if (isCongestion(status) && retryAfter !== undefined && retryAfter <= this.#policy.patienceMilliseconds) {
      this.#limiter.pause(url.host, retryAfter);
    }
    this.#trace({ kind: 'answer', ...seen, status });
    return { outcome, result: { kind: 'answer', status, retryAfter } };
  }

  /** Waits for a place at the host, and for the end of a pause it asked for. */
  async #enter(url: URL, lane: Lane, signal: AbortSignal | undefined, patience: Patience): Promise<Permit> {
    for (;;) {
      const permit = await this.#limiter.acquire(url.host, lane, signal);
      const pause = this.#limiter.pauseOf(url.host);
      if (pause === 0) return permit;
      permit.release('silent');
      if (pause > patience.left) throw patience.exceededBy(url.host, pause);
      await this.#wait(patience, pause, url, `${url.host} asked for a pause`);
    }
  }

  async #wait(patience: Patience, milliseconds: number, url: URL, reason: string): Promise<void> {
    this.#trace({ kind: 'wait', url: redactUrl(url), milliseconds, reason });
    await patience.wait(milliseconds);
  }

  #settle(outcome: Outcome, url: URL, attempts: number): Answer {
    if (outcome.kind === 'answer') return outcome.answer;
    throw explainFailure(outcome.failure, this.#placeOf(url, attempts));
  }

  #placeOf(url: URL, attempts: number): { host: string; proxy: URL | undefined; attempts: number } {
    return { host: url.host, proxy: this.#routes.to(url).proxy, attempts };
  }
}

/** Where an answer redirects to, if it does; then its own body is done with. */
async function leaveFor(hop: Redirectable, answer: Answer): Promise<Redirectable | undefined> {
  try {
    const next = planRedirect(hop, answer);
    if (next !== undefined) await discard(answer);
    return next;
  } catch (error) {
    answer.body.destroy();
    throw error;
  }
}

function tooManyRedirects(url: URL): SuiteError {
  return new SuiteError('PROTOCOL_INVALID', `${redactUrl(url)} redirects more than ${MAX_REDIRECTS} times.`, {
    remedy: 'Check the address, and the redirects of the server.',
  });
}
