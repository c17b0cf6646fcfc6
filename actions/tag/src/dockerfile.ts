import { SuiteError } from '@artifact-lifecycle/core';
import { parseReference } from '@artifact-lifecycle/registry';

/** The image of a Dockerfile's last stage, as it is written there; `undefined` for `FROM scratch`. */
export type BaseImage = string | undefined;

/** An instruction with what stands behind it, its lines joined. */
interface Instruction {
  readonly keyword: string;
  readonly rest: string;
}

/**
 * Finds what the last stage of a Dockerfile is built on (Dockerfile reference, "FROM"): stages are followed to
 * the image the first of them is built on, and the defaults of `ARG`s before the first `FROM` put in.
 *
 * @throws SuiteError `INPUT_INVALID` where there is no `FROM`, or an argument without a default leaves no name of an
 *   image; `LIMIT_EXCEEDED` for arguments that grow
 */
export function findBaseImage(text: string, path: string): BaseImage {
  const stages = new Map<string, BaseImage>();
  const globals = new Map<string, string>();
  let last: { readonly base: BaseImage } | undefined;
  for (const { keyword, rest } of readInstructions(text)) {
    if (keyword === 'ARG' && last === undefined) readArguments(rest, globals);
    if (keyword !== 'FROM') continue;
    const [written = '', as, name] = rest.split(/\s+/).filter((word) => !word.startsWith('--'));
    const image = substitute(unquote(written), globals);
    const [unset] = findUnset(written, globals);
    if (image === '' || (unset !== undefined && !isImage(image))) throw nameless(path, rest, unset);
    const stage = image.toLowerCase();
    const base = stages.has(stage) ? stages.get(stage) : image === 'scratch' ? undefined : image;
    last = { base };
    if (as?.toUpperCase() === 'AS' && name !== undefined) stages.set(name.toLowerCase(), base);
  }
  if (last !== undefined) return last.base;
  throw new SuiteError('INPUT_INVALID', `${JSON.stringify(path)} has no FROM.`, {
    remedy: 'Let the input "dockerfile" name a Dockerfile.',
  });
}

/** The instructions of a Dockerfile; comments and the bodies of here-documents are none. */
function readInstructions(text: string): readonly Instruction[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const joiner = readEscape(lines);
  const ends = linesByText(lines);
  const instructions: Instruction[] = [];
  for (let i = 0; i < lines.length; i++) {
    let piece = (lines[i] ?? '').trim();
    if (piece === '' || piece.startsWith('#')) continue;
    // Joined at the end: a line that grows with each of half a million would be copied as often.
    const pieces: string[] = [];
    while (piece.endsWith(joiner) && i + 1 < lines.length) {
      i++;
      const next = (lines[i] ?? '').trim();
      // Comments and blank lines between the lines of an instruction are left out.
      if (next === '' || next.startsWith('#')) continue;
      pieces.push(piece.slice(0, -1).trimEnd());
      piece = next;
    }
    const line = [...pieces, piece].join(' ');
    const [, keyword = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
    instructions.push({ keyword: keyword.toUpperCase(), rest });
    for (const word of hereDocuments(keyword, rest)) {
      // What looks like one in a quoted text has no end, and must not hide the instructions behind it.
      const places = ends.get(word) ?? [];
      while ((places.at(-1) ?? i + 1) <= i) places.pop();
      i = places.at(-1) ?? i;
    }
  }
  return instructions;
}

/** Where each line stands that could end a here-document, the first at the end. */
function linesByText(lines: readonly string[]): ReadonlyMap<string, number[]> {
  const found = new Map<string, number[]>();
  for (let at = lines.length - 1; at >= 0; at--) {
    const text = (lines[at] ?? '').replace(/^\t+/, '');
    const places = found.get(text);
    if (places === undefined) found.set(text, [at]);
    else places.push(at);
  }
  return found;
}

/** `# escape=\`` in the first comments lets paths of Windows be written. */
function readEscape(lines: readonly string[]): string {
  for (const line of lines) {
    const directive = /^#\s*(\w+)\s*=\s*(\S+)\s*$/.exec(line.trim());
    if (directive === null) return '\\';
    if (directive[1]?.toLowerCase() === 'escape') return directive[2] ?? '\\';
  }
  return '\\';
}

/** The words that end the here-documents of an instruction, in their order. */
function hereDocuments(keyword: string, rest: string): readonly string[] {
  if (!/^(?:run|copy|add)$/i.test(keyword)) return [];
  return [...rest.matchAll(/(?:^|\s)<<-?(["']?)([A-Za-z_]\w*)\1/g)].map(([, , word = '']) => word);
}

function readArguments(rest: string, globals: Map<string, string>): void {
  for (const [, name = '', value] of rest.matchAll(/([A-Za-z_]\w*)(?:=("[^"]*"|'[^']*'|\S*))?/g)) {
    if (value !== undefined) globals.set(name, substitute(unquote(value), globals));
  }
}

/** No name of an image is as long; arguments of arguments that double would fill the memory. */
const MAX_VALUE_LENGTH = 64 * 1024;

/** `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+other}` (Dockerfile reference, "Environment replacement"). */
function substitute(text: string, globals: ReadonlyMap<string, string>): string {
  let length = text.length;
  const grow = (value: string): string => {
    length += value.length;
    if (length <= MAX_VALUE_LENGTH) return value;
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `An argument of the Dockerfile has more than ${MAX_VALUE_LENGTH} characters.`,
      { remedy: 'Write shorter defaults of its ARGs.' },
    );
  };
  return text.replace(
    /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?([-+])([^{}]*))?\})/g,
    (_, plain: string | undefined, braced: string | undefined, operator: string | undefined, word = '') => {
      const value = globals.get(plain ?? braced ?? '') ?? '';
      if (operator === '-') return grow(value === '' ? word : value);
      if (operator === '+') return grow(value === '' ? '' : word);
      return grow(value);
    },
  );
}

/** The variables that are empty and have no word in their place. */
function findUnset(text: string, globals: ReadonlyMap<string, string>): readonly string[] {
  const names = [...text.matchAll(/\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g)];
  return names.map(([, plain, braced]) => plain ?? braced ?? '').filter((name) => !globals.get(name));
}

/** Whether a text names an image: one that lost its tag, or an end of its name, to an empty variable does not. */
function isImage(text: string): boolean {
  try {
    parseReference(text, 'FROM');
    return true;
  } catch {
    return false;
  }
}

function unquote(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text;
}

function nameless(path: string, rest: string, unset: string | undefined): SuiteError {
  const why =
    unset === undefined
      ? 'whose image is empty'
      : `whose image is not known: ${unset} has no value before the first FROM`;
  return new SuiteError(
    'INPUT_INVALID',
    `${JSON.stringify(path)} has "FROM ${rest.slice(0, 100)}", ${why}.`,
    {
      remedy:
        unset === undefined
          ? 'Give it an image.'
          : `Give it a default: ARG ${unset}=… before the first FROM. Build arguments, and what only BuildKit knows, are not seen here.`,
    },
  );
}
