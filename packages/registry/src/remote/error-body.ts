import { type HttpResponse, redactText } from '@artifact-lifecycle/core/http';
import { withoutParameters } from '../oci/media-type.ts';

/** What an error's body says (distribution-spec, "Error Codes"; RFC 6749, section 5.2), made fit to be shown. */
export interface ErrorBody {
  /** Codes in upper case: `NAME_UNKNOWN`, `MANIFEST_INVALID`. */
  readonly codes: readonly string[];
  /** What to show of it: the first code and message, or the start of what else came. */
  readonly excerpt: string;
}

/** distribution-spec sets no limit to error bodies; a real one has a few hundred bytes, a page of HTML some KiB. */
const MAX_ERROR_BODY_BYTES = 64 * 1024;

/** Long enough for a sentence, short enough for a line of a log. */
const MAX_EXCERPT_LENGTH = 200;

/** More errors than one answer has use for. */
const MAX_ERRORS = 16;

/** Reads why a server refused, whatever form it chose. */
export async function readErrorAnswer(response: HttpResponse): Promise<ErrorBody> {
  const text = await readStart(response);
  const structured = readStructured(text);
  if (structured !== undefined) return structured;
  const type = withoutParameters(response.headers['content-type'] ?? '');
  const shown = printable(text);
  if (shown === '') return { codes: [], excerpt: '' };
  return { codes: [], excerpt: `${type === '' ? 'no content type' : type}: ${shown}` };
}

/** A short piece of a text from outside, with nothing in it that is a secret or disturbs a terminal. */
export function printable(text: string): string {
  const plain = redactText(text.slice(0, 4 * MAX_EXCERPT_LENGTH))
    .replace(/[^\x20-\x7e\u00a0-\ud7ff]+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return plain.length > MAX_EXCERPT_LENGTH ? `${plain.slice(0, MAX_EXCERPT_LENGTH)}…` : plain;
}

/** The start of a body that is only looked at; one that breaks must not hide the status, which says what happened. */
async function readStart(response: HttpResponse): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body) {
      const bytes: Buffer = chunk;
      chunks.push(bytes);
      size += bytes.length;
      // Leaving the loop ends the body, and with it the connection: there is no use in reading on.
      if (size >= MAX_ERROR_BODY_BYTES) break;
    }
  } catch {
    // What came before it broke is still worth showing.
  }
  return Buffer.concat(chunks).subarray(0, MAX_ERROR_BODY_BYTES).toString('utf8');
}

function readStructured(text: string): ErrorBody | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof content !== 'object' || content === null) return undefined;
  const list = 'errors' in content && Array.isArray(content.errors) ? content.errors : [content];
  const errors = list.slice(0, MAX_ERRORS).map((error: unknown) => ({
    code: textOf(error, 'code') ?? textOf(error, 'error') ?? '',
    message: messageOf(error),
  }));
  const first = errors.find(({ code, message }) => code !== '' || message !== '');
  if (first === undefined) return undefined;
  return {
    codes: errors.map(({ code }) => code.toUpperCase()).filter((code) => code !== ''),
    excerpt: printable([first.code, first.message].filter((part) => part !== '').join(': ')),
  };
}

/** The message, and the detail where that is a sentence: Nexus and Artifactory say the reason only there. */
function messageOf(error: unknown): string {
  const message = textOf(error, 'message') ?? textOf(error, 'error_description') ?? textOf(error, 'details');
  const detail = textOf(error, 'detail') ?? textOf(fieldOf(error, 'detail'), 'description');
  return [message, detail].filter((part) => part !== undefined && part !== '').join(': ');
}

function textOf(value: unknown, name: string): string | undefined {
  const found = fieldOf(value, name);
  return typeof found === 'string' ? found : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
