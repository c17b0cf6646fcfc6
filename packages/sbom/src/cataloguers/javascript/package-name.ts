/** npm allows 214 characters; older packages are a little longer. */
const MAX_NAME_LENGTH = 512;

const NAME = /^(?:@[^/\s@]+\/)?[^/\s@][^/\s]*$/;

/** Whether a text can be the name of a package on npm, with its scope: `lodash`, `@babel/core`. */
export function isPackageName(text: string): boolean {
  return text.length <= MAX_NAME_LENGTH && NAME.test(text) && text !== '.' && text !== '..';
}

/** Namespace and name as a purl has them. */
export function splitScope(name: string): { readonly namespace: string | undefined; readonly name: string } {
  const slash = name.startsWith('@') ? name.indexOf('/') : -1;
  if (slash < 0) return { namespace: undefined, name };
  return { namespace: name.slice(0, slash), name: name.slice(slash + 1) };
}

/** Name and the rest of `lodash@4.17.21` and `@babel/core@npm:7.0.0`; no rest where there is no `@` after the name. */
export function splitSpecifier(text: string): { readonly name: string; readonly rest: string | undefined } {
  const at = text.indexOf('@', 1);
  if (at < 0) return { name: text, rest: undefined };
  return { name: text.slice(0, at), rest: text.slice(at + 1) };
}
