import type { CloudContext } from '../cloud-context.ts';
import { type AwsRegion, endpointOverride, environmentRegion } from './aws-region.ts';

/** A registry of Amazon ECR: whose, and where. */
export interface EcrRegistry extends AwsRegion {
  readonly account: string;
  /** Where its API is. */
  readonly endpoint: URL;
}

/** Amazon ECR Public, the one registry for all, by its two names. */
const ECR_PUBLIC_HOSTS: readonly string[] = ['public.ecr.aws', 'ecr-public.aws.com'];

/** Its API is in one region only (API reference, "Amazon ECR Public"). */
const ECR_PUBLIC_REGION: AwsRegion = { region: 'us-east-1', domain: 'amazonaws.com' };

/**
 * `ACCOUNT.dkr.ecr.REGION.amazonaws.com`, also of China, Europe's sovereign cloud, the isolated ones, of FIPS
 * endpoints, and of dual-stack names (amazon-ecr-credential-helper 0.12, `api/client.go`).
 */
const HOST =
  /^(\d{12})\.dkr[.-]ecr(-fips)?\.([a-z0-9-]+)\.(amazonaws\.(?:com(?:\.cn)?|eu)|on\.(?:aws|amazonwebservices\.com\.cn)|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/;

/** Reads which registry of ECR a host is; `undefined` for other hosts. */
export function readEcrHost(host: string): EcrRegistry | undefined {
  const [, account, fips, region, named] = HOST.exec(host) ?? [];
  if (account === undefined || region === undefined || named === undefined) return undefined;
  const domain =
    named === 'on.aws'
      ? 'amazonaws.com'
      : named === 'on.amazonwebservices.com.cn'
        ? 'amazonaws.com.cn'
        : named;
  const name = fips === undefined ? `api.ecr.${region}` : `ecr-fips.${region}`;
  return { account, region, domain, endpoint: new URL(`https://${name}.${domain}/`) };
}

/** Where to log in to an ECR, and how the request is signed. */
export interface EcrLoginPlace {
  readonly isPublic: boolean;
  readonly region: AwsRegion;
  readonly endpoint: URL;
}

/**
 * Where the API for a host is: by its name, by `AWS_ENDPOINT_URL_ECR`, or for a host that only the settings call an ECR
 * in the region of the environment; `undefined` where that names none.
 */
export function ecrLoginPlace(
  context: Pick<CloudContext, 'environment'>,
  host: string,
): EcrLoginPlace | undefined {
  if (ECR_PUBLIC_HOSTS.includes(host)) {
    const endpoint =
      endpointOverride(context, 'ECR_PUBLIC') ?? new URL('https://api.ecr-public.us-east-1.amazonaws.com/');
    return { isPublic: true, region: ECR_PUBLIC_REGION, endpoint };
  }
  const named = readEcrHost(host);
  const region = named ?? environmentRegion(context);
  if (region === undefined) return undefined;
  const endpoint =
    endpointOverride(context, 'ECR') ??
    named?.endpoint ??
    new URL(`https://api.ecr.${region.region}.${region.domain}/`);
  return { isPublic: false, region: { region: region.region, domain: region.domain }, endpoint };
}
