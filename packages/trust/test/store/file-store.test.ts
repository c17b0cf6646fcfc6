import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDigest } from '@artifact-lifecycle/registry';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FileStore, MAX_BUNDLES_BYTES, readBundleFile } from '../../src/index.ts';
import { splitDocuments } from '../../src/store/split-documents.ts';
import { makeSigned } from '../support/signed.ts';

const SUBJECT = parseDigest(`sha256:${'a'.repeat(64)}`, 'test');
const SIGNED = makeSigned({ subject: SUBJECT });
const TEXT = Buffer.from(SIGNED.bytes).toString();
const PRETTY = JSON.stringify(SIGNED.bundle, null, 2);

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bundles-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('a file of bundles', () => {
  it.each<{ name: string; text: string; lines: readonly (number | undefined)[] }>([
    { name: 'one document', text: TEXT, lines: [undefined] },
    { name: 'one document with a newline', text: `${TEXT}\n`, lines: [undefined] },
    { name: 'one document over several lines', text: `${PRETTY}\n`, lines: [undefined] },
    { name: 'a byte order mark', text: `\uFEFF${TEXT}`, lines: [undefined] },
    { name: 'lines', text: `${TEXT}\n${TEXT}\n`, lines: [1, 2] },
    { name: 'lines with blank ones', text: `\n\n${TEXT}\n \t\n${TEXT}\n\n`, lines: [3, 5] },
    { name: 'lines of Windows', text: `${TEXT}\r\n${TEXT}\r\n`, lines: [1, 2] },
    {
      name: 'documents over several lines',
      text: `${PRETTY}\n${TEXT}\n`,
      lines: [1, PRETTY.split('\n').length + 1],
    },
    { name: 'documents without anything between them', text: `${TEXT}${TEXT}`, lines: [1, 1] },
  ])('is read: $name', async ({ text, lines }) => {
    const path = join(directory, 'bundles');
    await writeFile(path, text);
    const entries = await readBundleFile(path);
    expect(entries.map(({ kind }) => kind)).toEqual(lines.map(() => 'bundle'));
    expect(entries.map(({ origin }) => origin)).toEqual(lines.map((line) => ({ kind: 'file', path, line })));
    for (const entry of entries) {
      if (entry.kind !== 'bundle') throw new Error(entry.kind);
      expect(JSON.parse(Buffer.from(entry.bytes).toString())).toEqual(SIGNED.bundle);
    }
  });

  it.each<{ name: string; text: string; kinds: readonly string[] }>([
    { name: 'a list', text: `[${TEXT}]`, kinds: ['broken'] },
    { name: 'a login page', text: '<html>\n</html>', kinds: ['broken', 'broken'] },
    {
      name: 'a line that is none',
      text: `${TEXT}\nnonsense\n${TEXT}`,
      kinds: ['bundle', 'broken', 'bundle'],
    },
    { name: 'one that is cut off', text: `${TEXT}\n${TEXT.slice(0, -1)}`, kinds: ['bundle', 'broken'] },
    { name: 'one that is cut off before another', text: `{"a":"b\n${TEXT}`, kinds: ['broken', 'bundle'] },
    { name: 'brackets that do not match', text: `{"a":1]\n${TEXT}`, kinds: ['broken', 'bundle'] },
  ])('tells what is broken in it: $name', async ({ text, kinds }) => {
    const path = join(directory, 'bundles');
    await writeFile(path, text);
    expect((await readBundleFile(path)).map(({ kind }) => kind)).toEqual(kinds);
  });

  it.each([
    ['empty', '', 'CONTENT_INVALID'],
    ['blank', '\n \n', 'CONTENT_INVALID'],
  ])('is refused: %s', async (name, text, code) => {
    const path = join(directory, name);
    await writeFile(path, text);
    await expect(readBundleFile(path)).rejects.toMatchObject({ code });
  });

  it('is refused where it is missing, a directory, or larger than all bundles may be', async () => {
    await expect(readBundleFile(join(directory, 'none'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(readBundleFile(directory)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    const path = join(directory, 'large');
    await writeFile(path, '');
    await truncate(path, MAX_BUNDLES_BYTES + 1);
    await expect(readBundleFile(path)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  it('is split so that all objects are found, whatever stands in their strings', () => {
    const blank = fc.constantFrom('', ' ', '\n', '\r\n', '\n\n\t');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.dictionary(fc.string(), fc.json()), blank, fc.boolean())), (parts) => {
        const text = parts
          .map(([object, space, isPretty]) => `${JSON.stringify(object, null, isPretty ? 2 : 0)}${space}`)
          .join('');
        const documents = splitDocuments(Buffer.from(text), 1000);
        expect(documents.every(({ isWhole }) => isWhole)).toBe(true);
        expect(documents.map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()))).toEqual(
          parts.map(([object]) => JSON.parse(JSON.stringify(object))),
        );
      }),
    );
  });

  it('is split without loss, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.string({ unit: fc.constantFrom(...'{}[]"\\\n a') }),
        (bytes, text) => {
          for (const input of [bytes, Buffer.from(text)]) {
            const kept = splitDocuments(input, 1000).map((document) =>
              Buffer.from(document.bytes).toString('latin1'),
            );
            const strip = (all: string): string => all.replace(/[ \t\r\n]/g, '').replace(/^\xef\xbb\xbf/, '');
            expect(strip(kept.join(''))).toBe(strip(Buffer.from(input).toString('latin1')));
          }
        },
      ),
    );
  });
});

describe('a hostile file', () => {
  it.each([
    ['starts without an end', '{\n'],
    ['starts in strings without an end', '{"a\\\n'],
    ['starts and ends of another kind', '{[{\n]'],
  ])('of %s costs no more than its size', (_name, unit) => {
    const bytes = Buffer.from(unit.repeat(2000));
    const reads = { count: 0 };
    const counted = new Proxy(bytes, {
      get(target, key) {
        if (typeof key === 'string' && /^\d+$/.test(key)) reads.count += 1;
        const value = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    splitDocuments(counted, 1_000_000);
    expect(reads.count).toBeLessThan(bytes.length * 80);
  });

  it('is refused where it holds more than anybody verifies', async () => {
    const path = join(directory, 'many');
    await writeFile(path, 'x\n'.repeat(10_001));
    await expect(readBundleFile(path)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });
});

describe('a directory of bundles', () => {
  it('is made, and keeps each in a file and all in one', async () => {
    const store = new FileStore(join(directory, 'deep', 'attestations'));
    const others = [
      makeSigned({ subject: SUBJECT, predicateType: 'https://sigstore.dev/cosign/sign/v1', predicate: {} }),
      makeSigned({ subject: SUBJECT, predicateType: 'https://example.com/a b/../v1' }),
    ];
    for (const signed of [SIGNED, ...others]) await store.put(SUBJECT, signed);
    const names = (await readdir(join(directory, 'deep', 'attestations'))).sort();
    expect(names).toEqual([
      'app-aaaaaaaaaaaa-example.com-a-b-..-v1.sigstore.json',
      'app-aaaaaaaaaaaa-provenance.sigstore.json',
      'app-aaaaaaaaaaaa-signature.sigstore.json',
      'attestations.jsonl',
    ]);
    const lines = await readFile(join(directory, 'deep', 'attestations', 'attestations.jsonl'), 'utf8');
    expect(lines).toBe([SIGNED, ...others].map(({ bytes }) => `${Buffer.from(bytes)}\n`).join(''));
  });

  it('keeps the bytes as they are, and lines of what has several', async () => {
    const signed = { ...SIGNED, bytes: Buffer.from(`${PRETTY}\n`) };
    const origin = await new FileStore(directory).put(SUBJECT, signed);
    if (origin.kind !== 'file') throw new Error(origin.kind);
    expect(await readFile(origin.path, 'utf8')).toBe(`${PRETTY}\n`);
    const [line = '', ...rest] = (await readFile(join(directory, 'attestations.jsonl'), 'utf8')).split('\n');
    expect(JSON.parse(line)).toEqual(SIGNED.bundle);
    expect(rest).toEqual(['']);
  });

  it('keeps the same bundle once, and others of the same name beside it', async () => {
    const again = makeSigned({ subject: SUBJECT, signature: 'b3RoZXI=' });
    const first = await new FileStore(directory).put(SUBJECT, SIGNED);
    expect(await new FileStore(directory).put(SUBJECT, SIGNED)).toEqual(first);
    expect(await new FileStore(directory).put(SUBJECT, again)).toMatchObject({
      path: join(directory, 'app-aaaaaaaaaaaa-provenance-2.sigstore.json'),
    });
    expect(await readdir(directory)).toHaveLength(3);
    expect((await readFile(join(directory, 'attestations.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(
      2,
    );
  });

  it('takes many at once', async () => {
    const store = new FileStore(directory);
    const many = Array.from({ length: 20 }, (_, index) =>
      makeSigned({ subject: SUBJECT, predicate: { index } }),
    );
    await Promise.all(many.map((signed) => store.put(SUBJECT, signed)));
    expect(await store.list(SUBJECT)).toHaveLength(20);
  });

  it('begins a new line behind one that was cut off', async () => {
    await writeFile(join(directory, 'attestations.jsonl'), '{"cut":');
    await new FileStore(directory).put(SUBJECT, SIGNED);
    expect(await readFile(join(directory, 'attestations.jsonl'), 'utf8')).toBe(`{"cut":\n${TEXT}\n`);
  });

  it('lists what is about a digest, each once, and what nobody can read', async () => {
    const other = parseDigest(`sha256:${'b'.repeat(64)}`, 'test');
    const store = new FileStore(directory);
    const origin = await store.put(SUBJECT, SIGNED);
    await store.put(other, makeSigned({ subject: other }));
    await writeFile(join(directory, 'z.sigstore.json'), 'nonsense');
    await writeFile(join(directory, 'readme.txt'), 'not read');
    expect(await store.list(SUBJECT)).toEqual([
      { kind: 'bundle', origin, bytes: Buffer.from(SIGNED.bytes) },
      expect.objectContaining({ kind: 'broken', code: 'CONTENT_INVALID' }),
    ]);
  });

  it('lists a bare signature by the digest that it is over', async () => {
    const { dsseEnvelope: _, ...rest } = SIGNED.bundle;
    const digest = Buffer.from('a'.repeat(64), 'hex').toString('base64');
    const bundle = {
      ...rest,
      messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest }, signature: '' },
    };
    await writeFile(join(directory, 'a.sigstore.json'), JSON.stringify(bundle));
    expect(await new FileStore(directory).list(SUBJECT)).toHaveLength(1);
    expect(await new FileStore(directory).list(parseDigest(`sha256:${'b'.repeat(64)}`, 'test'))).toEqual([]);
  });

  it('is empty where it is not there, and refused where it is a file', async () => {
    expect(await new FileStore(join(directory, 'none')).list(SUBJECT)).toEqual([]);
    const path = join(directory, 'file');
    await writeFile(path, '');
    await expect(new FileStore(path).list(SUBJECT)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(new FileStore(path).put(SUBJECT, SIGNED)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});
