/** A module at a version. */
export interface ModuleVersion {
  readonly path: string;
  readonly version: string | undefined;
}

export interface Requirement {
  readonly path: string;
  readonly version: string;
  /** Needed only by what is needed (`// indirect`). */
  readonly isIndirect: boolean;
}

/** What go.mod says (Go Modules Reference, "go.mod files"). */
export interface ModFile {
  readonly module: string | undefined;
  /** `1.22.0`. */
  readonly go: string | undefined;
  /** `go1.22.5`. */
  readonly toolchain: string | undefined;
  readonly requirements: readonly Requirement[];
  readonly replacements: readonly { readonly from: ModuleVersion; readonly to: ModuleVersion }[];
  readonly exclusions: readonly ModuleVersion[];
}

/** A line's verb stands before it or before the block in parentheses that it lies in. */
export function parseModFile(text: string): ModFile {
  let block: string | undefined;
  let module: string | undefined;
  let go: string | undefined;
  let toolchain: string | undefined;
  const requirements: Requirement[] = [];
  const replacements: ModFile['replacements'][number][] = [];
  const exclusions: ModuleVersion[] = [];

  const take = (verb: string, words: readonly string[], comment: string): void => {
    const [first, second] = words;
    if (first === undefined) return;
    if (verb === 'module') module = first;
    else if (verb === 'go') go = first;
    else if (verb === 'toolchain') toolchain = first;
    else if (verb === 'require' && second !== undefined) {
      requirements.push({ path: first, version: second, isIndirect: /^\s*indirect\b/.test(comment) });
    } else if (verb === 'exclude') exclusions.push({ path: first, version: second });
    else if (verb === 'replace') {
      const arrow = words.indexOf('=>');
      const path = words[arrow + 1];
      if (arrow < 1 || path === undefined) return;
      const from = { path: first, version: arrow > 1 ? second : undefined };
      replacements.push({ from, to: { path, version: words[arrow + 2] } });
    }
  };

  for (const line of text.split('\n')) {
    const slashes = line.indexOf('//');
    const code = slashes < 0 ? line : line.slice(0, slashes);
    const comment = slashes < 0 ? '' : line.slice(slashes + 2);
    const words = (code.match(/"[^"]*"|`[^`]*`|[^\s"`]+/g) ?? []).map((word) =>
      word.replace(/^["`]|["`]$/g, ''),
    );
    const [first, second] = words;
    if (block !== undefined) {
      if (first === ')') block = undefined;
      else take(block, words, comment);
    } else if (second === '(' || first?.endsWith('(') === true) block = first?.replace(/\($/, '');
    else if (first !== undefined) take(first, words.slice(1), comment);
  }
  return { module, go, toolchain, requirements, replacements, exclusions };
}

/** The line of go.sum for a module's content; that of its go.mod alone says nothing of what is built. */
export interface ModuleSum {
  readonly path: string;
  readonly version: string;
  /** `h1:…`. */
  readonly sum: string;
}

export function parseSumFile(text: string): readonly ModuleSum[] {
  return text.split('\n').flatMap((line) => {
    const [path, version, sum] = line.trim().split(/\s+/);
    if (path === undefined || version === undefined || sum === undefined) return [];
    return version.endsWith('/go.mod') || !sum.startsWith('h1:') ? [] : [{ path, version, sum }];
  });
}
