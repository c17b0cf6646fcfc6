import { FAIL_ON, type VulnerabilityException } from '@artifact-lifecycle/core/policy';
import { type Differences, within } from './difference.ts';

type FailOn = (typeof FAIL_ON)[number];

/** Whether all findings that count by one severity count by another. `kev` counts by exploitation, and compares with none. */
export function isStricterSeverity(policy: FailOn, input: FailOn): boolean {
  if (policy === 'kev' || input === 'kev') return policy === input;
  return FAIL_ON.indexOf(input) <= FAIL_ON.indexOf(policy);
}

/** Compares exceptions: fewer, for less, or for a shorter time. Why they are made may be told otherwise. */
export function compareExceptions(
  policy: readonly VulnerabilityException[] | undefined,
  input: readonly VulnerabilityException[] | undefined,
): Differences {
  return within(policy, input, {
    isOpen: false,
    isWithin: (given, allowed) =>
      given.id === allowed.id &&
      (allowed.package === undefined || given.package === allowed.package) &&
      given.until <= allowed.until,
    show: (exceptions) => exceptions.map(showException).join(', '),
  });
}

function showException({ id, package: name, until }: VulnerabilityException): string {
  return `${id}${name === undefined ? '' : ` in ${name}`} until ${until}`;
}
