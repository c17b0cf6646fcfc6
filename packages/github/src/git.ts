import { SuiteError } from '@artifact-lifecycle/core';

/** What git says of the checkout (`context: git`). */
export interface GitHead {
  /** `refs/heads/main`, `refs/tags/v1`, `refs/pull/2/merge`; empty where a detached commit has no name. */
  readonly ref: string;
  readonly sha: string;
}

/** Questions to git about one checkout. */
export interface GitCheckout {
  /** @param wanted the ref the workflow runs for: taken where the detached commit has several names. */
  head(wanted: string): Promise<GitHead>;
  /** When a commit was made (RFC 3339). */
  commitDate(revision: string): Promise<string>;
  /** The nearest tag with what was added to it since: `v1.2.0-3-ga1b2c3d`; empty where no tag is reachable. */
  describe(): Promise<string>;
  /** Names of all tags that were fetched. */
  tags(): Promise<readonly string[]>;
}

/** Opens the checkout in a directory. Git runs without a shell, and only when it is asked. */
export function openCheckout(directory: string): GitCheckout {
  const ask = (...words: readonly string[]): Promise<string> => runGit(directory, words);
  return {
    async head(wanted) {
      const sha = await ask('rev-parse', '--verify', 'HEAD');
      const branch = await tryGit(directory, ['symbolic-ref', '--quiet', 'HEAD']);
      if (branch !== undefined && branch !== '') return { ref: branch, sha };
      const names = await ask(
        'show',
        '--no-patch',
        '--no-show-signature',
        '--decorate=full',
        '--format=%D',
        'HEAD',
      );
      return { ref: chooseRef(names, wanted), sha };
    },
    commitDate: (revision) =>
      ask('show', '--no-patch', '--no-show-signature', '--format=%cI', '--end-of-options', revision),
    async describe() {
      // Asked first, so that a missing checkout is not taken for a missing tag.
      const sha = await ask('rev-parse', '--verify', 'HEAD');
      return (await tryGit(directory, ['describe', '--tags', sha])) ?? '';
    },
    async tags() {
      const listed = await ask('for-each-ref', '--format=%(refname:strip=2)', 'refs/tags');
      return listed.split('\n').filter((name) => name !== '');
    },
  };
}

/**
 * Chooses a name for a detached commit from git's `%D`: the one the workflow runs for, a tag, a pull request, the
 * only branch of a remote.
 */
export function chooseRef(decoration: string, wanted: string): string {
  const names = decoration.split(', ').map((name) => name.replace(/^(?:HEAD -> |tag: )/, ''));
  const refs = names.flatMap((name) => localName(name) ?? []);
  const branches = refs.filter((ref) => ref.startsWith('refs/heads/'));
  return (
    refs.find((ref) => ref === wanted) ??
    refs.find((ref) => ref.startsWith('refs/tags/')) ??
    refs.find((ref) => ref.startsWith('refs/pull/')) ??
    (new Set(branches).size === 1 ? (branches[0] ?? '') : '')
  );
}

/** What a ref of a remote is there: `refs/remotes/origin/main` is `refs/heads/main`, and `pull/2/merge` its own. */
function localName(name: string): string | undefined {
  if (/^refs\/(?:tags|heads|pull)\//.test(name)) return name;
  const pull = /^refs\/remotes\/(?:[^/]+\/)?(pull\/\d+\/(?:head|merge))$/.exec(name)?.[1];
  if (pull !== undefined) return `refs/${pull}`;
  const branch = /^refs\/remotes\/[^/]+\/(.+)$/.exec(name)?.[1];
  return branch === undefined || branch === 'HEAD' ? undefined : `refs/heads/${branch}`;
}

async function runGit(directory: string, words: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await execGit(directory, words);
  if (exitCode === 0) return stdout.trim();
  const said = stderr.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
  throw new SuiteError('INPUT_INVALID', `git ${words[0]} failed in the workspace: ${said}.`, {
    remedy:
      'Check the repository out before this step (actions/checkout; with fetch-depth: 0 where its history is asked for), as the user that runs it.',
  });
}

async function tryGit(directory: string, words: readonly string[]): Promise<string | undefined> {
  const { exitCode, stdout } = await execGit(directory, words);
  return exitCode === 0 ? stdout.trim() : undefined;
}

interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function execGit(directory: string, words: readonly string[]): Promise<GitAnswer> {
  // Eager: in the bundle's one file, but not run before git is asked.
  const { getExecOutput } = await import(/* webpackMode: "eager" */ '@actions/exec');
  try {
    return await getExecOutput('git', [...words], { cwd: directory, silent: true, ignoreReturnCode: true });
  } catch (cause) {
    throw new SuiteError('INPUT_INVALID', 'git cannot be started.', {
      remedy: 'Use a runner that has git in its path, or "context: workflow" without {{describe}}.',
      cause,
    });
  }
}
