import { SuiteError } from '@artifact-lifecycle/core';
import { field, isJsonObject, type JsonObject, parseBoundedJson } from '@artifact-lifecycle/registry';
import { readCsaf } from './csaf.ts';
import { readCycloneDxVex } from './cyclonedx-vex.ts';
import type { Inheritance } from './inheritance.ts';
import { isOpenVex, readOpenVex } from './open-vex.ts';
import { Part } from './part.ts';
import type { VexDocument, VexProduct } from './statement.ts';

/** The largest documents of distributions, CSAF on their kernels, have some 30 MB. */
export const MAX_VEX_BYTES = 64 * 1024 * 1024;
/** Such a document has a million values; each costs some 50 bytes. */
const MAX_VALUES = 4_000_000;

/**
 * Reads OpenVEX, CycloneDX VEX or CSAF, whichever it is; also as the predicate of an in-toto statement, in a DSSE
 * envelope or not. Nobody has verified such an envelope: a file counts because somebody named it.
 *
 * @param name of the file, as reports and errors call it.
 * @throws SuiteError `CONTENT_INVALID` that names file and place, `LIMIT_EXCEEDED`
 */
export function readVexDocument(bytes: Uint8Array, name: string): VexDocument {
  const what = `VEX document ${JSON.stringify(name.slice(0, 200))}`;
  if (bytes.length > MAX_VEX_BYTES) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The ${what} has ${bytes.length} bytes; at most ${MAX_VEX_BYTES} are read.`,
    );
  }
  const outer = readObject(withoutMark(bytes), what);
  const payload = field(outer, 'payload');
  const isEnvelope =
    typeof payload === 'string' && field(outer, 'payloadType') === 'application/vnd.in-toto+json';
  const statement = isEnvelope ? readObject(Buffer.from(payload, 'base64'), what) : outer;
  const predicate = field(statement, 'predicate');
  if (typeof field(statement, '_type') !== 'string' || !isJsonObject(predicate)) {
    return readVexObject(statement, { document: name, products: [], issuedAt: undefined });
  }
  return readVexObject(predicate, {
    document: name,
    products: subjectsOf(new Part(statement, name)),
    issuedAt: undefined,
  });
}

/** Reads a document that is parsed already. */
export function readVexObject(document: JsonObject, inherited: Inheritance): VexDocument {
  const part = new Part(document, inherited.document);
  if (field(document, 'bomFormat') === 'CycloneDX') return readCycloneDxVex(part, inherited);
  if (isOpenVex(field(document, '@context'))) return readOpenVex(part, inherited);
  const head = field(document, 'document');
  if (isJsonObject(head) && field(head, 'csaf_version') !== undefined) return readCsaf(part, inherited);
  return part.fail('is neither OpenVEX nor CycloneDX nor CSAF in JSON');
}

/** Subjects of an in-toto statement as products: by digest, and by name where that is a purl. */
function subjectsOf(statement: Part): readonly VexProduct[] {
  return statement.list('subject').map((subject) => {
    const digest = subject.at('digest');
    const name = subject.textAt('name');
    return {
      ids: name?.startsWith('pkg:') === true ? [name] : [],
      digests: Object.keys(digest?.object() ?? {}).flatMap((algorithm) => {
        const hex = digest?.textAt(algorithm);
        return hex === undefined ? [] : [`${algorithm.toLowerCase()}:${hex.toLowerCase()}`];
      }),
      subcomponents: [],
    };
  });
}

function readObject(bytes: Uint8Array, what: string): JsonObject {
  const value = parseBoundedJson(bytes, what, MAX_VALUES);
  if (isJsonObject(value)) return value;
  throw new SuiteError('CONTENT_INVALID', `The ${what} is not a JSON object.`);
}

/** Windows' editors begin files with a mark that JSON does not have. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
