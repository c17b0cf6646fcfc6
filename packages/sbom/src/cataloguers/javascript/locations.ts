/** Hosts that package.json abbreviates (npm, "repository"). */
const HOSTS: ReadonlyMap<string, string> = new Map([
  ['github', 'https://github.com/'],
  ['gitlab', 'https://gitlab.com/'],
  ['bitbucket', 'https://bitbucket.org/'],
  ['gist', 'https://gist.github.com/'],
]);

const SHORTHAND = /^(?:(github|gitlab|bitbucket|gist):)?([\w.~-]+(?:\/[\w.~-]+)*)$/;

/** `github.com/owner/repo`: no owner's name has a dot. */
const BARE = /^[\w-]+\.[\w.-]+\/./;

/** `git@github.com:owner/repo.git`, as scp writes it. */
const SCP = /^[\w.-]+@([\w.-]+):([^:]+)$/;

/**
 * Where a repository of source can be seen, as an `https` URL where that is known: of `owner/repo`,
 * `github:owner/repo`, `git@host:owner/repo.git`, `git+ssh://…`, `git://…`. `undefined` for what is none.
 */
export function parseRepository(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (BARE.test(text)) return webUrl(`https://${text}`);
  const [, host = 'github', path = ''] = SHORTHAND.exec(text) ?? [];
  if (path.includes('/') || (path !== '' && host === 'gist')) return `${HOSTS.get(host)}${path}`;
  const [, server, place] = SCP.exec(text) ?? [];
  if (server !== undefined) return webUrl(`https://${server}/${place}`);
  return webUrl(text.replace(/^git\+/, '').replace(/^(?:git|ssh):\/\//, 'https://'));
}

/**
 * A URL of the web, without credentials; `undefined` for what is none.
 */
export function webUrl(text: string | undefined): string | undefined {
  if (text === undefined || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  url.username = '';
  url.password = '';
  return url.href;
}

/**
 * Where a package itself can be downloaded, as a lock file says. Credentials go, and so do query and fragment:
 * mirrors put timestamps and tokens there.
 */
export function downloadUrl(resolved: string | undefined): string | undefined {
  const text = webUrl(resolved);
  if (text === undefined) return undefined;
  const url = new URL(text);
  url.search = '';
  url.hash = '';
  return url.href;
}

/** Whether a lock file took a package from a git repository: `git+ssh://…#commit`. */
export function isGit(resolved: string): boolean {
  return /^git(?:\+[a-z]+)?:/.test(resolved) || /\.git#(?:commit=)?[\da-f]+$/.test(resolved);
}
