import { type Clock, SuiteError } from '@artifact-lifecycle/core';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import {
  type AwsAnswer,
  type AwsCredentials,
  AwsJsonApi,
  awsErrorCode,
  awsReason,
  type EcrRegistry,
  type JsonObject,
} from '@artifact-lifecycle/registry';
import type { ServiceOptions } from '../retention-service.ts';

/** A page of 1,000 images has some 600 kB; a hundred manifests at their largest 400 MB, but those of indexes 1 MB. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** What the action needs to be allowed, for the remedy. */
const PERMISSIONS =
  'ecr:DescribeImages, ecr:BatchGetImage, ecr:BatchDeleteImage (and for archiving ecr:UpdateImageStorageClass, for names with * ecr:DescribeRepositories)';

/** What the client works with. */
export interface EcrClientOptions {
  readonly http: HttpClient;
  readonly registry: Pick<EcrRegistry, 'account' | 'region' | 'endpoint'>;
  readonly credentials: () => Promise<AwsCredentials>;
  readonly clock: Clock;
}

/** Asks Amazon ECR's API (API reference, version 2015-09-21). */
export class EcrClient {
  readonly registry: EcrClientOptions['registry'];
  readonly #api: AwsJsonApi;

  constructor({ http, registry, credentials, clock }: EcrClientOptions) {
    const { endpoint, region } = registry;
    const scope = { region, service: 'ecr' };
    this.registry = registry;
    this.#api = new AwsJsonApi({
      http,
      endpoint,
      scope,
      credentials,
      clock,
      maxAnswerBytes: MAX_ANSWER_BYTES,
    });
  }

  /**
   * Carries out an operation, again where it fails for the moment: all that are used here may be repeated.
   *
   * @throws SuiteError with the name of AWS' exception in its message; {@link isEcrException} tells them apart
   */
  async call(operation: string, input: JsonObject, { signal }: ServiceOptions): Promise<JsonObject> {
    const { account, region } = this.registry;
    const target = `AmazonEC2ContainerRegistry_V20150921.${operation}`;
    const answer = await this.#api.call(target, { registryId: account, ...input }, signal);
    if (answer.status === 200) return answer.content;
    throw ecrError(answer, `${operation} in ${account}, ${region}`);
  }
}

const exceptions = new WeakMap<SuiteError, string>();

/** Whether an error is this exception of ECR: `ImageNotFoundException`. */
export function isEcrException(error: unknown, name: string): boolean {
  return error instanceof SuiteError && exceptions.get(error) === name;
}

function ecrError(answer: AwsAnswer, what: string): SuiteError {
  const { status, exception } = answer;
  const said = awsReason(answer);
  const code = awsErrorCode(answer);
  const error = new SuiteError(
    code,
    `Amazon ECR answered ${status} ${exception}${said === '' ? '' : ` (${said})`} to ${what}.`,
    code === 'FORBIDDEN'
      ? { remedy: `Let the role or user do ${PERMISSIONS} on the repository.` }
      : code === 'UNAUTHORIZED'
        ? {
            remedy:
              'Give the host `aws-role` in "registries", or run aws-actions/configure-aws-credentials before this step; its keys last an hour.',
          }
        : {},
  );
  exceptions.set(error, exception);
  return error;
}
