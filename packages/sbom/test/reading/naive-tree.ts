/** What stands at a path. */
type Node =
  | { readonly kind: 'file'; readonly content: string }
  | { readonly kind: 'directory' }
  | { readonly kind: 'symlink'; readonly target: string };

/** A change that a layer makes; whiteouts and opaque directories come first, as engines see to it. */
export type Change =
  | { readonly kind: 'file'; readonly path: string; readonly content: string }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string }
  | { readonly kind: 'hardlink'; readonly path: string; readonly target: string }
  | { readonly kind: 'whiteout'; readonly path: string }
  | { readonly kind: 'opaque'; readonly path: string };

const parent = (path: string): string => path.split('/').slice(0, -1).join('/');
const base = (path: string): string => path.split('/').at(-1) ?? '';
const join = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('/');

/** A file system in memory to which layers are applied one after the other: slow, and easy to believe. */
export class NaiveTree {
  readonly #nodes = new Map<string, Node>();

  apply(changes: readonly Change[]): void {
    const own = new Set(changes.flatMap(({ kind, path }) => (kind === 'directory' ? [path] : [])));
    const removals = changes
      .filter(({ kind }) => kind === 'whiteout' || kind === 'opaque')
      .sort((one, other) => one.path.length - other.path.length || (one.kind === 'whiteout' ? -1 : 1));
    for (const { kind, path } of removals) {
      // What the layer makes a directory is no link any more, in whatever order its entries come.
      const top = path.split('/')[0] ?? '';
      const isOwn = own.has(top) && this.#nodes.get(top)?.kind === 'symlink';
      if (isOwn) {
        if (path === top && kind === 'whiteout') this.#remove(top);
        continue;
      }
      if (kind === 'whiteout') this.#remove(join(this.resolve(parent(path)), base(path)));
      else this.#empty(this.resolve(path));
    }
    for (const change of changes) this.#make(change);
  }

  /** Regular files and their content. */
  files(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.#nodes].flatMap(([path, node]) => (node.kind === 'file' ? [[path, node.content]] : [])),
    );
  }

  resolve(path: string): string {
    let real = '';
    const waiting = path.split('/').filter((part) => part !== '');
    for (let steps = 0; waiting.length > 0 && steps < 100; steps++) {
      const at = join(real, waiting.shift() ?? '');
      const node = this.#nodes.get(at);
      if (node?.kind !== 'symlink') real = at;
      else
        waiting.unshift(
          ...join(real, node.target)
            .split('/')
            .filter((part) => part !== ''),
        );
      if (node?.kind === 'symlink') real = '';
    }
    return real;
  }

  #make(change: Change): void {
    if (change.kind === 'whiteout' || change.kind === 'opaque') return;
    const at = join(this.resolve(parent(change.path)), base(change.path));
    for (let above = parent(at); above !== ''; above = parent(above)) {
      if (!this.#nodes.has(above)) this.#nodes.set(above, { kind: 'directory' });
    }
    const there = this.#nodes.get(at);
    if (change.kind === 'directory' && there?.kind === 'directory') return;
    // A hard link to itself changes nothing.
    if (change.kind === 'hardlink' && this.resolve(change.target) === at) return;
    this.#remove(at);
    switch (change.kind) {
      case 'hardlink': {
        const target = this.#nodes.get(join(this.resolve(parent(change.target)), base(change.target)));
        if (target !== undefined) this.#nodes.set(at, target);
        return;
      }
      case 'file':
        this.#nodes.set(at, { kind: 'file', content: change.content });
        return;
      case 'symlink':
        this.#nodes.set(at, { kind: 'symlink', target: change.target });
        return;
      case 'directory':
        this.#nodes.set(at, { kind: 'directory' });
    }
  }

  #remove(path: string): void {
    this.#nodes.delete(path);
    this.#empty(path);
  }

  #empty(path: string): void {
    for (const each of this.#nodes.keys()) {
      if (path === '' || each.startsWith(`${path}/`)) this.#nodes.delete(each);
    }
  }
}
