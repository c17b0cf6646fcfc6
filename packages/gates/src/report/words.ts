import { type GateResult, stops } from '../verdict/verdict.ts';
import type { ReportedPromotion, ReportedState } from './report.ts';

/** How a thing is coloured; words say the same. */
export type Tone = 'pass' | 'stop' | 'warn' | 'calm';

/** A state in a word or two, and its colour. */
export const STATES: Readonly<Record<ReportedState, { readonly word: string; readonly tone: Tone }>> = {
  promoted: { word: 'Promoted', tone: 'pass' },
  unchanged: { word: 'Nothing to do', tone: 'pass' },
  planned: { word: 'Nothing written', tone: 'calm' },
  refused: { word: 'Refused', tone: 'stop' },
  failed: { word: 'Failed on the way', tone: 'stop' },
  'not-started': { word: 'Not started', tone: 'warn' },
  'rolled-back': { word: 'Rolled back', tone: 'warn' },
};

const VERDICTS: Readonly<Record<GateResult['verdict'], string>> = {
  pass: 'Pass',
  fail: 'Fail',
  error: 'Error',
  overridden: 'Overridden',
};

/** A verdict in words. */
export function verdictWord({ verdict, isWarning }: GateResult): string {
  return `${VERDICTS[verdict]}${isWarning && verdict !== 'pass' ? ', only a warning' : ''}`;
}

/** Whether a verdict is shown as good, as a stop, or as something to know. */
export function toneOf(result: GateResult): Tone {
  if (result.verdict === 'pass') return 'pass';
  return stops(result) ? 'stop' : 'warn';
}

/** What a promotion came to, in one line: `api 2.1.0 may not go into production`. */
export function headline(promotion: ReportedPromotion): string {
  const what = nameArtifact(promotion);
  const where = nameTarget(promotion);
  if (promotion.event === 'rollback') return rollbackHeadline(promotion.state, what, where);
  switch (promotion.state) {
    case 'promoted':
    case 'rolled-back':
      return `${what} is in ${where}`;
    case 'unchanged':
      return `${what} is in ${where} already`;
    case 'planned':
      return `${what} would go into ${where}`;
    case 'refused':
      return `${what} may not go into ${where}`;
    case 'failed':
      return `${what} is not everywhere it should be in ${where}`;
    case 'not-started':
      return `${what} was not sent to ${where}`;
  }
}

function rollbackHeadline(state: ReportedState, what: string, where: string): string {
  if (state === 'refused') return `${where} may not go back to ${what}`;
  return state === 'planned' ? `${where} would go back to ${what}` : `${where} is back at ${what}`;
}

/** `api 2.1.0`: the last part of the name that it gets, and its version or the start of its digest. */
export function nameArtifact({ artifact, places }: ReportedPromotion): string {
  const { source, digest, version } = artifact;
  const [path = ''] = (places[0]?.name ?? source).split('@');
  const last = path.split('/').at(-1) ?? '';
  const [name = ''] = last.split(':');
  return `${name} ${version ?? shortDigest(digest)}`.trim();
}

/** Where it goes: the environment, the one repository, or how many there are. */
export function nameTarget({ environment, places }: ReportedPromotion): string {
  if (environment !== null) return environment;
  return places.length === 1 ? (places[0]?.name ?? '') : `${places.length} repositories`;
}

/** So much of a digest as people compare: `sha256:1a2b3c4d5e6f…`. */
export function shortDigest(digest: string): string {
  return digest.length > 20 ? `${digest.slice(0, 19)}…` : digest;
}

/** A long name without its middle: regions differ at the start, repositories at the end. */
export function shortName(name: string, most: number): string {
  const characters = [...name];
  if (characters.length <= most) return name;
  const head = Math.ceil((most - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(head + 1 - most).join('')}`;
}

/** A time as people read it: `2026-11-25 22:10 UTC`; what is no RFC 3339 stays as it is. */
export function formatTime(time: string): string {
  const [, day, minute] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?Z$/.exec(time) ?? [];
  return day === undefined ? time : `${day} ${minute} UTC`;
}

/** `1 gate`, `2 gates`. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${count} ${count === 1 ? singular : plural}`;
}
