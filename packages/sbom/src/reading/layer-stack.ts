import { baseOf, joinPath, parentOf, pathSegments } from './entry-path.ts';
import type { LayerTree } from './layer-tree.ts';
import { MAX_ALIASES, MAX_LINKS_FOLLOWED } from './limits.ts';

/** A directory of a layer that is a symbolic link there or below: what lies in it lies elsewhere. */
interface Alias {
  /** As the layer names it: `lib`. */
  readonly written: string;
  /** Where it leads: `usr/lib`. */
  readonly real: string;
}

/** A name that a layer may have for a path. */
interface Form {
  readonly path: string;
  /** Length of the alias it begins with: up to there it is the link's own path. */
  readonly aliasLength: number;
}

/**
 * Layers on each other, from the base up: which paths are there in the end, and which paths are the same. Knows of
 * each layer what {@link LayerTree} knows, and no tree.
 *
 * Paths here are real ones: `usr/lib/x` where a layer has `lib/x` and `lib` is a symbolic link to `usr/lib`. Engines
 * that unpack a layer onto the ones below (containerd) follow such a link; a directory that the layer has an entry
 * for takes its place.
 */
export class LayerStack {
  readonly #trees: readonly LayerTree[];
  readonly #top: number;
  readonly #aliases: (readonly Alias[])[] = [];
  readonly #barriers = new Map<string, number>();
  readonly #links = new Map<string, string | undefined>();

  constructor(trees: readonly LayerTree[]) {
    this.#trees = trees;
    this.#top = trees.length - 1;
    this.#findAliases();
  }

  /** The real path of an entry of a layer. */
  realPath(layer: number, path: string): string {
    let longest: Alias | undefined;
    for (const alias of this.#aliases[layer] ?? []) {
      const isLonger = longest === undefined || alias.written.length > longest.written.length;
      if (isLonger && path.startsWith(`${alias.written}/`)) longest = alias;
    }
    if (longest === undefined) return path;
    return joinPath(longest.real, path.slice(longest.written.length + 1));
  }

  /** Whether a layer above replaces or removes what a layer has at a real path. */
  isHidden(layer: number, path: string): boolean {
    if (this.#barrier(parentOf(path)) > layer) return true;
    for (let above = this.#top; above > layer; above--) if (this.#replaces(above, path)) return true;
    return false;
  }

  /** The names under which a layer may have an entry for a real path. */
  namesOf(layer: number, path: string): readonly string[] {
    return this.#forms(layer, path).flatMap((form) =>
      form.path.length === form.aliasLength ? [] : [form.path],
    );
  }

  /** Whether a layer has an entry of a name; nobody knows of the lowest. */
  has(layer: number, name: string): boolean {
    return this.#trees[layer]?.entries.has(name) === true;
  }

  /** Where a path leads that an entry of a layer names as its target: links of directories followed, its own not. */
  realTarget(layer: number, path: string): string {
    const directory = this.#follow(parentOf(path), layer);
    return directory === undefined ? path : joinPath(directory, baseOf(path));
  }

  /** Follows symbolic links in a path, the last part included; the path itself where they lead nowhere. */
  resolve(path: string): string {
    return this.#follow(path, this.#top) ?? path;
  }

  /** The highest layer that cuts off what lower ones have in a directory; -1 where none does. */
  #barrier(directory: string): number {
    const known = this.#barriers.get(directory);
    if (known !== undefined) return known;
    let barrier = directory === '' ? -1 : this.#barrier(parentOf(directory));
    for (let layer = this.#top; layer > barrier; layer--) {
      if (this.#cuts(layer, directory)) barrier = layer;
    }
    this.#barriers.set(directory, barrier);
    return barrier;
  }

  /** Whether a layer has something at this very path that hides what lies in it below. */
  #cuts(layer: number, directory: string): boolean {
    const tree = this.#trees[layer];
    if (tree === undefined) return false;
    return this.#forms(layer, directory).some(({ path, aliasLength }) => {
      if (tree.opaque.has(path)) return true;
      // The link that leads here does not stand in the way of what lies behind it.
      if (path.length === aliasLength) return false;
      return tree.whiteouts.has(path) || tree.nonDirectories.has(path);
    });
  }

  #replaces(layer: number, path: string): boolean {
    const tree = this.#trees[layer];
    if (tree === undefined) return false;
    return this.#forms(layer, path).some(
      (form) =>
        form.path.length !== form.aliasLength &&
        (tree.entries.has(form.path) || tree.whiteouts.has(form.path)),
    );
  }

  #forms(layer: number, path: string): readonly Form[] {
    const aliases = this.#aliases[layer] ?? [];
    if (aliases.length === 0) return [{ path, aliasLength: -1 }];
    const forms: Form[] = [];
    if (this.realPath(layer, path) === path) forms.push({ path, aliasLength: -1 });
    for (const { written, real } of aliases) {
      const aliasLength = written.length;
      if (path === real) forms.push({ path: written, aliasLength });
      const isInside = real === '' ? path !== '' : path.startsWith(`${real}/`);
      if (!isInside) continue;
      const form = joinPath(written, real === '' ? path : path.slice(real.length + 1));
      if (this.realPath(layer, form) === path) forms.push({ path: form, aliasLength });
    }
    return forms;
  }

  /** The target of the symbolic link that stands at a real path once layers up to this one are applied. */
  #linkAt(path: string, upTo: number): string | undefined {
    if (upTo === this.#top && this.#links.has(path)) return this.#links.get(path);
    const target = this.#findLink(path, upTo);
    if (upTo === this.#top) this.#links.set(path, target);
    return target;
  }

  #findLink(path: string, upTo: number): string | undefined {
    for (let layer = upTo; layer >= 0; layer--) {
      const symlinks = this.#trees[layer]?.symlinks;
      if (symlinks !== undefined && symlinks.size > 0) {
        for (const form of this.#forms(layer, path)) {
          const target = form.path.length === form.aliasLength ? undefined : symlinks.get(form.path);
          if (target !== undefined) return target;
        }
      }
      if (this.#replaces(layer, path)) return undefined;
      for (let above = path; above !== ''; ) {
        above = parentOf(above);
        if (this.#cuts(layer, above)) return undefined;
      }
    }
    return undefined;
  }

  #follow(path: string, upTo: number): string | undefined {
    const waiting = pathSegments(path).toReversed();
    let real = '';
    let links = 0;
    for (let segment = waiting.pop(); segment !== undefined; segment = waiting.pop()) {
      if (segment === '..') {
        real = parentOf(real);
        continue;
      }
      const next = joinPath(real, segment);
      const target = this.#linkAt(next, upTo);
      if (target === undefined) {
        real = next;
        continue;
      }
      links++;
      if (links > MAX_LINKS_FOLLOWED) return undefined;
      if (target.startsWith('/')) real = '';
      waiting.push(...pathSegments(target).toReversed());
    }
    return real;
  }

  /**
   * Finds the directories that a layer writes through a link. Writers of layers give the real paths, so that there
   * are next to none: a link that nothing lies in is dismissed by one look.
   */
  #findAliases(): void {
    const candidates = new Set<string>();
    for (const [layer, tree] of this.#trees.entries()) {
      for (const written of tree.symlinks.keys()) {
        candidates.add(written);
        candidates.add(this.realPath(layer, written));
      }
      const aliases: Alias[] = [];
      for (const written of candidates) {
        if (!tree.parents.has(written) || aliases.length >= MAX_ALIASES) continue;
        const real = this.#realDirectory(layer, written);
        if (real !== written) aliases.push({ written, real });
      }
      this.#aliases.push(aliases);
    }
  }

  /** Where a directory that a layer names leads, with the links of that layer and those below. */
  #realDirectory(layer: number, written: string): string {
    const tree = this.#trees[layer];
    let name = '';
    let real = '';
    let isCut = false;
    for (const segment of pathSegments(written)) {
      isCut ||= tree?.opaque.has(name) === true;
      name = joinPath(name, segment);
      isCut ||= tree?.whiteouts.has(name) === true;
      const own = tree?.symlinks.get(name);
      const isOwn = isCut || tree?.entries.has(name) === true;
      const next = joinPath(real, segment);
      const target = own ?? (isOwn ? undefined : this.#linkAt(next, layer - 1));
      const from = target?.startsWith('/') === true ? '' : `${real}/`;
      real = target === undefined ? next : (this.#follow(`${from}${target}`, layer) ?? next);
    }
    return real;
  }
}
