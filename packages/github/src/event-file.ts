import { open } from 'node:fs/promises';
import { SuiteError } from '@artifact-lifecycle/core';
import { isObject, type JsonObject } from './payload.ts';

/** GitHub caps payloads at 25 MB (GitHub Docs, "Webhook events and payloads"). */
const MAX_EVENT_BYTES = 26 * 1024 * 1024;

/**
 * Reads the payload of the event that started the run.
 *
 * @throws SuiteError `INPUT_INVALID`, `LIMIT_EXCEEDED`
 */
export async function readEventPayload(path: string): Promise<JsonObject> {
  const text = await readText(path);
  if (text.trim() === '') return {};
  try {
    const payload: unknown = JSON.parse(text);
    if (isObject(payload)) return payload;
  } catch (cause) {
    throw unreadable(path, 'is not JSON', cause);
  }
  throw unreadable(path, 'holds no object');
}

async function readText(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size <= MAX_EVENT_BYTES) return await file.readFile('utf8');
      throw new SuiteError(
        'LIMIT_EXCEEDED',
        `The event's file has ${size} bytes, more than the ${MAX_EVENT_BYTES} of any event.`,
        { remedy: 'Let GITHUB_EVENT_PATH name the file that the runner wrote.' },
      );
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof SuiteError) throw error;
    const code = isObject(error) ? String(error['code']) : 'unknown';
    throw unreadable(path, `cannot be read (${code})`, error);
  }
}

function unreadable(path: string, problem: string, cause?: unknown): SuiteError {
  return new SuiteError('INPUT_INVALID', `The event's file ${JSON.stringify(path)} ${problem}.`, {
    remedy: 'Let GITHUB_EVENT_PATH name the file that the runner wrote, or leave it unset.',
    cause,
  });
}
