import { isSuiteError } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCsvRecord } from '../src/csv-record.ts';
import { parseFlavor } from '../src/flavor.ts';
import { parseImages } from '../src/image-row.ts';
import { splitRows, splitTexts } from '../src/input-rows.ts';
import { parseTagRow, parseTagRows } from '../src/tag-row.ts';

describe('the rows of an input', () => {
  it.each<[name: string, text: string, rows: readonly string[]]>([
    ['nothing', '', []],
    ['a row a line, trimmed', ' a \n\n\tb\r\nc', ['a', 'b', 'c']],
    ['commas that stay', 'type=raw,value=x\na,b', ['type=raw,value=x', 'a,b']],
    ['comments at the start of a line only', '# no\n  # no\na # yes\nb#yes', ['a # yes', 'b#yes']],
    ['quotes that stay', 'type=match,"pattern=a,b"', ['type=match,"pattern=a,b"']],
    ['a quoted row over two lines', '"a=1\n# 2"\nb', ['"a=1\n# 2"', 'b']],
    ['a lone quote inside of a row', 'size=12" wide\nb', ['size=12" wide', 'b']],
  ])('are %s', (_name, text, rows) => {
    expect(splitRows(text, 'tags')).toEqual(rows);
  });

  it.each<[text: string, texts: readonly string[]]>([
    ['a=b,c', ['a=b,c']],
    ['"a=b, c"', ['a=b, c']],
    ['a=1,"b"', ['a=1,b']],
    ['a=this is a "good" one', ['a=this is a "good" one']],
    ['"a" = b', ['"a" = b']],
    ['"a=1\n2"', ['a=1\n2']],
  ])('lose quotes around a field where they are plain texts: %j', (text, texts) => {
    expect(splitTexts(text, 'labels')).toEqual(texts);
  });

  it('are refused with a quote that nothing closes, and where they are too many', () => {
    expect(() => splitRows('"a\nb', 'tags')).toThrow('A quote is opened and not closed (input "tags"');
    expect(() => splitRows('a\n'.repeat(1001), 'tags')).toThrow('more than 1000 rows');
    expect(() => splitRows('a'.repeat(1024 * 1024 + 1), 'tags')).toThrow('at most 1048576');
  });

  it('are read in time linear in their length', () => {
    expect(() => splitRows(`"${'"\n"'.repeat(300_000)}`, 'tags')).toThrow('Input "tags"');
  });
});

describe('a record of comma-separated values', () => {
  it.each<[row: string, fields: readonly string[]]>([
    ['a', ['a']],
    ['a,b', ['a', 'b']],
    ['a,', ['a', '']],
    [',', ['', '']],
    ['"a,b",c', ['a,b', 'c']],
    ['"a""b"', ['a"b']],
    ['""', ['']],
  ])('%j has the fields %j', (row, fields) => {
    expect(parseCsvRecord(row)).toEqual({ fields });
  });

  it.each(['a"b', '"a"b', ' "a"', '"a', '"a" ,b'])('%j has quotes that do not fit', (row) => {
    expect(parseCsvRecord(row)).toHaveProperty('problem');
  });

  it('is written so that it is read again', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (fields) => {
        const row = fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(',');
        expect(parseCsvRecord(row)).toEqual({ fields });
      }),
    );
  });
});

describe('a row of tags', () => {
  it('says what it is where nothing is written', () => {
    expect(parseTagRows('').map(({ text, priority }) => [text, priority])).toEqual([
      ['type=schedule', 1000],
      ['type=ref,event=branch', 600],
      ['type=ref,event=tag', 600],
      ['type=ref,event=pr', 600],
    ]);
  });

  it('comes by its priority, and among equals as it is written', () => {
    const rows = parseTagRows('type=sha\ntype=raw,b\ntype=raw,a\ntype=sha,priority=2000,format=long');
    expect(rows.map(({ text }) => text)).toEqual([
      'type=sha,priority=2000,format=long',
      'type=raw,b',
      'type=raw,a',
      'type=sha',
    ]);
  });

  it('keeps what stands behind a further equals sign, and names what nothing reads', () => {
    expect(parseTagRow('type=raw,value=a=b,PREFIX=p,vaule=c')).toEqual({
      type: 'raw',
      value: 'a=b',
      text: 'type=raw,value=a=b,PREFIX=p,vaule=c',
      priority: 200,
      enable: 'true',
      prefix: 'p',
      suffix: undefined,
      tagPrefix: undefined,
      unknown: ['vaule'],
    });
  });

  it.each<[row: string, message: string]>([
    ['type=nope', 'Unknown tag type attribute: nope'],
    ['type=semver', 'Missing pattern attribute for type=semver'],
    ['type=ref', 'Missing event attribute for type=ref'],
    ['type=ref,event=x', 'Invalid event for type=ref,event=x'],
    ['type=sha,format=x', 'Invalid format for type=sha,format=x'],
    ['type=match,pattern=a,group=x', 'Invalid match group for'],
    ['type=raw', 'Missing value attribute for type=raw'],
    ['a,priority=high', 'Invalid priority for'],
    ['a,tag-prefix=api/', 'A row of type raw reads no git tag'],
    ['type=raw,value="a"', 'A row has a quote inside of the field'],
  ])('%s is refused: %s', (row, message) => {
    expect(() => parseTagRow(row)).toThrow(message);
    expect(() => parseTagRow(row)).toThrow(`(input "tags", row ${JSON.stringify(row)})`);
  });
});

describe('a flavor', () => {
  it('has all it knows', () => {
    expect(parseFlavor('latest=highest\nprefix=p-,onlatest=true\nsuffix=-s=x\ntag-prefix=api/')).toEqual({
      latest: 'highest',
      prefix: 'p-',
      prefixLatest: true,
      suffix: '-s',
      suffixLatest: false,
      tagPrefix: 'api/',
    });
  });

  it.each([
    ['latest', 'Invalid flavor entry: latest'],
    ['latest=maybe', 'Invalid latest flavor entry: latest=maybe'],
    ['colour=red', 'Unknown flavor entry: colour=red'],
    ['prefix=a,onlatest=yes', 'Invalid value for onlatest attribute: yes'],
    ['"latest=auto"x', 'Invalid flavor entry'],
  ])('%s is refused', (row, message) => {
    expect(() => parseFlavor(row)).toThrow(message);
  });
});

describe('a row of images', () => {
  it.each([
    ['name=a/b,enable=no', 'Invalid enable attribute value'],
    ['a/b,colour=red', 'Unknown image attribute'],
    ['name=', 'Image name attribute empty'],
    ['a/b,name=c/d', 'A row names two images: a/b and c/d'],
  ])('%s is refused', (row, message) => {
    expect(() => parseImages(row)).toThrow(message);
  });
});

describe('every parser', () => {
  const keys = fc.constantFrom(
    'type',
    'value',
    'pattern',
    'event',
    'enable',
    'name',
    'latest',
    'prefix',
    'x',
  );
  const values = fc.oneof(fc.constantFrom('raw', 'semver', 'ref', 'tag', 'true', ''), fc.string());
  const row = fc
    .array(fc.tuple(keys, values), { maxLength: 4 })
    .map((fields) => fields.map(([key, value]) => `${key}=${value}`).join(','));

  it('throws nothing but errors of the suite, whatever is written', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(row, fc.string()), { maxLength: 5 }), (rows) => {
        for (const parse of [parseTagRows, parseFlavor, parseImages]) {
          try {
            parse(rows.join('\n'));
          } catch (error) {
            expect(isSuiteError(error, 'INPUT_INVALID')).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
