import type { Occurrence, Package } from '../inventory/package.ts';

/** What stands between places, and around a layer: a path that holds it is quoted. */
const BETWEEN = ', ';
const LAYER = ' (layer ';
const BEGINNING = /^found by [^\n]*? in /;

/** Where a package was found, in a sentence of SPDX's `sourceInfo`, that {@link parseOccurrences} reads. */
export function formatOccurrences({
  foundBy,
  occurrences,
}: Pick<Package, 'foundBy' | 'occurrences'>): string | undefined {
  if (occurrences.length === 0) return undefined;
  const places = occurrences.map(({ path, layer }) =>
    layer === undefined ? quote(path) : `${quote(path)}${LAYER}${layer})`,
  );
  return `found by ${foundBy.join(BETWEEN)} in ${places.join(BETWEEN)}`;
}

/** Only paths that would be read differently: the others are for people. */
function quote(path: string): string {
  const isPlain =
    !path.includes(BETWEEN) && !path.includes(LAYER) && !path.startsWith('"') && path.trim() === path;
  return isPlain && path !== '' ? path : JSON.stringify(path);
}

/** Reads what {@link formatOccurrences} writes; nothing of any other sentence. */
export function parseOccurrences(text: string | undefined): readonly Occurrence[] {
  const beginning = BEGINNING.exec(text ?? '')?.[0];
  if (text === undefined || beginning === undefined) return [];
  const occurrences: Occurrence[] = [];
  let at = beginning.length;
  while (at < text.length) {
    const pathEnd = endOfPath(text, at);
    const path = unquote(text.slice(at, pathEnd));
    let end = pathEnd;
    let layer: string | undefined;
    if (text.startsWith(LAYER, pathEnd)) {
      const close = text.indexOf(')', pathEnd);
      end = close < 0 ? text.length : close + 1;
      layer = text.slice(pathEnd + LAYER.length, close < 0 ? end : close);
    }
    occurrences.push(layer === undefined ? { path } : { path, layer });
    at = text.startsWith(BETWEEN, end) ? end + BETWEEN.length : text.length;
  }
  return occurrences;
}

function endOfPath(text: string, from: number): number {
  if (text[from] === '"') {
    for (let at = from + 1; at < text.length; at++) {
      if (text[at] === '\\') at++;
      else if (text[at] === '"') return at + 1;
    }
    return text.length;
  }
  const ends = [text.indexOf(BETWEEN, from), text.indexOf(LAYER, from)].filter((at) => at >= 0);
  return Math.min(text.length, ...ends);
}

function unquote(written: string): string {
  if (!written.startsWith('"')) return written;
  try {
    const path: unknown = JSON.parse(written);
    return typeof path === 'string' ? path : written;
  } catch {
    return written;
  }
}
