import type { Clock } from '@artifact-lifecycle/core';
import { type HttpClient, readJson } from '@artifact-lifecycle/core/http';
import { field, isJsonObject, type JsonObject } from '../../oci/json.ts';
import { readSkew } from '../server-time.ts';
import { type AwsCredentials, type SigningScope, signRequest } from './signature.ts';

/** How an API of AWS is asked. */
export interface AwsJsonApiOptions {
  readonly http: HttpClient;
  readonly endpoint: URL;
  readonly scope: SigningScope;
  /** Before each call: keys of a role end. */
  readonly credentials: () => Promise<AwsCredentials>;
  readonly clock: Clock;
  /** The largest answer, in bytes. */
  readonly maxAnswerBytes: number;
}

/** What an API answered. */
export interface AwsAnswer {
  readonly status: number;
  readonly content: JsonObject;
  /** The name of the exception, `AccessDeniedException`; empty for success. */
  readonly exception: string;
  /** What it says, whole: what is shown of it must be cut before its second line. */
  readonly message: string;
}

/** How AWS words that the time of a signature is not its own. */
const OUT_OF_TIME =
  /^(?:RequestTimeTooSkewed|RequestExpired|SignatureDoesNotMatch|InvalidSignatureException)/;

/** Long enough for any name. */
const MAX_EXCEPTION_LENGTH = 100;

/** An API of AWS of the protocol JSON 1.1, signed. It may be asked again: all operations used here bear that. */
export class AwsJsonApi {
  readonly #options: AwsJsonApiOptions;
  /** How far the server's clock is ahead of ours, once it has refused a signature for that. */
  #skew = 0;

  constructor(options: AwsJsonApiOptions) {
    this.#options = options;
  }

  /**
   * Carries out an operation: `AmazonEC2ContainerRegistry_V20150921.DescribeImages`. Where the server refuses because
   * this machine's clock is wrong, it is signed once more by the server's.
   */
  async call(target: string, input: JsonObject, signal?: AbortSignal): Promise<AwsAnswer> {
    const credentials = await this.#options.credentials();
    const first = await this.#send(target, input, credentials, signal);
    const skew = first.serverSkew;
    if (skew === undefined || !OUT_OF_TIME.test(first.answer.exception)) return first.answer;
    // The same skew a second time: the clock was not the reason.
    if (Math.abs(skew - this.#skew) < 1_000) return first.answer;
    this.#skew = skew;
    return (await this.#send(target, input, credentials, signal)).answer;
  }

  async #send(
    target: string,
    input: JsonObject,
    credentials: AwsCredentials,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly answer: AwsAnswer; readonly serverSkew: number | undefined }> {
    const { http, endpoint, scope, clock, maxAnswerBytes } = this.#options;
    const request = {
      method: 'POST',
      url: endpoint,
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
      body: Buffer.from(JSON.stringify(input)),
    } as const;
    const now = { now: () => clock.now() + this.#skew };
    const response = await http.send({
      ...request,
      headers: signRequest(request, credentials, scope, now),
      secretHeaders: ['x-amz-security-token'],
      // Signed for this host; a redirect would carry the body elsewhere.
      redirect: 'manual',
      signal,
      retry: true,
    });
    const serverSkew = readSkew(response.headers, clock.now());
    const data = await readJson(response, maxAnswerBytes, `answer of ${endpoint.host}`);
    const content = isJsonObject(data) ? data : {};
    return { answer: readAnswer(response.status, content), serverSkew };
  }
}

function readAnswer(status: number, content: JsonObject): AwsAnswer {
  const text = (key: string): string => {
    const value = field(content, key);
    return typeof value === 'string' ? value : '';
  };
  if (status === 200) return { status, content, exception: '', message: '' };
  return {
    status,
    content,
    exception: text('__type').replace(/^.*#/, '').slice(0, MAX_EXCEPTION_LENGTH),
    message: text('message') || text('Message'),
  };
}
