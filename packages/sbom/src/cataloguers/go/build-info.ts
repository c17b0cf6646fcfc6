import { bytesAt, type Executable, readExecutables, sectionBytes } from '../executable/executable.ts';
import { readUInt32, readUInt64 } from '../executable/extent.ts';

/** A module as a binary records it. */
export interface BuildModule {
  readonly path: string;
  readonly version: string;
  /** `h1:…` of go.sum; empty where nobody computed one. */
  readonly sum: string;
  readonly replacedBy?: Omit<BuildModule, 'replacedBy'> | undefined;
}

/** What Go's linker records in a binary, as `go version -m` shows it (debug/buildinfo). */
export interface BuildInfo {
  /** `go1.22.1 X:loopvar`. */
  readonly goVersion: string;
  /** The main package. */
  readonly path: string;
  readonly main: BuildModule | undefined;
  readonly dependencies: readonly BuildModule[];
  readonly settings: ReadonlyMap<string, string>;
}

const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1');
const ALIGNMENT = 16;
const HEADER = 32;
/** Bit 1 of the flags: strings stand behind the header (Go 1.18); bit 0: pointers are big endian. */
const [INLINE, BIG_ENDIAN] = [2, 1];

/** Sentinels of 16 bytes stand before and after the list of modules (cmd/go/internal/modload, "infoStart"). */
const SENTINEL = 16;

/** The largest binaries there are name some thousand modules in less than one MB. */
const LONGEST_LIST = 8 * 1024 * 1024;
const LONGEST_VERSION = 1024;

/**
 * Reads what Go recorded in an executable. `undefined` for what no Go linker made, and for programs that merely
 * contain the magic bytes, as those that look for it do: it counts only where the linker puts it, aligned, and with
 * a version of Go behind it.
 */
export function readBuildInfo(bytes: Buffer): BuildInfo | undefined {
  for (const executable of readExecutables(bytes)) {
    const info = findBuildInfo(executable);
    if (info !== undefined) return info;
  }
  return undefined;
}

function findBuildInfo(executable: Executable): BuildInfo | undefined {
  const place = sectionBytes(executable, '.go.buildinfo', '__go_buildinfo') ?? dataOf(executable);
  if (place === undefined) return undefined;
  for (let at = place.indexOf(MAGIC); at >= 0; at = place.indexOf(MAGIC, at + 1)) {
    if (at % ALIGNMENT !== 0 || at + HEADER > place.length) continue;
    const strings = readStrings(executable, place, at);
    if (strings !== undefined) return parseBuildInfo(strings.version, strings.modules);
  }
  return undefined;
}

/** The first segment of initialised data, where the linker puts the record if sections have no names. */
function dataOf(executable: Executable): Buffer | undefined {
  const segment = executable.segments.find(({ isData, size }) => isData && size > 0);
  return segment && executable.bytes.subarray(segment.offset, segment.offset + segment.size);
}

interface RecordedStrings {
  readonly version: string;
  readonly modules: string;
}

function readStrings(executable: Executable, place: Buffer, at: number): RecordedStrings | undefined {
  const flags = place[at + 15] ?? 0;
  const [version, modules] =
    (flags & INLINE) !== 0 ? readInline(place, at + HEADER) : readPointers(executable, place, at, flags);
  if (version === undefined || version.length > LONGEST_VERSION) return undefined;
  const text = version.toString('utf8');
  if (!/^(?:go\d|devel)/.test(text)) return undefined;
  return { version: text, modules: unframe(modules) };
}

/** Go 1.18 and newer: each string is its length as a uvarint, and its bytes. */
function readInline(place: Buffer, from: number): readonly [Buffer | undefined, Buffer | undefined] {
  const version = readCounted(place, from);
  return [version?.content, version && readCounted(place, version.end)?.content];
}

function readCounted(
  place: Buffer,
  from: number,
): { readonly content: Buffer; readonly end: number } | undefined {
  let length = 0;
  let at = from;
  for (let scale = 1; ; scale *= 128, at++) {
    const byte = place[at];
    if (byte === undefined || length > LONGEST_LIST || scale > LONGEST_LIST) return undefined;
    length += (byte & 127) * scale;
    if (byte < 128) break;
  }
  const start = at + 1;
  if (start + length > place.length || length > LONGEST_LIST) return undefined;
  return { content: place.subarray(start, start + length), end: start + length };
}

/** Before Go 1.18: two pointers to headers of Go strings, each a pointer and a length. */
function readPointers(
  executable: Executable,
  place: Buffer,
  at: number,
  flags: number,
): readonly [Buffer | undefined, Buffer | undefined] {
  const size = place[at + 14];
  if (size !== 4 && size !== 8) return [undefined, undefined];
  const isLittleEndian = (flags & BIG_ENDIAN) === 0;
  const read = (from: Buffer, offset: number): number =>
    size === 8 ? readUInt64(from, offset, isLittleEndian) : readUInt32(from, offset, isLittleEndian);
  const follow = (pointer: number): Buffer | undefined => {
    const header = bytesAt(executable, pointer, 2 * size);
    if (header === undefined || header.length < 2 * size) return undefined;
    const length = read(header, size);
    if (length > LONGEST_LIST) return undefined;
    const content = bytesAt(executable, read(header, 0), length);
    return content?.length === length ? content : undefined;
  };
  return [follow(read(place, at + 16)), follow(read(place, at + 16 + size))];
}

/** The list of modules without its sentinels; empty for a binary built outside of modules. */
function unframe(framed: Buffer | undefined): string {
  if (framed === undefined || framed.length < 2 * SENTINEL + 1) return '';
  if (framed[framed.length - SENTINEL - 1] !== 0x0a) return '';
  return framed.toString('utf8', SENTINEL, framed.length - SENTINEL);
}

/** Reads the lines that `runtime/debug.ParseBuildInfo` reads: a word, and fields behind tabs. */
export function parseBuildInfo(goVersion: string, modules: string): BuildInfo {
  let path = '';
  let main: BuildModule | undefined;
  const dependencies: BuildModule[] = [];
  const settings = new Map<string, string>();
  for (const line of modules.split('\n')) {
    const [word, first = '', version = '', sum = ''] = line.split('\t');
    if (word === 'path') path = first;
    else if (word === 'mod') main = { path: first, version, sum };
    else if (word === 'dep') dependencies.push({ path: first, version, sum });
    else if (word === '=>') {
      const replacedBy = { path: first, version, sum };
      const replaced = dependencies.pop();
      if (replaced !== undefined) dependencies.push({ ...replaced, replacedBy });
      else if (main !== undefined) main = { ...main, replacedBy };
    } else if (word === 'build') readSetting(line.slice('build\t'.length), settings);
  }
  return { goVersion, path, main, dependencies, settings };
}

/** `key=value`, either of them quoted as Go quotes strings where it holds what would end it. */
function readSetting(text: string, settings: Map<string, string>): void {
  const quoted = /^"((?:[^"\\]|\\.)*)"=/.exec(text);
  const equals = quoted === null ? text.indexOf('=') : quoted[0].length - 1;
  if (equals < 0) return;
  settings.set(quoted?.[1] ?? text.slice(0, equals), unquote(text.slice(equals + 1)));
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unquote(text: string): string {
  if (text.length < 2 || (!text.startsWith('"') && !text.startsWith('`'))) return text;
  const inner = text.slice(1, -1);
  return text.startsWith('`') ? inner : inner.replace(/\\(.)/g, (_, char: string) => ESCAPES[char] ?? char);
}
