import { SuiteError } from '@artifact-lifecycle/core';
import type { TokenAnswer } from './token-service.ts';

/** An end that is given as a date, in milliseconds since the epoch. @throws SuiteError `PROTOCOL_INVALID` */
export function readExpiration(value: unknown, { service, host }: TokenAnswer): number | undefined {
  if (value === undefined || value === null) return undefined;
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new SuiteError('PROTOCOL_INVALID', `${service} (${host}) answered an expiration that is no date.`);
}

/** The end that a JSON Web Token says it has; it is not verified here, since only its server may judge it. */
export function tokenExpiration(token: string): number | undefined {
  try {
    const content: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const exp = typeof content === 'object' && content !== null && 'exp' in content ? content.exp : undefined;
    return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
