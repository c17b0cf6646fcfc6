import type { BuildInfo, BuildModule } from './build-info.ts';

/** What Go writes where it knows no version. */
const DEVELOPMENT = '(devel)';

/** Names of variables that hold a version, in the order they are trusted. */
const VERSION_VARIABLES = [
  'version',
  'ver',
  'gitversion',
  'buildversion',
  'appversion',
  'releaseversion',
  'tag',
  'gittag',
  'buildtag',
];

/** `1.2`, `v1.2.3-rc.1+meta`; a path before it is left out (`refs/tags/v1.2.3`). */
const VERSION = /^(?:[^\s/]+\/)*(v?\d+\.\d+(?:\.\d+)?(?:[-+.~][\w.+~-]*)?)$/;

/** A revision in a pseudo-version has twelve digits (Go Modules Reference, "Pseudo-versions"). */
const REVISION_DIGITS = 12;

/**
 * The version of a binary's main module: what Go recorded; otherwise what the linker was told to set a variable
 * of that name to (`-ldflags "-X main.version=v1.2.3"`); otherwise the pseudo-version of the commit it was built
 * from. `undefined` where nothing says it.
 */
export function versionOfMain(main: BuildModule, info: BuildInfo): string | undefined {
  if (main.version !== '' && main.version !== DEVELOPMENT) return main.version;
  return (
    versionFromLinker(info.settings.get('-ldflags') ?? '', main.path) ?? versionFromCommit(info.settings)
  );
}

/** Variables of package main count before those of the module's other packages, and these before foreign ones. */
function versionFromLinker(flags: string, modulePath: string): string | undefined {
  const found = new Map<string, Set<string>>();
  for (const { variable, value } of assignments(flags)) {
    const version = VERSION.exec(value)?.[1];
    const dot = variable.lastIndexOf('.');
    const rank = VERSION_VARIABLES.indexOf(variable.slice(dot + 1).toLowerCase());
    if (version === undefined || dot < 0 || rank < 0) continue;
    const packagePath = variable.slice(0, dot);
    const isOwn = packagePath === modulePath || packagePath.startsWith(`${modulePath}/`);
    const tier = packagePath === 'main' ? 0 : isOwn ? 1 : 2;
    const key = `${tier}${rank}`;
    found.set(key, (found.get(key) ?? new Set()).add(version.startsWith('v') ? version : `v${version}`));
  }
  // Two that contradict each other prove nothing.
  const agreed = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).find(([, versions]) => versions.size === 1);
  return agreed === undefined ? undefined : [...agreed[1]][0];
}

interface Assignment {
  readonly variable: string;
  readonly value: string;
}

/** `-X a.b=c` and `-X=a.b=c`, in quotes or without, in the linker's flags. */
function assignments(flags: string): readonly Assignment[] {
  const words = [...flags.matchAll(/'[^']*'|"[^"]*"|[^\s'"]+/g)].map(([word]) =>
    word.replace(/^(['"])(.*)\1$/s, '$2'),
  );
  const found: Assignment[] = [];
  for (const [index, word] of words.entries()) {
    let text: string | undefined;
    if (word === '-X' || word === '--X' || word === '-X=') text = words[index + 1];
    else if (word.startsWith('-X=')) text = word.slice(3);
    else if (word.startsWith('-X ')) text = word.slice(3).trim();
    const equals = text?.indexOf('=') ?? -1;
    if (text === undefined || equals < 0) continue;
    // `-X main.version="1.2"` comes in two words.
    const value = equals === text.length - 1 ? words[index + 2] : text.slice(equals + 1);
    if (value !== undefined) found.push({ variable: text.slice(0, equals), value: value.trim() });
  }
  return found;
}

function versionFromCommit(settings: ReadonlyMap<string, string>): string | undefined {
  const revision = settings.get('vcs.revision');
  const time = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/.exec(settings.get('vcs.time') ?? '');
  if (revision === undefined || time === null || !/^[0-9a-f]{12,}$/.test(revision)) return undefined;
  return `v0.0.0-${time.slice(1).join('')}-${revision.slice(0, REVISION_DIGITS)}`;
}

/** The version of the standard library by that of Go: `1.22.1` of `go1.22.1 X:loopvar`, as advisories name it. */
export function versionOfStandardLibrary(goVersion: string): string | undefined {
  return /(?:^|[\s+])go(\d[^\s]*?)(?:-X:\S*)?(?:\s|$)/.exec(goVersion)?.[1];
}

/** Whether a module was replaced by a folder on the disk of whoever built it. */
export function isLocalPath(path: string): boolean {
  return /^(?:\.{1,2}(?:[/\\]|$)|\/|[A-Za-z]:[/\\])/.test(path);
}
