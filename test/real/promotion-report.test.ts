import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { renderHistoryReport, renderPromotionReport } from '../../packages/gates/src/index.ts';
import {
  HISTORY,
  OVERRIDDEN,
  POISONED,
  PROMOTED,
  REFUSED,
  REGIONAL,
  report,
} from '../../packages/gates/test/support/reports.ts';
import { type Browser, type BrowserPage, startBrowser, type View } from '../support/browser.ts';
import { describeWithTools } from '../support/tools.ts';

const PAGES = {
  promoted: renderPromotionReport(report(PROMOTED)),
  refused: renderPromotionReport(report(REFUSED)),
  overridden: renderPromotionReport(report(OVERRIDDEN)),
  regional: renderPromotionReport(report(REGIONAL)),
  several: renderPromotionReport(report(PROMOTED, REFUSED, REGIONAL)),
  poisoned: renderPromotionReport(report(POISONED)),
  history: renderHistoryReport(HISTORY),
};

const VIEWS: readonly View[] = [
  { width: 360, scheme: 'light', media: 'screen' },
  { width: 360, scheme: 'dark', media: 'screen' },
  { width: 1280, scheme: 'light', media: 'screen' },
  { width: 1280, scheme: 'dark', media: 'screen' },
];

const SHOWN = [
  ...Object.keys(PAGES).flatMap((name) => VIEWS.map((view) => ({ name, ...view }))),
  // Between the two drawings of the road, and on paper.
  ...[768, 961].map((width) => ({
    name: 'regional',
    width,
    scheme: 'light' as const,
    media: 'screen' as const,
  })),
  ...['refused', 'regional'].map((name) => ({
    name,
    width: 1024,
    scheme: 'dark' as const,
    media: 'print' as const,
  })),
];

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What WCAG 2.2 AA asks for and can be told by a program, and what is good practice beside it. */
const AXE_RUN = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, help, nodes }) => id + ': ' + help + ' ' + nodes.map(({ target }) => target).join(', ')))`;

const SCROLL_WIDTH = 'document.documentElement.scrollWidth';

/** Words of a drawing that stand out of it, in pixels of the screen. */
const OUTSIDE = `[...document.querySelectorAll('svg text')].flatMap((text) => {
  const own = text.getBoundingClientRect();
  const frame = text.ownerSVGElement.getBoundingClientRect();
  const fits = own.width === 0 || (own.left >= frame.left - 1 && own.right <= frame.right + 1 && own.top >= frame.top - 1 && own.bottom <= frame.bottom + 1);
  return fits ? [] : [text.textContent];
})`;

describeWithTools('the report in a browser', ['chromium'], ({ chromium }) => {
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  const kept = process.env['ARTIFACT_LIFECYCLE_SCREENSHOTS'] || folder;
  let browser: Browser;
  beforeAll(async () => {
    mkdirSync(kept, { recursive: true });
    for (const [name, page] of Object.entries(PAGES)) writeFileSync(join(folder, `${name}.html`), page);
    browser = await startBrowser(chromium);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (name: string, view: View): Promise<BrowserPage> =>
    browser.open(pathToFileURL(join(folder, `${name}.html`)).href, view);

  it.each(SHOWN)('$name is whole and quiet at $width px, $scheme, $media', async ({ name, ...view }) => {
    const { width, scheme, media } = view;
    const page = await open(name, view);
    writeFileSync(join(kept, `${name}-${width}-${scheme}-${media}.png`), await page.screenshot());
    expect(await inspect(page)).toEqual({ ...NOTHING_WRONG, scrollWidth: width, unfoldedWidth: width });
    expect(page.requests).toEqual([pathToFileURL(join(folder, `${name}.html`)).href]);
    expect(page.complaints).toEqual([]);
    await page.close();
  });

  it('finds what is wrong with a page where something is', async () => {
    writeFileSync(join(folder, 'wrong.html'), WRONG);
    const page = await open('wrong', { width: 360, scheme: 'light' });
    const { violations, outside, ...seen } = await inspect(page);
    expect(seen).toEqual({ scrollWidth: 900, unfoldedWidth: 900, loaders: 2, handlers: 1 });
    expect(outside).toEqual(['out']);
    expect(violations.join(' ')).toMatch(/color-contrast[\s\S]*html-has-lang/);
    expect(page.requests).toContain('http://127.0.0.1:9/x.png');
    expect(page.complaints.join(' ')).toContain('from the page');
    await page.close();
  });

  it('unfolds all evidence on paper', async () => {
    const page = await open('refused', { width: 1024, scheme: 'light', media: 'print' });
    const hidden = await page.evaluate<number>(
      `[...document.querySelectorAll('details .evidence')].filter((one) => one.checkVisibility({ contentVisibilityAuto: true }) === false || one.getBoundingClientRect().height === 0).length`,
    );
    expect(hidden).toBe(0);
    await page.close();
  });
});

/** What was found in a page. */
interface Findings {
  readonly scrollWidth: number;
  /** With all evidence shown. */
  readonly unfoldedWidth: number;
  readonly outside: readonly string[];
  readonly violations: readonly string[];
  /** Scripts and images. */
  readonly loaders: number;
  /** Elements with attributes that are events. */
  readonly handlers: number;
}

const NOTHING_WRONG = { outside: [], violations: [], loaders: 0, handlers: 0 };

const WRONG = `<!doctype html><meta name="viewport" content="width=device-width"><title>x</title><body style="margin:0"><script>console.error('from the page')</script>
<img src="http://127.0.0.1:9/x.png" onerror="0"><p style="color:#ccc;background:#fff;width:900px;margin:0">pale</p>
<svg width="10" height="10"><text x="50" y="9">out</text></svg>`;

async function inspect(page: BrowserPage): Promise<Findings> {
  const scrollWidth = await page.evaluate<number>(SCROLL_WIDTH);
  const outside = await page.evaluate<readonly string[]>(OUTSIDE);
  const loaders = await page.evaluate<number>('document.scripts.length + document.images.length');
  const handlers = await page.evaluate<number>(
    `[...document.querySelectorAll('*')].filter((one) => one.getAttributeNames().some((name) => name.startsWith('on'))).length`,
  );
  await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`);
  const unfoldedWidth = await page.evaluate<number>(SCROLL_WIDTH);
  await page.evaluate(`${AXE};0`);
  const violations = await page.evaluate<readonly string[]>(AXE_RUN);
  return { scrollWidth, unfoldedWidth, outside, violations, loaders, handlers };
}
