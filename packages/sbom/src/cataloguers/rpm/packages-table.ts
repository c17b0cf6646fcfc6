import { type ReadHeaders, type RpmPackage, readHeaders } from './rpm-package.ts';
import {
  type Cell,
  type Node,
  type Pages,
  readDatabaseHeader,
  readNode,
  readOverflow,
  readRecord,
} from './sqlite.ts';
import type { LogPages } from './sqlite-log.ts';

/** A row of the table `Packages`, with the pages it lies on. */
interface StoredRow extends Omit<Cell, 'local'> {
  readonly chain: readonly number[];
  readonly package: RpmPackage | undefined;
}

type StoredNode =
  | { readonly kind: 'interior'; readonly children: readonly number[] }
  | { readonly kind: 'leaf'; readonly rows: readonly StoredRow[] };

/** The table `Packages` with the shape of its tree, so that a log can be replayed when the database is gone. */
export interface PackagesTable {
  readonly root: number;
  readonly usable: number;
  readonly pageSize: number;
  readonly nodes: ReadonlyMap<number, StoredNode>;
}

/** What a table or a replayed table holds. */
export interface TablePackages {
  readonly packages: readonly RpmPackage[];
  readonly broken: number;
  readonly isCut: boolean;
}

/** Reads an rpmdb.sqlite; `undefined` where it is no SQLite database or has no such table. */
export function readPackagesTable(
  bytes: Buffer,
  rootFolder: string,
): (TablePackages & { readonly table: PackagesTable | undefined }) | undefined {
  const header = readDatabaseHeader(bytes);
  if (header === undefined) return undefined;
  const { pageSize, usable } = header;
  const count = Math.floor(bytes.length / pageSize);
  const pages: Pages = {
    usable,
    page: (number) =>
      number >= 1 && number <= count ? bytes.subarray((number - 1) * pageSize, number * pageSize) : undefined,
  };
  const root = findTable(pages);
  if (root === undefined) return undefined;

  let broken = 0;
  const used = new Set<number>();
  const leaves: { number: number; rows: Omit<StoredRow, 'package'>[]; blobs: Buffer[] }[] = [];
  const nodes = new Map<number, StoredNode>();
  for (const { number, node } of walk(pages, root, () => broken++)) {
    if (node.kind === 'interior') nodes.set(number, node);
    else {
      const leaf = { number, rows: [] as Omit<StoredRow, 'package'>[], blobs: [] as Buffer[] };
      for (const { local, ...cell } of node.cells) {
        const whole = readOverflow({ local, ...cell }, pages, used);
        const blob = whole && readRecord(whole.record)[1];
        if (!whole || !(blob instanceof Buffer)) broken++;
        else {
          leaf.rows.push({ ...cell, chain: whole.chain });
          leaf.blobs.push(blob);
        }
      }
      leaves.push(leaf);
    }
  }
  const read = readHeaders(
    leaves.flatMap(({ blobs }) => blobs),
    rootFolder,
  );
  let at = 0;
  for (const { number, rows } of leaves) {
    nodes.set(number, { kind: 'leaf', rows: rows.map((row) => ({ ...row, package: read.packages[at++] })) });
  }
  const table = header.usesLog ? { root, usable, pageSize, nodes } : undefined;
  return { ...onlyPackages(read), broken: broken + read.broken, table };
}

/** Finds where a table begins, in the schema, which begins on page 1. */
function findTable(pages: Pages): number | undefined {
  for (const { node } of walk(pages, 1, () => undefined)) {
    if (node.kind !== 'leaf') continue;
    for (const cell of node.cells) {
      const record = readOverflow(cell, pages, new Set())?.record;
      const [type, name, , root] = record === undefined ? [] : readRecord(record);
      if (String(type) === 'table' && String(name) === 'Packages' && typeof root === 'number') return root;
    }
  }
  return undefined;
}

/** Visits a tree's pages from the left, each once whatever they say of each other. */
function* walk(pages: Pages, root: number, broken: () => void): Generator<{ number: number; node: Node }> {
  const seen = new Set<number>();
  const waiting = [root];
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    const page = seen.has(number) ? undefined : pages.page(number);
    seen.add(number);
    const node = page && readNode(page, number, pages.usable);
    if (node === undefined) {
      broken();
      continue;
    }
    yield { number, node };
    if (node.kind === 'interior') for (const child of [...node.children].reverse()) waiting.push(child);
  }
}

/**
 * Replays a log over a table: pages that are in the log count, and of the others what was read of them. A row whose
 * pages changed in part only cannot be put together any more and counts as broken.
 */
export function replayLog(
  table: PackagesTable | undefined,
  log: LogPages,
  rootFolder: string,
): TablePackages {
  const first = log.pages.get(1);
  const usable = (first && readDatabaseHeader(first)?.usable) ?? table?.usable;
  const root = usable === undefined ? undefined : (findTable(pagesOf(log, usable)) ?? table?.root);
  const fits = table === undefined || table.pageSize === log.pageSize;
  if (usable === undefined || root === undefined || !fits) return { packages: [], broken: 1, isCut: false };
  const pages = pagesOf(log, usable);
  const stored = new Map<number, StoredRow>();
  for (const node of table?.nodes.values() ?? []) {
    if (node.kind === 'leaf')
      for (const row of node.rows) if (row.overflow !== 0) stored.set(row.overflow, row);
  }
  const isUnchanged = (row: StoredRow) => !row.chain.some((number) => log.pages.has(number));

  let broken = 0;
  const found: (RpmPackage | undefined)[] = [];
  const blobs: Buffer[] = [];
  const used = new Set<number>();
  const readCell = (cell: Cell) => {
    const known = stored.get(cell.overflow);
    if (known?.rowid === cell.rowid && known.size === cell.size && isUnchanged(known))
      found.push(known.package);
    else {
      const whole = readOverflow(cell, pages, used);
      const blob = whole && readRecord(whole.record)[1];
      if (blob instanceof Buffer) blobs.push(blob);
      else broken++;
    }
  };
  const seen = new Set<number>();
  const waiting = [root];
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    const page = log.pages.get(number);
    const node = seen.has(number)
      ? undefined
      : page
        ? readNode(page, number, usable)
        : table?.nodes.get(number);
    seen.add(number);
    if (node === undefined) broken++;
    else if (node.kind === 'interior') waiting.push(...[...node.children].reverse());
    else if ('cells' in node) for (const cell of node.cells) readCell(cell);
    else for (const row of node.rows) isUnchanged(row) ? found.push(row.package) : broken++;
  }
  const read = readHeaders(blobs, rootFolder);
  const packages = [...found, ...read.packages].filter((each) => each !== undefined);
  return { packages, broken: broken + read.broken, isCut: read.isCut };
}

function pagesOf(log: LogPages, usable: number): Pages {
  return { usable, page: (number) => log.pages.get(number) };
}

function onlyPackages(read: ReadHeaders): Pick<TablePackages, 'packages' | 'isCut'> {
  return { packages: read.packages.filter((each) => each !== undefined), isCut: read.isCut };
}
