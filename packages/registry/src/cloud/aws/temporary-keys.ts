import type { JsonObject } from '../../oci/json.ts';
import { field } from '../../oci/json.ts';
import { readExpiration } from '../expiration.ts';
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
