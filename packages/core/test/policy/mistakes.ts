import { expect } from '@jest/globals';
import { isSuiteError } from '../../src/errors.ts';
import { loadPolicy } from '../../src/policy/index.ts';

/** What is wrong with a policy: a name, the policy, and its mistakes as `line:column: message`. */
export type Mistaken = readonly [name: string, policy: string, mistakes: readonly string[]];

/** Puts the lines of an environment's gates, indented, into a policy; the first of them is line 6. */
export function withGates(...lines: readonly string[]): string {
  const head = ['version: 1', 'environments:', '  prod:', '    repository: ghcr.io/acme/api', '    gates:'];
  return [...head, ...lines.map((line) => `      ${line}`), ''].join('\n');
}

/** Puts the lines of an environment into a policy; the first of them is line 5. */
export function withEnvironment(...lines: readonly string[]): string {
  const head = ['version: 1', 'environments:', '  prod:', '    repository: ghcr.io/acme/api'];
  return [...head, ...lines.map((line) => `    ${line}`), ''].join('\n');
}

/** The mistakes of a policy, `line:column: message`. */
export function mistakesOf(text: string): readonly string[] {
  try {
    loadPolicy(text, 'p.yml');
  } catch (error) {
    if (!isSuiteError(error, 'POLICY_INVALID')) throw error;
    const lines = error.message.split('\n').map((line) => line.trim());
    const listed = lines.length > 1 ? lines.slice(1) : lines;
    expect(error.position?.file).toBe('p.yml');
    expect(listed[0]).toContain(`p.yml:${error.position?.line}:${error.position?.column}: `);
    expect(error.remedy).toMatch(/\.$/);
    return listed.map((line) => line.replace(/^p\.yml:/, ''));
  }
  return [];
}
