import { isSuiteError, SuiteError } from '@artifact-lifecycle/core';
import type { Credentials } from '../../auth/credentials.ts';
import type { CloudContext } from '../cloud-context.ts';
import type { Lasting } from '../renewable.ts';
import type { AwsKeys } from './aws-keys.ts';
import { type EcrLoginPlace, ecrLoginPlace } from './ecr-host.ts';
import { logInToEcr } from './ecr-login.ts';
import type { AwsCredentials } from './signature.ts';

/** Logs in to an ECR as a role. @throws SuiteError `INPUT_INVALID` where its region is not known, and what AWS answers */
export async function logInAsRole(
  context: CloudContext,
  keys: AwsKeys,
  host: string,
  roleArn: string,
): Promise<Lasting<Credentials>> {
  const place = requirePlace(context, host);
  return logInToEcr(context, place, await keys.ofRole(roleArn, place.region));
}

/**
 * Logs in to an ECR with what the environment has; `undefined` where it has nothing. ECR Public is open to strangers:
 * keys that were meant for something else, and are refused there, only earn a warning.
 */
export async function logInWithAwsKeys(
  context: CloudContext,
  keys: AwsKeys,
  host: string,
): Promise<Lasting<Credentials | undefined> | undefined> {
  const place = ecrLoginPlace(context, host);
  if (place === undefined) return undefined;
  const found = await keys.ofEnvironment(place.region, place.isPublic ? 'all-but-instance' : 'all');
  if (found === undefined) return undefined;
  try {
    return await logInToEcr(context, place, found);
  } catch (error) {
    if (!place.isPublic || !isSuiteError(error, 'FORBIDDEN', 'UNAUTHORIZED')) throw error;
    context.onWarning(`${error.message} ${host} is asked as nobody.`);
    return undefined;
  }
}

/**
 * The keys with which AWS' own API is asked about a registry.
 *
 * @throws SuiteError `UNAUTHORIZED` where there are none
 */
export async function awsKeysFor(
  context: CloudContext,
  keys: AwsKeys,
  host: string,
  roleArn: string | undefined,
): Promise<AwsCredentials> {
  const { region } = requirePlace(context, host);
  const found = roleArn === undefined ? await keys.ofEnvironment(region) : await keys.ofRole(roleArn, region);
  if (found !== undefined) return found;
  throw new SuiteError('UNAUTHORIZED', `There are no keys of AWS for ${host}.`, {
    remedy:
      'Give it `aws-role` in the input "registries", or run aws-actions/configure-aws-credentials before this step.',
  });
}

function requirePlace(context: CloudContext, host: string): EcrLoginPlace {
  const place = ecrLoginPlace(context, host);
  if (place !== undefined) return place;
  throw new SuiteError('INPUT_INVALID', `The settings call ${host} an ECR, but its name tells no region.`, {
    remedy: 'Set AWS_REGION, or write ACCOUNT.dkr.ecr.REGION.amazonaws.com.',
  });
}
