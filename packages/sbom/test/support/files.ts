import { basename, dirname } from 'node:path/posix';
import type {
  Cataloguer,
  Evidence,
  FileSelection,
  FoundFile,
  Scene,
} from '../../src/cataloguers/cataloguer.ts';
import { looksExecutable } from '../../src/cataloguers/executable/executable.ts';
import type { FoundPackage } from '../../src/inventory/package.ts';

/** What one cataloguer made of files. */
export interface Catalogued {
  readonly packages: readonly FoundPackage[];
  /** `path: reason`, in the order they were reported. */
  readonly reports: readonly string[];
}

export function foundFile(path: string, content: string | Buffer): FoundFile {
  const bytes = Buffer.from(content);
  return { path, bytes, text: () => bytes.toString('utf8').replace(/^\uFEFF/, '') };
}

/** Whether a cataloguer wants a file, by the words of `FileSelection`. */
export function wants(selection: FileSelection, path: string, bytes: Buffer = Buffer.alloc(0)): boolean {
  if (selection.executables === true && looksExecutable(bytes)) return true;
  const name = basename(path);
  const isNamed =
    selection.names?.includes(name) === true ||
    selection.extensions?.some((end) => name.toLowerCase().endsWith(end)) === true ||
    selection.suffixes?.some((end) => `/${path}`.endsWith(`/${end}`)) === true ||
    selection.folders?.some((folder) => `/${dirname(path)}`.endsWith(`/${folder}`)) === true;
  return isNamed && (selection.accepts?.(path) ?? true);
}

/** Runs one cataloguer over files by path, as the reader would: what it does not want it does not see. */
export function catalogue<Facts>(
  cataloguer: Cataloguer<Facts>,
  files: Readonly<Record<string, string | Buffer>>,
  scene: Partial<Scene> = {},
): Catalogued {
  const reports: string[] = [];
  const evidence: Evidence<Facts>[] = [];
  for (const [path, content] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const file = foundFile(path, content);
    if (!wants(cataloguer.selects, path, file.bytes)) continue;
    let facts: Facts | undefined;
    try {
      facts = cataloguer.read(file, (reason) => reports.push(`${path}: ${reason}`));
    } catch (error) {
      reports.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
    }
    // The reader uses its buffer again: facts that kept a part of it would change.
    file.bytes.fill(0);
    if (facts !== undefined) evidence.push({ path, layer: undefined, facts, earlier: [] });
  }
  const packages = cataloguer.assemble(evidence, {
    origin: 'image',
    os: undefined,
    architecture: undefined,
    resolve: (path) => path,
    report: (path, reason) => reports.push(`${path}: ${reason}`),
    ...scene,
  });
  return { packages, reports };
}
