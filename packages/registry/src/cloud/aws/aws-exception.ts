import type { ErrorCode } from '@artifact-lifecycle/core';
import { printable } from '../../remote/error-body.ts';
import type { AwsAnswer } from './aws-json-api.ts';

/** What kind of failure an exception of AWS is. */
export function awsErrorCode({ status, exception }: Pick<AwsAnswer, 'status' | 'exception'>): ErrorCode {
  if (/Throttling|TooManyRequests|LimitExceeded/.test(exception) || status === 429) return 'RATE_LIMITED';
  if (/AccessDenied|OptInRequired/.test(exception)) return 'FORBIDDEN';
  if (
    /UnrecognizedClient|InvalidClientToken|Signature|ExpiredToken|MissingAuthenticationToken|RequestTimeTooSkewed|RequestExpired/.test(
      exception,
    )
  ) {
    return 'UNAUTHORIZED';
  }
  if (/NotFound/.test(exception)) return 'NOT_FOUND';
  if (/NotSupported/.test(exception)) return 'UNSUPPORTED';
  return status >= 500 ? 'UNREACHABLE' : 'PROTOCOL_INVALID';
}

/** What an exception says, fit to be shown: its first line, below which a refused signature quotes the request. */
export function awsReason({ message }: Pick<AwsAnswer, 'message'>): string {
  const [line = ''] = message.split(/[\r\n]/, 1);
  return printable(line).replace(/\.$/, '');
}
