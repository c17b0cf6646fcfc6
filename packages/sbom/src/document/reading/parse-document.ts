import { SuiteError } from '@artifact-lifecycle/core';
import {
  field,
  isJsonObject,
  type JsonObject,
  listField,
  parseJsonObject,
  textField,
} from '../../cataloguers/json.ts';
import { type ReadDocument, sortListed } from './listed-package.ts';
import { readCycloneDx } from './read-cyclonedx.ts';
import { readSpdx2 } from './read-spdx2.ts';
import { readSpdx3 } from './read-spdx3.ts';

/** The largest documents of images are some 100 MB; more would not fit into memory as objects. */
export const MAX_DOCUMENT_BYTES = 256 * 1024 * 1024;
/** A component of ours has some 80 values; an image of 50 000 packages is the largest anybody showed. */
const MAX_VALUES = 20_000_000;

/**
 * Reads an SBOM in JSON: CycloneDX 1.2 to 1.7, SPDX 2.2, 2.3 and 3.0; also as the predicate of an in-toto statement,
 * in a DSSE envelope or not.
 *
 * @throws SuiteError `CONTENT_INVALID` where it is none of these, `LIMIT_EXCEEDED`
 */
export function parseDocument(bytes: Uint8Array): ReadDocument {
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    throw new SuiteError(
      'LIMIT_EXCEEDED',
      `The document has ${bytes.length} bytes, and ${MAX_DOCUMENT_BYTES} are allowed.`,
    );
  }
  const document = unwrap(parseJsonObject(decode(bytes), MAX_VALUES));
  const read = choose(document);
  return { ...read, packages: sortListed(read.packages) };
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('utf8')
    .replace(/^\ufeff/, '');
}

/** The document inside of a statement, and the statement inside of an envelope (in-toto attestation, DSSE 1.0). */
function unwrap(outer: JsonObject): JsonObject {
  const payload = field(outer, 'payload');
  const statement =
    textField(outer, 'payloadType') === 'application/vnd.in-toto+json' && typeof payload === 'string'
      ? parseJsonObject(Buffer.from(payload, 'base64').toString('utf8'), MAX_VALUES)
      : outer;
  const predicate = field(statement, 'predicate');
  return textField(statement, '_type') !== undefined && isJsonObject(predicate) ? predicate : statement;
}

function choose(document: JsonObject): ReadDocument {
  if (textField(document, 'bomFormat') === 'CycloneDX') return readCycloneDx(document);
  if (textField(document, 'spdxVersion')?.startsWith('SPDX-2.') === true) return readSpdx2(document);
  if (listField(document, '@graph').length > 0 && isSpdx3(field(document, '@context')))
    return readSpdx3(document);
  throw new SuiteError('CONTENT_INVALID', 'The document is neither CycloneDX nor SPDX 2 or 3 in JSON.', {
    remedy: 'Give an SBOM in one of these formats.',
  });
}

function isSpdx3(context: unknown): boolean {
  return [context]
    .flat()
    .some((one) => typeof one === 'string' && /^https:\/\/spdx\.(?:org|github\.io)\/.*3\.\d/.test(one));
}
