import type { TarEntryDescription } from '@artifact-lifecycle/registry';
import type { Cataloguer } from '../cataloguers/cataloguer.ts';
import type { ContentMemory } from './content-memory.ts';
import { normalizePath } from './entry-path.ts';
import { FileGatherer } from './file-gatherer.ts';
import type { Wants } from './file-matcher.ts';
import { type Finding, readFile } from './finding.ts';
import type { HardLink } from './layer-contents.ts';
import type { TarSink } from './tar-walker.ts';
import { withinSize } from './within-size.ts';

/** A hard link whose content has to be read where its target lies. */
export interface LinkRequest {
  /** The layer that has the link. */
  readonly layer: number;
  readonly link: HardLink;
  /** Those of its cataloguers that know nothing of the target. */
  readonly wants: Wants;
}

/** Goes through a layer once more, for the content of files that hard links lead to. */
export class LinkReader implements TarSink {
  /** What came of a request; of a target that is there several times the last counts. */
  readonly findings = new Map<LinkRequest, readonly Finding[]>();
  /** Requests whose target is a hard link itself, with what that leads to. */
  readonly further = new Map<LinkRequest, string>();
  readonly #targets: ReadonlyMap<string, readonly LinkRequest[]>;
  readonly #cataloguers: readonly Cataloguer<unknown>[];
  readonly #gatherer: FileGatherer;
  #requests: readonly LinkRequest[] = [];
  #waiting: Promise<void> | undefined;

  /** @param targets requests by the path of the target, as the layer names it */
  constructor(
    targets: ReadonlyMap<string, readonly LinkRequest[]>,
    tools: { readonly cataloguers: readonly Cataloguer<unknown>[]; readonly memory: ContentMemory },
  ) {
    this.#targets = targets;
    this.#cataloguers = tools.cataloguers;
    this.#gatherer = new FileGatherer(tools.memory);
  }

  get waiting(): Promise<void> | undefined {
    return this.#waiting;
  }

  begin(entry: TarEntryDescription, size: number): boolean {
    const path = normalizePath(entry.name);
    const requests = path === undefined ? undefined : this.#targets.get(path);
    if (requests === undefined) return false;
    if (entry.type === 'hardlink') {
      const target = normalizePath(entry.linkName);
      for (const request of requests) if (target !== undefined) this.#follow(request, target);
      return false;
    }
    for (const request of requests) this.further.delete(request);
    if (entry.type !== 'file' && entry.type !== 'sparse') {
      // A hard link to a symbolic link, a device or a pipe has no content either.
      for (const request of requests) this.findings.set(request, []);
      return false;
    }
    this.#requests = requests.filter((request) => this.#isWithin(request, size));
    if (this.#requests.length === 0) return false;
    this.#waiting = this.#gatherer.begin(size)?.then(() => {
      this.#waiting = undefined;
    });
    return true;
  }

  take(bytes: Buffer): void {
    this.#gatherer.take(bytes);
  }

  end(): void {
    const bytes = this.#gatherer.content();
    for (const request of this.#requests) {
      const { path, order } = request.link;
      const { within, beyond } = withinSize(this.#cataloguers, request.wants, {
        path,
        size: bytes.length,
        order,
      });
      const read = readFile(this.#cataloguers, within, { path, bytes, order });
      this.findings.set(request, [...beyond, ...read]);
    }
    this.#gatherer.release();
  }

  close(): void {
    this.#gatherer.release();
  }

  #follow(request: LinkRequest, target: string): void {
    // The same file under another of its names.
    if (this.#targets.get(target)?.includes(request) === true) return;
    this.findings.delete(request);
    this.further.set(request, target);
  }

  #isWithin(request: LinkRequest, size: number): boolean {
    const { path, order } = request.link;
    const { within, beyond } = withinSize(this.#cataloguers, request.wants, { path, size, order });
    if (within.length === 0) this.findings.set(request, beyond);
    return within.length > 0;
  }
}
