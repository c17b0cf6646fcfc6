import { type CloudContext, variable } from '../cloud-context.ts';
import { endpointAt } from '../endpoint.ts';

/** A region, and the domain its services live in: `amazonaws.com`, `amazonaws.com.cn`, `amazonaws.eu`. */
export interface AwsRegion {
  readonly region: string;
  readonly domain: string;
}

/** Services that are asked here, by the names AWS' tools use in variables. */
export type AwsService = 'ECR' | 'ECR_PUBLIC' | 'STS';

/**
 * Where a service is, if the environment says so as AWS' own tools are told (SDK reference, "Service-specific
 * endpoints"): `AWS_ENDPOINT_URL_STS`, then `AWS_ENDPOINT_URL`.
 *
 * @throws SuiteError `INPUT_INVALID` for an address without TLS that is not this machine's
 */
export function endpointOverride(
  context: Pick<CloudContext, 'environment'>,
  service: AwsService,
): URL | undefined {
  if (variable(context, 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS')?.toLowerCase() === 'true') return undefined;
  return endpointAt(context, `AWS_ENDPOINT_URL_${service}`) ?? endpointAt(context, 'AWS_ENDPOINT_URL');
}

/** Where tokens become keys, in the region itself: the global endpoint is one region's. */
export function stsEndpoint(context: Pick<CloudContext, 'environment'>, { region, domain }: AwsRegion): URL {
  return endpointOverride(context, 'STS') ?? new URL(`https://sts.${region}.${domain}/`);
}

/** The region the environment names, for a registry whose host does not. */
export function environmentRegion(context: Pick<CloudContext, 'environment'>): AwsRegion | undefined {
  const region = variable(context, 'AWS_REGION') ?? variable(context, 'AWS_DEFAULT_REGION');
  if (region === undefined || !/^[a-z0-9-]+$/.test(region)) return undefined;
  return { region, domain: region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com' };
}
