import type { Action, Grant } from './auth-options.ts';

/** An action on a repository that a request needs, or that a token holds. */
export interface Access {
  readonly repository: string;
  readonly action: Action;
}

/** Everything: what users have whose rights are not listed. */
export const EVERYTHING: readonly Grant[] = [{ repositories: '*', actions: ['pull', 'push', 'delete'] }];

/** Says whether grants allow an action on a repository. */
export function isGranted(grants: readonly Grant[], { repository, action }: Access): boolean {
  return grants.some(
    (grant) => grant.actions.includes(action) && matchesName(grant.repositories, repository),
  );
}

/** Whether a name matches a pattern in which `*` stands for anything; by hand, so that no pattern is slow. */
function matchesName(pattern: string, name: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === name;
  const tail = rest.pop() ?? '';
  if (!name.startsWith(head)) return false;
  let from = head.length;
  for (const part of rest) {
    const at = name.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return name.length - tail.length >= from && name.endsWith(tail);
}

const ACTIONS: ReadonlyMap<string, readonly Action[]> = new Map([
  ['pull', ['pull']],
  ['push', ['push']],
  ['delete', ['delete']],
  ['*', ['pull', 'push', 'delete']],
]);

/**
 * Reads scopes as clients write them: `repository:acme/app:pull,push`, several separated by spaces
 * (distribution, "Token Scope Documentation"). Other resource types and unknown actions are passed over.
 */
export function parseScopes(texts: readonly string[]): readonly Access[] {
  const scopes = texts.flatMap((text) => text.split(' ')).filter((text) => text !== '');
  return scopes.flatMap((scope) => {
    const first = scope.indexOf(':');
    const last = scope.lastIndexOf(':');
    if (first === last || !/^repository(\([a-z0-9]+\))?$/.test(scope.slice(0, first))) return [];
    const repository = scope.slice(first + 1, last);
    const actions = scope
      .slice(last + 1)
      .split(',')
      .flatMap((action) => ACTIONS.get(action) ?? []);
    return [...new Set(actions)].map((action) => ({ repository, action }));
  });
}

/** Writes scopes, one for each repository. */
export function formatScopes(accesses: readonly Access[]): readonly string[] {
  const actions = new Map<string, Set<Action>>();
  for (const { repository, action } of accesses) {
    actions.set(repository, (actions.get(repository) ?? new Set()).add(action));
  }
  return [...actions].map(([repository, names]) => `repository:${repository}:${[...names].join(',')}`);
}
