import { SuiteError } from '@artifact-lifecycle/core';
import type { JsonObject } from '../../oci/json.ts';
import { field } from '../../oci/json.ts';
import type { Lasting } from '../renewable.ts';
import { secretAt, type TokenAnswer } from '../token-service.ts';
import type { AwsCredentials } from './signature.ts';

/** Keys as the container and instance services write them (`AccessKeyId`, `SecretAccessKey`, `Token`, `Expiration`). */
export function readTemporaryKeys(content: JsonObject, answer: TokenAnswer): Lasting<AwsCredentials> {
  const token = field(content, 'Token');
  return {
    value: {
      accessKeyId: secretAt(content, 'AccessKeyId', answer),
      secretAccessKey: secretAt(content, 'SecretAccessKey', answer),
      sessionToken: token === undefined || token === null ? undefined : secretAt(content, 'Token', answer),
    },
    expiresAt: readExpiration(field(content, 'Expiration'), answer),
  };
}

/** An end that is given as a date. @throws SuiteError `PROTOCOL_INVALID` */
export function readExpiration(value: unknown, { service, host }: TokenAnswer): number | undefined {
  if (value === undefined || value === null) return undefined;
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new SuiteError('PROTOCOL_INVALID', `${service} (${host}) answered an expiration that is no date.`);
}
