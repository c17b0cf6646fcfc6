import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openAdvisoryDirectory } from '../../src/source/directory/advisory-directory.ts';
import { CLOCK, errorOf, NOW, signal } from './client.ts';
import { component, debian, record } from './records.ts';

const DAY = 86_400_000;

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'advisories-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function put(path: string, content: unknown): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  const isRaw = typeof content === 'string' || content instanceof Uint8Array;
  writeFileSync(join(directory, path), isRaw ? content : JSON.stringify(content));
}

const open = (rest: { readonly maxAge?: number } = {}) =>
  openAdvisoryDirectory({ directory, clock: CLOCK, ...rest });

async function idsOf(source: ReturnType<typeof open>, components: Parameters<typeof source.find>[0]) {
  const found = await source.find(components, { signal });
  expect(found.map((one) => one.component)).toEqual(components);
  return found.map(({ advisories }) => advisories.map(({ id }) => id));
}

const LODASH = component('npm', 'lodash', '4.17.15');
const GHSA = record('GHSA-35jh-r3h4-6jhm', [
  ['npm', 'lodash'],
  ['npm', 'lodash-es'],
]);

/** A zip archive of deflated files, as OSV publishes them. */
function zip(files: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const bytes = Buffer.from(text);
    const packed = deflateRawSync(bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fields, rest, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(central.length, 4);
  end.writeUInt16LE(central.length, 6);
  const size = central.reduce((sum, one) => sum + one.length, 0);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, ...central, Buffer.from('PK\x05\x06'), end]);
}

describe('a directory of advisories', () => {
  it('gives each component the records that name it, however deep they lie', async () => {
    put('GHSA-35jh-r3h4-6jhm.json', GHSA);
    put('a/b/c/DSA-1.json', record('DSA-1', [['Debian:12', 'openssl']]));
    put('PyPI/PYSEC-1.json', record('PYSEC-1', [['PyPI', 'Zope.Interface']]));
    put('NuGet/GHSA-5crp-9r3c-p9vr.json', record('GHSA-5crp-9r3c-p9vr', [['NuGet', 'Newtonsoft.Json']]));
    put('README.md', 'Advisories.');
    const components = [
      LODASH,
      debian('libssl3', '3.0.1-1', { source: { name: 'openssl', version: undefined } }),
      component('pypi', 'zope-interface', '1.0'),
      component('nuget', 'newtonsoft.json', '12.0.1'),
      component('npm', 'absent', '1.0.0'),
    ];
    expect(await idsOf(open(), components)).toEqual([
      ['GHSA-35jh-r3h4-6jhm'],
      ['DSA-1'],
      ['PYSEC-1'],
      ['GHSA-5crp-9r3c-p9vr'],
      [],
    ]);
  });

  it('is read once, and records again where they are wanted', async () => {
    put('GHSA-35jh-r3h4-6jhm.json', GHSA);
    const source = open();
    const [first, second] = await Promise.all([source.index({ signal }), source.index({ signal })]);
    expect(first).toBe(second);
    put('broken.json', 'broken');
    expect(await idsOf(source, [LODASH])).toEqual([['GHSA-35jh-r3h4-6jhm']]);
    rmSync(join(directory, 'GHSA-35jh-r3h4-6jhm.json'));
    expect(await errorOf(source.find([LODASH], { signal }))).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('"GHSA-35jh-r3h4-6jhm.json"'),
    });
  });

  it('may hold archives as OSV publishes them, and of two versions of a record the later counts', async () => {
    const later = { ...GHSA, modified: '2026-11-24T00:00:00Z', summary: 'later' };
    put('GHSA-35jh-r3h4-6jhm.json', GHSA);
    put(
      'npm/all.zip',
      zip({
        'GHSA-35jh-r3h4-6jhm.json': JSON.stringify(later),
        'GHSA-jf85-cpcp-j695.json': JSON.stringify(record('GHSA-jf85-cpcp-j695', [['npm', 'lodash']])),
        'README.md': 'no record',
      }),
    );
    const source = open();
    expect((await source.index({ signal })).records).toBe(3);
    const [found] = await source.find([LODASH], { signal });
    expect(found?.advisories.map(({ id, summary }) => [id, summary])).toEqual([
      ['GHSA-35jh-r3h4-6jhm', 'later'],
      ['GHSA-jf85-cpcp-j695', undefined],
    ]);
  });

  it.each([
    { name: 'an ecosystem', of: component('pypi', 'requests', '2.0'), ecosystem: 'PyPI' },
    {
      name: 'a release',
      of: debian('absent', '3', { qualifiers: { distro: 'debian-13' } }),
      ecosystem: 'Debian:13',
    },
    {
      name: 'nothing of an ecosystem that it has',
      of: component('npm', 'absent', '1.0.0'),
      ecosystem: undefined,
    },
    { name: 'nothing of a release that it has', of: debian('absent', '1'), ecosystem: undefined },
  ])('says that it lacks $name', async ({ of, ecosystem }) => {
    put('GHSA-35jh-r3h4-6jhm.json', GHSA);
    put('DSA-1.json', record('DSA-1', [['Debian:12', 'openssl']]));
    const [found] = await open().find([of], { signal });
    expect(found?.advisories).toEqual([]);
    expect(found?.gap?.ecosystem).toBe(ecosystem);
  });

  it('does not take scores and catalogues at its top for records', async () => {
    put('GHSA-35jh-r3h4-6jhm.json', GHSA);
    put('epss.json', []);
    put('kev.json', { vulnerabilities: [] });
    expect((await open().index({ signal })).records).toBe(1);
    put('deeper/kev.json', { vulnerabilities: [] });
    expect(await errorOf(open().index({ signal }))).toMatchObject({ code: 'CONTENT_INVALID' });
  });
});

describe('what is wrong with a directory', () => {
  it.each<{ name: string; content: unknown }>([
    { name: 'nothing', content: '' },
    { name: 'no JSON', content: '{"id": "GHSA-1"' },
    { name: 'a page for people', content: '<!DOCTYPE html>' },
    { name: 'no text', content: Buffer.from([0x7b, 0xff, 0x7d]) },
    { name: 'no object', content: [GHSA] },
    { name: 'no id', content: { modified: '2026-01-01T00:00:00Z' } },
    { name: 'no date', content: { id: 'GHSA-1' } },
    { name: 'a date that is none', content: { id: 'GHSA-1', modified: 'yesterday' } },
    { name: 'packages that are no list', content: { ...GHSA, affected: {} } },
    { name: 'an entry that is none', content: { ...GHSA, affected: [5] } },
    { name: 'a package without a name', content: { ...GHSA, affected: [{ package: { ecosystem: 'npm' } }] } },
    { name: 'a package that is a text', content: { ...GHSA, affected: [{ package: 'npm' }] } },
  ])('a file with $name is named', async ({ content }) => {
    put('good.json', GHSA);
    put('a/broken.json', content);
    const error = await errorOf(open().find([LODASH], { signal }));
    expect(error).toMatchObject({
      code: 'CONTENT_INVALID',
      message: expect.stringContaining('"a/broken.json"'),
    });
  });

  it('a record whose ranges cannot be read is named by its file, where it is wanted', async () => {
    put('x.json', { ...GHSA, affected: [{ package: { ecosystem: 'npm', name: 'lodash' }, ranges: 'all' }] });
    expect(await errorOf(open().find([LODASH], { signal }))).toMatchObject({
      code: 'CONTENT_INVALID',
      message: expect.stringContaining('"x.json"'),
    });
  });

  it('a broken archive is named', async () => {
    put('npm/all.zip', zip({ 'a.json': JSON.stringify(GHSA) }).subarray(0, 60));
    expect(await errorOf(open().index({ signal }))).toMatchObject({
      code: 'CONTENT_INVALID',
      message: expect.stringContaining('npm/all.zip'),
    });
  });

  it.each([
    { name: 'is missing', make: () => rmSync(directory, { recursive: true }) },
    {
      name: 'is a file',
      make: () => {
        rmSync(directory, { recursive: true });
        writeFileSync(directory, '{}');
      },
    },
    { name: 'is empty', make: () => {} },
    { name: 'has no record', make: () => put('kev.json', {}) },
  ])('that it $name is an error', async ({ make }) => {
    make();
    expect(await errorOf(open().find([LODASH], { signal }))).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining(directory),
    });
  });

  it('a record larger than any is refused', async () => {
    put('large.json', `${JSON.stringify(GHSA)}${' '.repeat(17 * 1024 * 1024)}`);
    expect(await errorOf(open().index({ signal }))).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining('"large.json"'),
    });
  });

  it('a directory deeper than any is refused', async () => {
    put(`${'d/'.repeat(40)}x.json`, GHSA);
    expect(await errorOf(open().index({ signal }))).toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('links to what lies in it change nothing; those that lead out are refused', async () => {
    put('data/GHSA-35jh-r3h4-6jhm.json', GHSA);
    symlinkSync('data/GHSA-35jh-r3h4-6jhm.json', join(directory, 'link.json'));
    symlinkSync('data', join(directory, 'link'));
    symlinkSync('.', join(directory, 'data', 'loop'));
    expect((await open().index({ signal })).records).toBe(1);
    symlinkSync(tmpdir(), join(directory, 'out'));
    expect(await errorOf(open().index({ signal }))).toMatchObject({
      code: 'CONTENT_INVALID',
      message: expect.stringContaining('"out"'),
    });
  });

  it('a link to nowhere is refused', async () => {
    put('GHSA-35jh-r3h4-6jhm.json', GHSA);
    symlinkSync('absent.json', join(directory, 'gone.json'));
    expect(await errorOf(open().index({ signal }))).toMatchObject({ code: 'CONTENT_INVALID' });
  });

  it('a key that would change prototypes is a key like any other', async () => {
    const text = JSON.stringify(GHSA).replace('{', '{"__proto__":{"affected":[]},');
    put('x.json', text);
    expect(await idsOf(open(), [LODASH])).toEqual([['GHSA-35jh-r3h4-6jhm']]);
  });

  it('a run that is cancelled ends, and the next one reads again', async () => {
    put('GHSA-35jh-r3h4-6jhm.json', GHSA);
    const source = open();
    expect(await errorOf(source.find([LODASH], { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'CANCELLED',
    });
    expect(await idsOf(source, [LODASH])).toEqual([['GHSA-35jh-r3h4-6jhm']]);
  });
});

describe('the age of a directory', () => {
  const at = (milliseconds: number) => new Date(milliseconds).toISOString();

  it.each([
    { name: 'as old as allowed', modified: [at(NOW - 7 * DAY), at(NOW - 90 * DAY)], isOld: false },
    { name: 'a moment older', modified: [at(NOW - 7 * DAY - 1), at(NOW - 90 * DAY)], isOld: true },
    {
      name: 'old, with a date of the future',
      modified: [at(NOW - 90 * DAY), at(NOW + 90 * DAY)],
      isOld: true,
    },
  ])('is that of its newest record: $name', async ({ modified, isOld }) => {
    for (const [index, date] of modified.entries()) {
      put(`${index}.json`, { ...record(`GHSA-${index}`, [['npm', 'lodash']]), modified: date });
    }
    const looked = errorOf(open({ maxAge: 7 * DAY }).find([LODASH], { signal }));
    expect(await looked).toMatchObject(
      isOld
        ? { code: 'LIMIT_EXCEEDED', message: expect.stringContaining('max-advisory-age allows 7 days') }
        : { message: 'nothing was thrown' },
    );
    expect(await idsOf(open(), [LODASH])).toHaveLength(1);
  });
});
