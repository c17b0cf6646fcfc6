/** A package of a Cargo.lock. */
export interface LockedCrate {
  readonly name: string;
  readonly version: string;
  /** `registry+https://…`, `git+https://…#commit`; `undefined` for what lies in the workspace. */
  readonly source: string | undefined;
  /** SHA-256 of the crate. */
  readonly checksum: string | undefined;
  /** `libc`, `libc 0.2.54`, `libc 0.2.54 (registry+https://…)`: as much as is needed to name one. */
  readonly dependencies: readonly string[];
}

interface OpenCrate {
  name?: string;
  version?: string;
  source?: string;
  checksum?: string;
  readonly dependencies: string[];
}

/** A string as Cargo writes it, plain or with three quotes: it needs no escapes. */
const STRING = /^(?:"""([^"\\]*)"""|"([^"\\]*)"|'([^']*)')$/;

/**
 * Reads a Cargo.lock of versions 1 to 4, line by line as Cargo writes it, so that one broken package does not lose
 * the others.
 *
 * @param report takes what could not be read
 */
export function parseCargoLock(text: string, report: (reason: string) => void): readonly LockedCrate[] {
  const crates: OpenCrate[] = [];
  const checksums = new Map<string, string>();
  let section = '';
  let inDependencies = false;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const crate = section === 'package' ? crates[crates.length - 1] : undefined;
    if (inDependencies) {
      if (line.startsWith(']')) inDependencies = false;
      else for (const [, name = ''] of line.matchAll(/"([^"]*)"/g)) crate?.dependencies.push(name);
      continue;
    }
    if (line.startsWith('[')) {
      section = line.replace(/[[\]]/g, '').trim();
      if (section === 'package') crates.push({ dependencies: [] });
      continue;
    }
    const equals = line.lastIndexOf(' = ');
    const key = (equals < 0 ? line : line.slice(0, equals)).trim();
    const value = equals < 0 ? '' : line.slice(equals + 3).trim();
    if (section === 'metadata') {
      const [, name] = /^"checksum (\S+ \S+) \(.*\)"$/.exec(key) ?? [];
      if (name !== undefined) checksums.set(name, stringOf(value) ?? '');
    } else if (crate !== undefined && key === 'dependencies') {
      for (const [, name = ''] of value.matchAll(/"([^"]*)"/g)) crate.dependencies.push(name);
      inDependencies = !value.includes(']');
    } else if (
      crate !== undefined &&
      (key === 'name' || key === 'version' || key === 'source' || key === 'checksum')
    ) {
      const string = stringOf(value);
      if (string !== undefined) crate[key] = string;
    }
  }
  return crates.flatMap(({ name, version, source, checksum, dependencies }): readonly LockedCrate[] => {
    if (name === undefined || version === undefined) {
      report(
        `A package ${name === undefined ? 'has no name' : `named ${JSON.stringify(name)} has no version`}.`,
      );
      return [];
    }
    return [
      { name, version, source, checksum: checksum ?? checksums.get(`${name} ${version}`), dependencies },
    ];
  });
}

function stringOf(text: string): string | undefined {
  const [, long, plain, single] = STRING.exec(text) ?? [];
  return long ?? plain ?? single;
}
