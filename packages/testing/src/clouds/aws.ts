import { type Answer, answerJson } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import { receiveBody, type Service, startService } from '../sigstore/service.ts';
import type { AwsKeys } from './aws-keys.ts';
import { InstanceMetadata, writeKeys } from './aws-metadata.ts';
import { findSignatureFault } from './aws-signature.ts';
import { answerSts, type StsTrust } from './aws-sts.ts';

/** What the cloud knows, and how it behaves. */
export interface AwsCloudOptions {
  /** Milliseconds since 1970, by the clock of the cloud. */
  readonly now?: (() => number) | undefined;
  /** Keys of users, besides those it gives. */
  readonly users?: readonly AwsKeys[] | undefined;
  /** Whose tokens become keys; nobody's when absent. */
  readonly trust?: StsTrust | undefined;
  /** The role of the instance; none when absent. */
  readonly instanceRole?: string | undefined;
  /** What the container's service wants as `Authorization`; it is not there when absent. */
  readonly containerToken?: string | undefined;
  /** The password of ECR. */
  readonly password?: string | undefined;
  /** How long keys and passwords last, in seconds: an hour and twelve when absent. */
  readonly keySeconds?: number | undefined;
  readonly passwordSeconds?: number | undefined;
}

/** STS, the APIs of ECR and ECR Public, and the metadata services of containers and instances, on one port. */
export interface AwsCloud extends Service {
  /** Variables that lead AWS' tools here. */
  readonly env: Readonly<Record<string, string>>;
  /** Where a container is led for its keys. */
  readonly containerUrl: string;
}

const CONTAINER_PATH = '/v2/credentials/task';

const APIS = [
  { target: 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken', service: 'ecr' },
  { target: 'SpencerFrontendService.GetAuthorizationToken', service: 'ecr-public' },
] as const;

/** Starts the cloud; it refuses what AWS refuses, bad signatures first. */
export async function startAwsCloud(options: AwsCloudOptions = {}): Promise<AwsCloud> {
  const { now = Date.now, keySeconds = 3600 } = options;
  const given: AwsKeys[] = [];
  const give = () => {
    const number = given.length + 1;
    const keys = {
      accessKeyId: `ASIA${String(number).padStart(16, '0')}`,
      secretAccessKey: `secret/of+session${number}==`,
      sessionToken: `IQoJ&session<token>${number}//==`,
      expiresAt: now() + keySeconds * 1000,
    };
    given.push(keys);
    return keys;
  };
  const metadata = new InstanceMetadata(options.instanceRole, give);
  const answerContainer = (exchange: Exchange): Answer =>
    options.containerToken !== undefined && exchange.header('authorization') === options.containerToken
      ? answerJson(200, writeKeys(give()))
      : answerJson(401, { code: 'InvalidToken', message: 'Authorization token is invalid.' });
  const service = await startService((exchange) => {
    const { method, path } = exchange;
    if (method === 'POST' && path === '/' && exchange.header('x-amz-target') !== undefined) {
      return () => answerApi(exchange, options, [...(options.users ?? []), ...given], now());
    }
    if (method === 'POST' && path === '/') return () => answerSts(exchange, options.trust, now(), give);
    if (method === 'GET' && path === CONTAINER_PATH) return () => answerContainer(exchange);
    const found = metadata.answer(exchange);
    return found && (() => found);
  });
  return {
    ...service,
    containerUrl: `${service.url}${CONTAINER_PATH}`,
    env: {
      AWS_ENDPOINT_URL_STS: service.url,
      AWS_ENDPOINT_URL_ECR: service.url,
      AWS_ENDPOINT_URL_ECR_PUBLIC: service.url,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: service.url,
    },
  };
}

async function answerApi(
  exchange: Exchange,
  { password = 'password-of-ecr', passwordSeconds = 12 * 3600 }: AwsCloudOptions,
  keys: readonly AwsKeys[],
  now: number,
): Promise<Answer> {
  const body = await receiveBody(exchange);
  const date = { date: new Date(now).toUTCString() };
  const refuse = (status: number, exception: string, message: string): Answer =>
    answerJson(status, { __type: exception, message }, date, 'application/x-amz-json-1.1');
  const api = APIS.find(({ target }) => target === exchange.header('x-amz-target'));
  if (api === undefined) return refuse(400, 'UnknownOperationException', '');
  if (exchange.header('content-type') !== 'application/x-amz-json-1.1') {
    return refuse(400, 'SerializationException', '');
  }
  const fault = findSignatureFault(exchange, body, api.service, keys, now);
  if (fault !== undefined) return refuse(400, fault.exception, fault.message);
  const id = /Credential=([^/]+)/.exec(exchange.header('authorization') ?? '')?.[1];
  const isAllowed = keys.find(({ accessKeyId }) => accessKeyId === id)?.mayLogIn ?? true;
  if (!isAllowed) {
    return refuse(
      400,
      'AccessDeniedException',
      `User: arn:aws:iam::123456789012:user/x is not authorized to perform: ${api.service}:GetAuthorizationToken on resource: *`,
    );
  }
  const data = {
    authorizationToken: Buffer.from(`AWS:${password}`).toString('base64'),
    expiresAt: (now + passwordSeconds * 1000) / 1000,
  };
  const authorizationData =
    api.service === 'ecr' ? [{ ...data, proxyEndpoint: 'https://123456789012.dkr.ecr.example' }] : data;
  return answerJson(200, { authorizationData }, date, 'application/x-amz-json-1.1');
}
