import { linesOf } from './control-file.ts';

/** More distinct licences than this no package has; a hostile file could have a million. */
const MAX_LICENCES = 200;
/** A name or an expression; what is longer is prose. */
const MAX_NAME_LENGTH = 300;

const MACHINE_READABLE = /^Format(?:-Specification)?:\s*\S*(?:copyright-format|dep5|CopyrightFormat)/im;
const COMMON_LICENCE = /\/usr\/share\/common-licenses\/([0-9A-Za-z_.-]{1,64})/g;

/**
 * Reads which licences usr/share/doc/PACKAGE/copyright names, in the order of the file. In a machine-readable one
 * (copyright-format 1.0) these are the `License` fields of its header and of `Files` paragraphs; paragraphs that
 * give the text of a licence name it once more and count only where nothing else does. In any other file it is
 * the common licences that it refers to, and lines `License: NAME`.
 */
export function readCopyright(text: string): readonly string[] {
  // The format stands at the top, where the header paragraph is; some begin with the files at once.
  const top = text.slice(0, 2000);
  return MACHINE_READABLE.test(top) || /^Files: *\S/m.test(top) ? machineReadable(text) : prose(text);
}

function machineReadable(text: string): readonly string[] {
  const used = new Set<string>();
  const texts = new Set<string>();
  // The header comes first, and is a paragraph that counts.
  let counts = true;
  for (const line of linesOf(text)) {
    if (line.trim() === '') counts = false;
    else if (/^Files:/i.test(line)) counts = true;
    const name = licenceIn(line);
    if (name === undefined) continue;
    const names = counts ? used : texts;
    if (names.size < MAX_LICENCES) names.add(name);
  }
  return [...(used.size > 0 ? used : texts)];
}

function prose(text: string): readonly string[] {
  const names = new Set<string>();
  for (const line of linesOf(text)) {
    const name = licenceIn(line);
    // `License: see below` is prose that happens to begin so.
    if (name !== undefined && /^[A-Za-z0-9.+-]+$/.test(name)) names.add(name);
    for (const [, common = ''] of line.matchAll(COMMON_LICENCE)) names.add(common.replace(/[.-]+$/, ''));
    if (names.size >= MAX_LICENCES) break;
  }
  names.delete('');
  return [...names];
}

function licenceIn(line: string): string | undefined {
  const name = /^License:[ \t]*(\S.*)$/i.exec(line)?.[1]?.trim();
  return name === undefined || name.length > MAX_NAME_LENGTH ? undefined : name.replace(/,$/, '');
}
