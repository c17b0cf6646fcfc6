import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  type GateResult,
  mainFacts,
  type ReportedPromotion,
  type ReportedState,
  renderHistoryReport,
  renderPromotionReport,
  whatItTakes,
} from '../../src/index.ts';
import { MAX_PAGE_BYTES } from '../../src/report/page.ts';
import { STYLE } from '../../src/report/style.ts';
import { headline, shortName } from '../../src/report/words.ts';
import {
  HISTORY,
  OVERRIDDEN,
  PASSING,
  POISONED,
  PROMOTED,
  REFUSED,
  REGIONAL,
  report,
} from '../support/reports.ts';

/** What stands in a page, without what lays it out. */
function body(page: string): string {
  return page.replace(/<style>[^<]*<\/style>/, '<style>…</style>').replace(/'sha256-[^']+'/, "'sha256-…'");
}

const GOLDEN: readonly { readonly name: string; readonly page: string }[] = [
  { name: 'refused', page: renderPromotionReport(report({ ...REFUSED, gates: REFUSED.gates.slice(-4) })) },
  { name: 'promoted', page: renderPromotionReport(report({ ...PROMOTED, gates: PASSING.slice(0, 2) })) },
  { name: 'history', page: renderHistoryReport(HISTORY) },
];

describe('the page', () => {
  it.each(GOLDEN)('of what was $name is written as it always was', ({ name, page }) => {
    const file = new URL(`golden/${name}.txt`, import.meta.url);
    // To see what a change does: UPDATE_GOLDEN=1 npm test -- packages/gates/test/report, and git diff.
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, body(page));
    expect(body(page)).toBe(readFileSync(file, 'utf8'));
  });

  it.each([
    { name: 'refused', page: renderPromotionReport(report(REFUSED)) },
    { name: 'overridden', page: renderPromotionReport(report(OVERRIDDEN)) },
    { name: 'several', page: renderPromotionReport(report(PROMOTED, REFUSED, REGIONAL)) },
    { name: 'history', page: renderHistoryReport(HISTORY) },
  ])('of $name has its headings in order, one title, and each id once', ({ page }) => {
    const levels = [...page.matchAll(/<h([1-6])[ >]/g)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    const jumps = levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1);
    expect(jumps).toEqual([]);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('forbids all but its own style, and holds nothing that would load or run', () => {
    const page = renderPromotionReport(report(POISONED));
    expect(page).toMatch(
      /content="default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'"/,
    );
    expect(page).not.toMatch(/<(?:script|img|link|iframe|object|embed|base|form)\b/i);
    // Outside of text, which has no < of its own, no attribute is an event's.
    expect(page).not.toMatch(/<[^>]*\son\w+=/i);
    expect(page).not.toMatch(/href="(?!https?:|#)/);
    expect(page).not.toMatch(/<[^<>]*\ssrc=/);
    expect(STYLE).not.toMatch(/url\(|@import/);
    expect(page.match(/<\/style>/g)).toHaveLength(1);
  });

  it('is the same each time', () => {
    expect(renderPromotionReport(report(PROMOTED, REGIONAL))).toBe(
      renderPromotionReport(report(PROMOTED, REGIONAL)),
    );
  });

  it('stays within its bound, and says what it leaves out', () => {
    const long = 'x'.repeat(3000);
    const much: GateResult = {
      gate: 'command',
      verdict: 'pass',
      reason: long,
      evidence: { all: Array.from({ length: 5000 }, () => ({ long })) },
      isWarning: false,
    };
    const big: ReportedPromotion = { ...PROMOTED, gates: [much, much] };
    const page = renderPromotionReport(report(...Array.from({ length: 40 }, () => big)));
    expect(Buffer.byteLength(page)).toBeLessThan(MAX_PAGE_BYTES + 128 * 1024);
    expect(page).toMatch(/\d+ more do not fit into this page/);
    expect(page).toContain('There is more; the output');
  });

  it('survives evidence that is nested too deeply', () => {
    let evidence: GateResult['evidence'] = { end: true };
    for (let depth = 0; depth < 5000; depth += 1) evidence = { deeper: evidence };
    const deep: GateResult = { gate: 'command', verdict: 'pass', reason: 'yes', evidence, isWarning: false };
    expect(renderPromotionReport(report({ ...PROMOTED, gates: [deep] }))).toContain('<dd>…</dd>');
    expect(mainFacts(evidence)).toEqual([]);
  });
});

describe('the title', () => {
  const one = (state: ReportedState, changes: Partial<ReportedPromotion> = {}): string =>
    headline({ ...PROMOTED, state, ...changes });
  it.each([
    { name: 'promoted', title: one('promoted'), said: 'api 2.1.0 is in production' },
    { name: 'unchanged', title: one('unchanged'), said: 'api 2.1.0 is in production already' },
    { name: 'planned', title: one('planned'), said: 'api 2.1.0 would go into production' },
    { name: 'refused', title: one('refused'), said: 'api 2.1.0 may not go into production' },
    { name: 'failed', title: one('failed'), said: 'api 2.1.0 is not everywhere it should be in production' },
    { name: 'not started', title: one('not-started'), said: 'api 2.1.0 was not sent to production' },
    {
      name: 'rolled back',
      title: one('rolled-back', { event: 'rollback' }),
      said: 'production is back at api 2.1.0',
    },
    {
      name: 'without environment and version',
      title: one('promoted', { environment: null, artifact: { ...PROMOTED.artifact, version: null } }),
      said: 'api sha256:4f53cda18c2b… is in ghcr.io/acme/api',
    },
  ])('of what is $name: $said', ({ title, said }) => {
    expect(title).toBe(said);
  });
});

describe('what it takes', () => {
  const result = (changes: Partial<GateResult>): GateResult => ({
    ...{ gate: 'soak', verdict: 'fail', reason: 'no', evidence: {}, isWarning: false },
    ...changes,
  });
  it.each([
    {
      name: 'the time it asks for, rounded up',
      of: result({ evidence: { until: '2026-11-26T16:58:00.001Z' } }),
      said: 'Promote again at 2026-11-26 16:59 UTC or later.',
    },
    {
      name: 'what the error says',
      of: result({ verdict: 'error', evidence: { remedy: 'Add permissions.' } }),
      said: 'Add permissions.',
    },
    { name: 'nothing for a warning', of: result({ isWarning: true }), said: undefined },
    { name: 'nothing for a pass', of: result({ verdict: 'pass' }), said: undefined },
  ])('is $name', ({ of, said }) => {
    expect(whatItTakes(of)).toBe(said);
  });
});

describe('the facts that matter most', () => {
  it('are in one line each, of lists the first, and none that is empty', () => {
    const facts = mainFacts({
      minPassed: 1,
      list: ['a', 'b'],
      none: [],
      gone: null,
      all: [{ id: 'x', ok: true }, { id: 'y' }],
    });
    expect(facts).toEqual([
      { name: 'min passed', value: '1' },
      { name: 'list', value: 'a, b' },
      { name: 'all (1 of 2): id', value: 'x' },
      { name: 'all (1 of 2): ok', value: 'yes' },
    ]);
  });
});

it('shortens a name in its middle', () => {
  expect(shortName('ghcr.io/acme/api-staging:a1b2c3d', 12)).toBe('ghcr.i…b2c3d');
});

/** WCAG 2.2: relative luminance, contrast ratio. */
function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: string): number {
  const digits = colour.length === 4 ? colour.replace(/[^#]/g, '$&$&') : colour;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe.each([
  { scheme: 'light', from: 0 },
  { scheme: 'dark', from: STYLE.indexOf('prefers-color-scheme:dark') },
  { scheme: 'print', from: STYLE.indexOf('@media print') },
])('colours of $scheme', ({ from }) => {
  const colour = (name: string): string =>
    new RegExp(`--${name}:(#[0-9a-f]{3,6})`).exec(STYLE.slice(from))?.[1] ?? 'missing';
  it.each(
    (
      [
        ['ink', 'paper'],
        ['ink', 'card'],
        ['ink', 'stop-tint'],
        ['ink', 'warn-tint'],
        ['soft', 'paper'],
        ['soft', 'card'],
        ['soft', 'stop-tint'],
        ['calm', 'paper'],
        ['calm', 'card'],
        ['pass', 'pass-tint'],
        ['stop', 'stop-tint'],
        ['warn', 'warn-tint'],
        ['calm', 'calm-tint'],
      ] as const
    ).map(([text, ground]) => ({ text, ground })),
  )('$text on $ground can be read', ({ text, ground }) => {
    expect(contrast(colour(text), colour(ground))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['pass', 'stop', 'warn', 'way'])('the line or mark %s can be seen', (name) => {
    expect(contrast(colour(name), colour('paper'))).toBeGreaterThanOrEqual(3);
  });
});
