import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  bytesAt,
  looksExecutable,
  readExecutables,
  sectionBytes,
} from '../../src/cataloguers/executable/executable.ts';
import { makeElf } from '../support/elf.ts';
import { makeFat, makeMachO } from '../support/mach-o.ts';
import { makePe } from '../support/pe.ts';

const NOTE = Buffer.from('what the section holds');
const DATA = Buffer.from('what lies in memory');
const ADDRESS = 0x400000;

const FILES = [
  ...([32, 64] as const).flatMap((bits) =>
    [true, false].map((isLittleEndian) => ({
      name: `ELF, ${bits} bits, ${isLittleEndian ? 'little' : 'big'} endian`,
      bytes: makeElf({
        bits,
        isLittleEndian,
        sections: { '.note': NOTE },
        data: { address: ADDRESS, bytes: DATA },
      }),
    })),
  ),
  ...([32, 64] as const).map((bits) => ({
    name: `PE, ${bits} bits`,
    bytes: makePe(bits, ADDRESS - 0x1000, [
      { name: '.note', address: 0x9000, bytes: NOTE, isData: false },
      { name: '.data', address: 0x1000, bytes: DATA, isData: true },
    ]),
  })),
  ...([32, 64] as const).flatMap((bits) =>
    [true, false].map((isLittleEndian) => ({
      name: `Mach-O, ${bits} bits, ${isLittleEndian ? 'little' : 'big'} endian`,
      bytes: makeMachO({ bits, isLittleEndian, address: ADDRESS, data: DATA, section: ['.note', NOTE] }),
    })),
  ),
];

describe('an executable', () => {
  it.each(FILES)('$name: its sections and its data are found', ({ bytes }) => {
    expect(looksExecutable(bytes)).toBe(true);
    const [executable, ...others] = readExecutables(bytes);
    if (executable === undefined) throw new Error('nothing was read');
    expect(others).toEqual([]);
    expect(sectionBytes(executable, '.other', '.note')?.toString()).toBe(NOTE.toString());
    expect(sectionBytes(executable, '.other')).toBeUndefined();
    expect(bytesAt(executable, ADDRESS + 5, 4)?.toString()).toBe('lies');
    expect(bytesAt(executable, ADDRESS + DATA.length - 2, 100)?.toString()).toBe('ry');
    expect(bytesAt(executable, ADDRESS + DATA.length, 1)).toBeUndefined();
    expect(bytesAt(executable, ADDRESS - 1, 1)).toBeUndefined();
    expect(executable.segments.map(({ isData }) => isData)).toContain(true);
  });

  it('a fat Mach-O file has one for each processor', () => {
    const slice = (data: string): Buffer =>
      makeMachO({
        bits: 64,
        isLittleEndian: true,
        address: ADDRESS,
        data: Buffer.from(data),
        section: ['.note', NOTE],
      });
    const executables = readExecutables(makeFat([slice('amd64'), slice('arm64')]));
    expect(executables.map((one) => bytesAt(one, ADDRESS, 5)?.toString())).toEqual(['amd64', 'arm64']);
  });

  it('a Java class is none, though it begins as a fat Mach-O file does', () => {
    expect(looksExecutable(Buffer.from('cafebabe0000003d', 'hex'))).toBe(false);
  });

  it('the program that runs this test has the sections its compiler made', () => {
    const [executable] = readExecutables(readFileSync(process.execPath));
    const text = process.platform === 'darwin' ? '__text' : '.text';
    expect(executable?.sections.map(({ name }) => name)).toContain(text);
  });

  it.each(FILES)('$name: whatever is changed or cut, every part stays within the file', ({ bytes }) => {
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.nat(bytes.length), (changes, length) => {
        const broken = Buffer.from(bytes);
        for (const { at, to } of changes) broken[at] = to;
        for (const file of [broken, broken.subarray(0, length)]) {
          for (const executable of readExecutables(file)) {
            for (const { offset, size } of [...executable.sections, ...executable.segments]) {
              expect(offset + size).toBeLessThanOrEqual(executable.bytes.length);
            }
          }
        }
      }),
    );
  });
});
