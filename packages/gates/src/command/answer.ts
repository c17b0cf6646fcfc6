import { isSuiteError } from '@artifact-lifecycle/core';
import { field, isJsonObject, parseBoundedJson } from '@artifact-lifecycle/registry';
import type { EvidenceFacts, Json } from '../verdict/verdict.ts';
import { shorten, wellFormed } from '../verdict/verdicts.ts';

/** What a program said on stdout. */
export interface CommandAnswer {
  readonly reason: string | undefined;
  readonly evidence: EvidenceFacts | undefined;
  /** Why what looks like an answer is none. */
  readonly problem: string | undefined;
}

/** Evidence goes into the record, which goes into a registry: a page of it. */
const MAX_EVIDENCE_BYTES = 16 * 1024;
const MAX_EVIDENCE_VALUES = 1000;

const SILENCE: CommandAnswer = { reason: undefined, evidence: undefined, problem: undefined };

/**
 * Reads what a program wrote to stdout: `{ "reason", "evidence" }`, or anything else, which says nothing. Only the exit
 * code decides, so an answer that cannot be read is noted and no more.
 */
export function readCommandAnswer(stdout: Uint8Array, isCut: boolean): CommandAnswer {
  const start = stdout.find((byte) => byte > 0x20);
  if (start !== OPEN_OBJECT) return SILENCE;
  if (isCut) return { ...SILENCE, problem: 'What it wrote to stdout is too long to be an answer.' };
  let value: unknown;
  try {
    value = parseBoundedJson(stdout, 'output of the program', MAX_EVIDENCE_VALUES);
  } catch (error) {
    if (!isSuiteError(error)) throw error;
    return { ...SILENCE, problem: 'What it wrote to stdout is no JSON, or too much of it.' };
  }
  if (!isJsonObject(value)) return SILENCE;
  const reason = field(value, 'reason');
  const evidence = field(value, 'evidence');
  return {
    reason: typeof reason === 'string' && reason.trim() !== '' ? shorten(reason.trim()) : undefined,
    ...readEvidence(evidence),
  };
}

const OPEN_OBJECT = 0x7b;

function readEvidence(evidence: unknown): Pick<CommandAnswer, 'evidence' | 'problem'> {
  if (evidence === undefined) return { evidence: undefined, problem: undefined };
  if (!isJsonObject(evidence)) return { evidence: undefined, problem: 'Its evidence is no JSON object.' };
  if (Buffer.byteLength(JSON.stringify(evidence)) > MAX_EVIDENCE_BYTES) {
    return { evidence: undefined, problem: `Its evidence is longer than ${MAX_EVIDENCE_BYTES} bytes.` };
  }
  return { evidence: plainObject(evidence), problem: undefined };
}

/** Nothing but what JSON knows, and no key that an object would take for its prototype. */
function plainObject(object: Readonly<Record<string, unknown>>): EvidenceFacts {
  const entries = Object.entries(object).filter(([key]) => key !== '__proto__');
  return Object.fromEntries(entries.map(([key, value]) => [key, plain(value)]));
}

function plain(value: unknown): Json {
  if (typeof value === 'string') return wellFormed(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(plain);
  return isJsonObject(value) ? plainObject(value) : null;
}
