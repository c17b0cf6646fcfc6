import { SuiteError } from '@artifact-lifecycle/core';
import type { Finding } from '../finding/finding.ts';
import { purlCovers, readPurl } from '../vex/purl-match.ts';
import type { Exception } from './verdict.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Refuses exceptions that have ended: what nobody has looked at again lets nothing pass. The last day counts, in UTC.
 *
 * @param code of where they stand: an input, or a policy file.
 * @throws SuiteError `code`, naming every one that has ended
 */
export function checkExceptions(
  exceptions: readonly Exception[],
  now: number,
  code: 'INPUT_INVALID' | 'POLICY_INVALID' = 'INPUT_INVALID',
): void {
  const today = new Date(now).toISOString().slice(0, 10);
  // A day that is none would compare as text and might never end.
  const ended = exceptions.filter(({ until }) => !DAY.test(until) || until < today);
  if (ended.length === 0) return;
  const names = ended.map(
    (one) => `${nameOf(one)} ended on ${one.until.slice(0, 40)} ("${one.reason.slice(0, 200)}")`,
  );
  const [subject, verb] = ended.length === 1 ? ['The exception', ''] : ['Exceptions', ' have ended'];
  throw new SuiteError(
    code,
    ended.length === 1
      ? `${subject} for ${names[0]}, and today is ${today}.`
      : `${subject}${verb} before today, ${today}: ${names.join('; ')}.`,
    {
      remedy:
        'Mend the finding and remove the entry of "ignore", or give it a later day and a reason that holds today.',
    },
  );
}

/** Whether an exception speaks of a finding: of its id or an alias, and of its package where it names one. */
export function covers(exception: Exception, { id, aliases, component }: Finding): boolean {
  const meant = exception.id.toLowerCase();
  if (![id, ...aliases].some((one) => one.toLowerCase() === meant)) return false;
  const name = exception.package;
  if (name === undefined) return true;
  const pattern = readPurl(name);
  if (pattern !== undefined) {
    const purl = readPurl(component.purl);
    return purl !== undefined && purlCovers(pattern, purl);
  }
  const { namespace } = component;
  const names = [
    component.name,
    ...(namespace === undefined ? [] : [`${namespace}/${component.name}`, `${namespace}:${component.name}`]),
  ];
  return names.includes(name);
}

function nameOf({ id, package: name }: Exception): string {
  return name === undefined ? id : `${id} in ${name}`;
}
