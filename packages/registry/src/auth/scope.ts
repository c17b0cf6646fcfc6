/** What a token may do with a repository (distribution, "Token scope"). */
export type Action = 'pull' | 'push' | 'delete';

/**
 * Resources, `repository:acme/app`, with the actions wanted on each. The order is that of the request: some
 * token servers look at the first scope only.
 */
export type Scopes = ReadonlyMap<string, ReadonlySet<string>>;

/** Longer scopes than a token server can be asked for in a URL; a challenge is not trusted to be short. */
const MAX_SCOPE_LENGTH = 4096;

/** The wish for actions on one repository. */
export function scopeOf(repository: string, ...actions: readonly Action[]): Scopes {
  return new Map([[`repository:${repository}`, new Set(actions)]]);
}

/**
 * Reads the `scope` of a challenge: scopes separated by spaces, actions by commas. One that is a single word, such as
 * `aws` of ECR Public, means something to its server and is kept as it is.
 */
export function parseScopes(text: string): Scopes {
  const scopes = new Map<string, Set<string>>();
  for (const part of text.slice(0, MAX_SCOPE_LENGTH).split(' ')) {
    const colon = part.lastIndexOf(':');
    if (colon === 0 || part === '') continue;
    const resource = colon === -1 ? part : part.slice(0, colon);
    const actions = scopes.get(resource) ?? new Set<string>();
    const written = colon === -1 ? [] : part.slice(colon + 1).split(',');
    for (const action of written) if (action !== '') actions.add(action);
    scopes.set(resource, actions);
  }
  return scopes;
}

/** Writes each scope as a token server is asked for it: `repository:acme/app:pull,push`. */
export function formatScopes(scopes: Scopes): readonly string[] {
  return [...scopes].map(([resource, actions]) =>
    actions.size === 0 ? resource : `${resource}:${[...actions].join(',')}`,
  );
}

/** Both wishes together, those of the first one first. */
export function mergeScopes(first: Scopes, second: Scopes): Scopes {
  const merged = new Map<string, Set<string>>();
  for (const [resource, actions] of [...first, ...second]) {
    merged.set(resource, new Set([...(merged.get(resource) ?? []), ...actions]));
  }
  return merged;
}

/** Whether a token for the one is good for the other. */
export function coversScopes(held: Scopes, wanted: Scopes): boolean {
  return [...wanted].every(([resource, actions]) => {
    const has = held.get(resource);
    return has !== undefined && (has.has('*') || [...actions].every((action) => has.has(action)));
  });
}
