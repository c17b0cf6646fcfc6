import { isSuiteError } from '@artifact-lifecycle/core';
import { countTestCases, type TestReport } from '@artifact-lifecycle/gates';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_KEPT_FAILURES } from '../../src/junit/test-report.ts';

function countIn(text: string | Uint8Array): TestReport {
  return countTestCases(typeof text === 'string' ? new TextEncoder().encode(text) : text, 'r.xml');
}

function counts({ passed, failed, skipped, flaky }: TestReport): readonly number[] {
  return [passed, failed, skipped, flaky];
}

const ONE = '<testcase classname="c" name="n"/>';

describe('countTestCases', () => {
  it.each([
    { name: 'one case', xml: `<testsuite>${ONE}</testsuite>`, expected: [1, 0, 0, 0] },
    { name: 'no case', xml: '<testsuites><testsuite tests="7"/></testsuites>', expected: [0, 0, 0, 0] },
    {
      name: 'no attribute of a suite',
      xml: `<testsuites tests="9" failures="0"><testsuite tests="9" failures="0" errors="0">${ONE}<testcase><failure/></testcase></testsuite></testsuites>`,
      expected: [1, 1, 0, 0],
    },
    {
      name: 'cases of nested suites',
      xml: `<testsuites><testsuite>${ONE}<testsuite><testsuite>${ONE}${ONE}</testsuite></testsuite></testsuite></testsuites>`,
      expected: [3, 0, 0, 0],
    },
    {
      name: 'an error as failed',
      xml: '<testsuite><testcase><error/></testcase></testsuite>',
      expected: [0, 1, 0, 0],
    },
    {
      name: 'a failure and an error of one case once',
      xml: '<testsuite><testcase><failure/><error/></testcase></testsuite>',
      expected: [0, 1, 0, 0],
    },
    {
      name: 'a skipped case',
      xml: '<testsuite><testcase><skipped message="later"/></testcase></testsuite>',
      expected: [0, 0, 1, 0],
    },
    {
      name: 'a case that is skipped and failed as failed',
      xml: '<testsuite><testcase><skipped/><failure/></testcase><testcase><failure/><skipped/></testcase></testsuite>',
      expected: [0, 2, 0, 0],
    },
    {
      name: "googletest's cases that did not run as skipped",
      xml: '<testsuite><testcase name="a" status="notrun" result="suppressed"/><testcase name="b" status="run" result="completed"/></testsuite>',
      expected: [1, 0, 1, 0],
    },
    {
      name: 'a case that says itself that it failed',
      xml: '<testsuite><testcase name="a" status="failed"/></testsuite>',
      expected: [0, 1, 0, 0],
    },
    {
      name: "surefire's flaky case as passed",
      xml: '<testsuite><testcase><flakyFailure><stackTrace/></flakyFailure><flakyError/></testcase></testsuite>',
      expected: [1, 0, 0, 1],
    },
    {
      name: "surefire's repeated case that never passed as failed",
      xml: '<testsuite><testcase><failure/><rerunFailure/><rerunError/></testcase><testcase><rerunFailure/></testcase></testsuite>',
      expected: [0, 2, 0, 0],
    },
    {
      name: 'an error of a whole suite as a failed case',
      xml: `<testsuite name="s"><error message="no fork"/>${ONE}</testsuite>`,
      expected: [1, 1, 0, 0],
    },
    {
      name: 'no element that a test printed inside of a case',
      xml: '<testsuite><testcase><system-out><testcase/><failure/></system-out></testcase></testsuite>',
      expected: [1, 0, 0, 0],
    },
    {
      name: 'nothing in CDATA, comments and instructions',
      xml: `<?xml version="1.0"?><!-- <testcase/> --><testsuite>${ONE}<system-out><![CDATA[<testcase><failure/>]]></system-out><?x <testcase/> ?></testsuite>`,
      expected: [1, 0, 0, 0],
    },
    {
      name: 'a ">" in an attribute as text',
      xml: `<testsuite><testcase name='a > "b"' classname="it's"><failure message="1 &lt; 2 /> no"/></testcase></testsuite>`,
      expected: [0, 1, 0, 0],
    },
    {
      name: 'a mark at the beginning as none',
      xml: `\ufeff<testsuite>${ONE}</testsuite>\n`,
      expected: [1, 0, 0, 0],
    },
  ])('counts $name', ({ xml, expected }) => {
    expect(counts(countIn(xml))).toEqual(expected);
  });

  it('names those that failed, the first of them, on one line', () => {
    const cases = Array.from(
      { length: 30 },
      (_, index) => `<testcase classname="c" name="n&#10;${index}"><failure/></testcase>`,
    );
    const { failed, failures } = countIn(`<testsuite>${cases.join('')}</testsuite>`);
    expect(failed).toBe(30);
    expect(failures).toHaveLength(MAX_KEPT_FAILURES);
    expect(failures[0]).toBe('c n 0');
  });

  it.each([
    {
      name: 'UTF-16, little end first',
      bytes: Buffer.from(`\ufeff<testsuite>${ONE}</testsuite>`, 'utf16le'),
    },
    {
      name: 'UTF-16, big end first',
      bytes: Buffer.from(`\ufeff<testsuite>${ONE}</testsuite>`, 'utf16le').swap16(),
    },
    {
      name: 'Latin-1',
      bytes: Buffer.from(
        '<?xml version="1.0" encoding="ISO-8859-1"?><testsuite><testcase name="\u00e9"/></testsuite>',
        'latin1',
      ),
    },
    {
      name: 'bytes that are no UTF-8',
      bytes: Buffer.from('<testsuite><testcase name="\xff\xfe"/></testsuite>', 'latin1'),
    },
  ])('reads $name', ({ bytes }) => {
    expect(counts(countIn(bytes))).toEqual([1, 0, 0, 0]);
  });

  it.each([
    { name: 'nothing', xml: '', code: 'CONTENT_INVALID' },
    { name: 'what is no XML', xml: '{"tests": 1}', code: 'CONTENT_INVALID' },
    { name: 'another root', xml: '<html><testsuite/></html>', code: 'CONTENT_INVALID' },
    { name: 'a document type', xml: '<!DOCTYPE testsuite><testsuite/>', code: 'CONTENT_INVALID' },
    {
      name: 'entities that make themselves grow',
      xml: '<!DOCTYPE t [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuite><testcase name="&b;"/></testsuite>',
      code: 'CONTENT_INVALID',
    },
    { name: 'a report that was cut off', xml: `<testsuite>${ONE}`, code: 'CONTENT_INVALID' },
    { name: 'a report that was cut off in a tag', xml: `<testsuite>${ONE}<testca`, code: 'CONTENT_INVALID' },
    {
      name: 'a report that was cut off in CDATA',
      xml: `<testsuite>${ONE}<![CDATA[ `,
      code: 'CONTENT_INVALID',
    },
    { name: 'a wrong end', xml: `<testsuite>${ONE}</testsuites>`, code: 'CONTENT_INVALID' },
    { name: 'two roots', xml: '<testsuite/><testsuite/>', code: 'CONTENT_INVALID' },
    { name: 'text behind the root', xml: '<testsuite/>x', code: 'CONTENT_INVALID' },
    {
      name: 'an attribute twice',
      xml: '<testsuite><testcase name="a" name="b"/></testsuite>',
      code: 'CONTENT_INVALID',
    },
    {
      name: 'an attribute without quotes',
      xml: '<testsuite><testcase name=a/></testsuite>',
      code: 'CONTENT_INVALID',
    },
    {
      name: 'a "<" in an attribute',
      xml: '<testsuite><testcase name="a<b"/></testsuite>',
      code: 'CONTENT_INVALID',
    },
    {
      name: 'an encoding nobody writes',
      xml: '<?xml version="1.0" encoding="UTF-7"?><testsuite/>',
      code: 'UNSUPPORTED',
    },
    { name: 'depth', xml: '<testsuite>'.repeat(101), code: 'LIMIT_EXCEEDED' },
    {
      name: 'attributes without end',
      xml: `<testsuite ${Array.from({ length: 101 }, (_, index) => `a${index}=""`).join(' ')}/>`,
      code: 'LIMIT_EXCEEDED',
    },
  ])('refuses $name', ({ xml, code }) => {
    expect(codeOf(() => countIn(xml))).toBe(code);
  });

  it('reads what repeats in time linear in its length', () => {
    const started = process.cpuUsage().user;
    for (const piece of ['<', '<!--', '<a ', '&', '<testsuite a="', ']]>', '<?', ' ']) {
      expect(codeOf(() => countIn(piece.repeat(200_000)))).toMatch(/INVALID|EXCEEDED/);
    }
    expect((process.cpuUsage().user - started) / 1000).toBeLessThan(5000);
  });

  it('counts what was written, whatever texts say', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 20 });
    const outcome = fc.constantFrom('passed', 'failed', 'skipped');
    const suite = fc.letrec<{ suite: Suite }>((tie) => ({
      suite: fc.record({
        name: text,
        cases: fc.array(fc.record({ name: text, outcome, output: text }), { maxLength: 5 }),
        suites: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('suite'), { maxLength: 2 })),
      }),
    })).suite;
    fc.assert(
      fc.property(suite, (written) => {
        const found = countIn(`<testsuites>${write(written)}</testsuites>`);
        const all = casesOf(written);
        const number = (wanted: string): number => all.filter((one) => one.outcome === wanted).length;
        expect(counts(found)).toEqual([number('passed'), number('failed'), number('skipped'), 0]);
      }),
    );
  });

  it('ends hostile bytes with counts or with an error of the suite', () => {
    const piece = fc.constantFrom(
      '<testsuite',
      '<testcase',
      '>',
      '/>',
      '</testsuite>',
      '<failure/>',
      ' a="',
      '"',
      '<![CDATA[',
      ']]>',
      '<!--',
      '-->',
      '&#x110000;',
      '\0',
      '<?xml encoding="',
      '?>',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece).map((pieces) => pieces.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (xml) => {
          try {
            expect(counts(countIn(xml)).every((number) => number >= 0)).toBe(true);
          } catch (error) {
            if (!isSuiteError(error, 'CONTENT_INVALID', 'LIMIT_EXCEEDED', 'UNSUPPORTED')) throw error;
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

interface Suite {
  readonly name: string;
  readonly cases: readonly { readonly name: string; readonly outcome: string; readonly output: string }[];
  readonly suites: readonly Suite[];
}

function casesOf({ cases, suites }: Suite): Suite['cases'] {
  return [...cases, ...suites.flatMap(casesOf)];
}

function write({ name, cases, suites }: Suite): string {
  const written = cases.map(({ name: test, outcome, output }) => {
    const child = { failed: `<failure message="${escapeXml(output)}"/>`, skipped: '<skipped/>' };
    const inner = new Map(Object.entries(child)).get(outcome) ?? '';
    return `<testcase name="${escapeXml(test)}">${inner}<system-out>${escapeXml(output)}</system-out></testcase>`;
  });
  return `<testsuite name="${escapeXml(name)}">${written.join('')}${suites.map(write).join('')}</testsuite>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isSuiteError(error)) return error.code;
    throw error;
  }
  return 'none';
}
