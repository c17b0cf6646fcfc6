import { type Clock, type ErrorCode, SuiteError } from '@artifact-lifecycle/core';
import { type HttpClient, readJson } from '@artifact-lifecycle/core/http';
import { field, isJsonObject, type JsonObject, type Repository } from '@artifact-lifecycle/registry';
import type { ServiceOptions } from '../retention-service.ts';
import { type AwsCredentials, signRequest } from './signature.ts';

/** A page of 1,000 images has some 600 kB; a hundred manifests at their largest 400 MB, but those of indexes 1 MB. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** What the action needs to be allowed, for the remedy. */
const PERMISSIONS =
  'ecr:DescribeImages, ecr:BatchGetImage, ecr:BatchDeleteImage (and for archiving ecr:UpdateImageStorageClass, for names with * ecr:DescribeRepositories)';

/** A registry of Amazon ECR: whose, and where. */
export interface EcrRegistry {
  readonly account: string;
  readonly region: string;
  /** Where its API is. */
  readonly endpoint: URL;
}

export interface EcrClientOptions {
  readonly http: HttpClient;
  readonly registry: EcrRegistry;
  readonly credentials: AwsCredentials;
  readonly clock: Clock;
}

/** `ACCOUNT.dkr.ecr.REGION.amazonaws.com`, also of China, of the FIPS endpoints, and of dual-stack names. */
const HOST =
  /^(\d{12})\.dkr[.-](ecr|ecr-fips)\.([a-z0-9-]+)\.(amazonaws\.com(?:\.cn)?|on\.(?:aws|amazonwebservices\.com\.cn))$/;

/** Reads which registry of ECR a host is; `undefined` for other hosts. */
export function readEcrHost(host: Repository['host']): EcrRegistry | undefined {
  const [, account, kind, region, domain] = HOST.exec(host) ?? [];
  if (account === undefined || kind === undefined || region === undefined || domain === undefined) {
    return undefined;
  }
  const suffix = domain.includes('cn') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const name = kind === 'ecr-fips' ? `ecr-fips.${region}` : `api.ecr.${region}`;
  return { account, region, endpoint: new URL(`https://${name}.${suffix}/`) };
}

/** Asks Amazon ECR's API: JSON 1.1, signed (API reference, version 2015-09-21). */
export class EcrClient {
  readonly registry: EcrRegistry;
  readonly #options: EcrClientOptions;

  constructor(options: EcrClientOptions) {
    this.registry = options.registry;
    this.#options = options;
  }

  /**
   * Carries out an operation, again where it fails for the moment: all that are used here may be repeated.
   *
   * @throws SuiteError with the name of AWS' exception in its message; {@link isEcrException} tells them apart
   */
  async call(operation: string, input: JsonObject, { signal }: ServiceOptions): Promise<JsonObject> {
    const { http, registry, credentials, clock } = this.#options;
    const body = Buffer.from(JSON.stringify({ registryId: registry.account, ...input }));
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonEC2ContainerRegistry_V20150921.${operation}`,
    };
    const request = { method: 'POST', url: registry.endpoint, headers, body } as const;
    const response = await http.send({
      ...request,
      headers: signRequest(request, credentials, { region: registry.region, service: 'ecr' }, clock),
      secretHeaders: ['x-amz-security-token'],
      signal,
      retry: true,
    });
    const data = await readJson(response, MAX_ANSWER_BYTES, `answer of ${registry.endpoint.host}`);
    const answer = isJsonObject(data) ? data : {};
    if (response.status === 200 && isJsonObject(data)) return answer;
    throw ecrError(response.status, answer, `${operation} in ${registry.account}, ${registry.region}`);
  }
}

const exceptions = new WeakMap<SuiteError, string>();

/** Whether an error is this exception of ECR: `ImageNotFoundException`. */
export function isEcrException(error: unknown, name: string): boolean {
  return error instanceof SuiteError && exceptions.get(error) === name;
}

function ecrError(status: number, answer: JsonObject, what: string): SuiteError {
  const name = textOf(answer, '__type').replace(/^.*#/, '').slice(0, 100);
  const said = (textOf(answer, 'message') || textOf(answer, 'Message')).slice(0, 200).replace(/\.$/, '');
  const code = codeOf(status, name);
  const error = new SuiteError(
    code,
    `Amazon ECR answered ${status} ${name}${said === '' ? '' : ` (${said})`} to ${what}.`,
    code === 'FORBIDDEN'
      ? { remedy: `Let the role or user do ${PERMISSIONS} on the repository.` }
      : code === 'UNAUTHORIZED'
        ? { remedy: 'Run aws-actions/configure-aws-credentials before this step; its keys last an hour.' }
        : {},
  );
  exceptions.set(error, name);
  return error;
}

function codeOf(status: number, name: string): ErrorCode {
  if (/Throttling|TooManyRequests|LimitExceeded/.test(name) || status === 429) return 'RATE_LIMITED';
  if (/AccessDenied|OptInRequired/.test(name)) return 'FORBIDDEN';
  if (/UnrecognizedClient|InvalidClientToken|Signature|ExpiredToken|MissingAuthenticationToken/.test(name)) {
    return 'UNAUTHORIZED';
  }
  if (/NotFound/.test(name)) return 'NOT_FOUND';
  if (/NotSupported/.test(name)) return 'UNSUPPORTED';
  return status >= 500 ? 'UNREACHABLE' : 'PROTOCOL_INVALID';
}

function textOf(answer: JsonObject, key: string): string {
  const value = field(answer, key);
  return typeof value === 'string' ? value : '';
}
