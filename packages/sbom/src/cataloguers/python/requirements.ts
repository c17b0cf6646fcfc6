import { posix } from 'node:path';
import type { PackageScope } from '../../inventory/package.ts';
import { parseHash } from '../hash.ts';
import { chooseFile, fromRepository, type LockedPackage, type LockFile, type Origin } from './locked.ts';
import { isProjectName, leadingName, normalizeName } from './requirement.ts';

/** More pins than any project has; each costs a package. */
const MAX_PINS = 50_000;

/** Longer lines are nobody's requirement: five hundred hashes are 40 000 characters. */
const MAX_LINE_LENGTH = 200_000;

/** A requirement with the comments below it, in which pip-compile and uv say who asked for it. */
interface Entry {
  readonly text: string;
  readonly via: string[];
}

/**
 * Reads a requirements file of pip: exact pins (`==`, `===`) with their hashes, and addresses. Options are passed
 * over; files that `-r` and `-c` name are files of their own. Where pip-compile or uv wrote it, its comments are
 * the edges of the graph.
 */
export function parseRequirements(bytes: Buffer, path: string): LockFile {
  const entries = readEntries(decode(bytes));
  const hasEdges = entries.some(({ via }) => via.length > 0);
  const pins = entries.flatMap((entry) => asPin(entry) ?? []).slice(0, MAX_PINS);
  const pinned = new Set(pins.map(({ name }) => normalizeName(name)));
  const requires = new Map<string, string[]>();
  for (const { name, via } of pins) {
    for (const parent of via) {
      if (!isPackage(parent, pinned)) continue;
      const needs = requires.get(normalizeName(parent));
      if (needs === undefined) requires.set(normalizeName(parent), [name]);
      else needs.push(name);
    }
  }
  const scope = scopeOf(path);
  const packages = pins.map(
    ({ name, version, via, origin }): LockedPackage => ({
      name,
      version,
      scope,
      requires: (requires.get(normalizeName(name)) ?? []).map((each) => ({ name: normalizeName(each) })),
      isDirect: !hasEdges || via.length === 0 || via.some((parent) => !isPackage(parent, pinned)),
      origin,
    }),
  );
  return { packages, hasEdges, unpinned: entries.flatMap(({ text }) => findUnpinned(text) ?? []) };
}

/** pip reads what its byte order mark says, and UTF-8 else; PowerShell writes UTF-16. */
function decode(bytes: Buffer): string {
  const isUtf16 = bytes.length >= 2 && bytes[0] === 0xff && bytes[1] === 0xfe;
  return bytes.toString(isUtf16 ? 'utf16le' : 'utf8').replace(/^\uFEFF/, '');
}

/** Logical lines without comments and options, each with who asked for it. */
function readEntries(text: string): readonly Entry[] {
  const entries: Entry[] = [];
  let joined = '';
  let isVia = false;
  for (const raw of text.split('\n')) {
    const line = raw.length > MAX_LINE_LENGTH ? '' : raw.replace(/\s+/g, ' ').trimEnd();
    const comment = /^ ?#(.*)$/.exec(line)?.[1]?.trim();
    if (comment !== undefined) {
      // `# via flask`, or `# via` and one of them a line, indented below what they speak of.
      isVia = line.startsWith(' ') && (isVia || comment === 'via' || comment.startsWith('via '));
      const parent = comment.replace(/^via ?/, '');
      if (isVia && parent !== '') entries.at(-1)?.via.push(parent);
      continue;
    }
    isVia = false;
    if (line.endsWith('\\') && joined.length < MAX_LINE_LENGTH) {
      joined += `${line.slice(0, -1)} `;
      continue;
    }
    addEntry(entries, `${joined}${line}`);
    joined = '';
  }
  addEntry(entries, joined);
  return entries;
}

/** White space is single here, so that no pattern below looks at it twice. */
function addEntry(entries: Entry[], joined: string): void {
  const line = joined.replace(/\s+/g, ' ').trim();
  const comment = / # ?via (.+)$/.exec(line)?.[1];
  const text = line.replace(/(?:^| )#.*$/, '');
  const requirement = text.replace(/^(?:-e|--editable)[ =] ?/, '');
  if (requirement === '' || requirement.startsWith('-')) return;
  const via = comment === undefined ? [] : comment.split(',').map((each) => each.trim());
  entries.push({ text: requirement, via });
}

interface Pin {
  readonly name: string;
  readonly version: string | undefined;
  readonly via: readonly string[];
  readonly origin: Origin | undefined;
}

/** `Name[extra] == 1.0`, and a `#comment` that stands without a space; wildcards pin nothing. */
const PIN =
  /^[A-Za-z0-9._-]+ ?(?:\[[^\]]*\])? ?\(? ?={2,3} ?([A-Za-z0-9][A-Za-z0-9._+!-]*)\)?(?: ?[;@#,]| |$)/;

function asPin({ text, via }: Entry): Pin | undefined {
  const name = leadingName(text);
  const address = addressIn(text);
  const version = name === undefined ? undefined : PIN.exec(text)?.[1];
  if (name === undefined || version === undefined) {
    const isNamed = name !== undefined && !/^[a-z+]+:/i.test(text);
    return address === undefined ? undefined : fromAddress(address, via, isNamed ? name : undefined);
  }
  const hashes = [...text.matchAll(/--hash[= ]([^ ]+)/g)].flatMap(([, hash = '']) => parseHash(hash) ?? []);
  // Several are of several files, of which nobody knows which was installed.
  return { name, version, via, origin: hashes.length === 1 ? { hashes } : undefined };
}

/** The address in `name @ https://…` or in a line that is nothing else. */
function addressIn(text: string): string | undefined {
  return /(?:^|@ ?)((?:git|hg|svn|bzr)\+[a-z+]+:\/\/\S+|https?:\/\/\S+)/i.exec(text)?.[1];
}

function fromAddress(address: string, via: readonly string[], known: string | undefined): Pin | undefined {
  const [location = '', fragment = ''] = address.split('#');
  const egg = known ?? /(?:^|&)egg=([A-Za-z0-9._-]+)/.exec(fragment)?.[1];
  const [, kind, rest] = /^(git|hg|svn|bzr)\+(.+)$/i.exec(location) ?? [];
  if (kind !== undefined && rest !== undefined) {
    const at = rest.lastIndexOf('@');
    const hasReference = at > rest.indexOf('/', rest.indexOf('://') + 3);
    const [url, commit] = hasReference ? [rest.slice(0, at), rest.slice(at + 1)] : [rest, undefined];
    return asNamed(egg, undefined, via, fromRepository(kind.toLowerCase(), url, commit));
  }
  const [name, version] = posix
    .basename(location)
    .replace(/\.(?:tar\.[a-z0-9]+|zip|whl)$/, '')
    .split('-');
  const hash = /(?:^|&)(sha256=[0-9a-f]{64})/.exec(fragment)?.[1]?.replace('=', ':');
  const ofFile = version !== undefined && /^[0-9]/.test(version) ? version : undefined;
  return asNamed(egg ?? name, ofFile, via, chooseFile([{ name: location, hash }]));
}

/** What an address leads to; `undefined` where nobody knows its name, or nothing may be told of it. */
function asNamed(
  name: string | undefined,
  version: string | undefined,
  via: readonly string[],
  origin: Origin | undefined,
): Pin | undefined {
  const isKnown = version !== undefined || origin?.vcs !== undefined;
  return name !== undefined && isProjectName(name) && isKnown ? { name, version, via, origin } : undefined;
}

function findUnpinned(text: string): string | undefined {
  const name = leadingName(text);
  if (name === undefined || PIN.test(text) || addressIn(text) !== undefined) return undefined;
  return /^[A-Za-z0-9._-]+ ?(?:\[[^\]]*\])? ?(?:$|[;(<>=!~])/.test(text) ? name : undefined;
}

/** `-r requirements.in`, `acme (pyproject.toml)` and names that are not pinned are the project. */
function isPackage(via: string, pinned: ReadonlySet<string>): boolean {
  return !via.startsWith('-') && !via.includes('(') && pinned.has(normalizeName(via));
}

/** `requirements-dev.txt`, `requirements/test.txt`. */
function scopeOf(path: string): PackageScope {
  const words = path
    .split('/')
    .slice(-2)
    .join('/')
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.some((word) => /^(?:dev|develop|development|tests?|testing|lint|docs?|ci)$/.test(word))
    ? 'development'
    : 'required';
}
