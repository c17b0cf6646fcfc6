import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { goBinary } from '../../src/cataloguers/go/go-binary.ts';
import { makeElf } from '../support/elf.ts';
import { catalogue } from '../support/files.ts';
import { frame, inlineBuildInfo, pointerBuildInfo } from '../support/go-build-info.ts';
import { makeMachO } from '../support/mach-o.ts';
import { makePe } from '../support/pe.ts';

const ADDRESS = 0x500000;

const MODULES = `path\tgithub.com/aquasecurity/test
mod\tgithub.com/aquasecurity/test\t(devel)\t
dep\tgithub.com/aquasecurity/go-version\tv0.0.0-20210121072130-637058cfe492\th1:rcEG5HI490FF0a7zuvxOxen52ddygCfNVjP0XOCMl+M=
dep\tgolang.org/x/xerrors\tv0.0.0-20200804184101-5ec99f83aff1\th1:go1bK/D/BFZV2I8cIQd1NKEZ+0owSTG1fDTci4IqFcE=
`;

const EXPECTED = [
  'test',
  'go-version v0.0.0-20210121072130-637058cfe492',
  'xerrors v0.0.0-20200804184101-5ec99f83aff1',
];

function names(bytes: Buffer): readonly string[] {
  return catalogue(goBinary, { 'usr/bin/app': bytes }).packages.map(({ name, version }) =>
    `${name} ${version ?? ''}`.trim(),
  );
}

/** An ELF file of today's Go with these lines. */
function elfOf(modules: string, version = 'go1.22.1'): Buffer {
  return makeElf({ sections: { '.go.buildinfo': inlineBuildInfo(version, modules) } });
}

const OLD = ([4, 8] as const).flatMap((pointerSize) =>
  [true, false].map((isLittleEndian) => {
    const layout = { address: ADDRESS, pointerSize, isLittleEndian };
    const bits: 32 | 64 = pointerSize === 8 ? 64 : 32;
    const bytes = pointerBuildInfo('go1.15.2', MODULES, layout);
    return {
      name: `ELF of Go 1.15, ${bits} bits, ${isLittleEndian ? 'little' : 'big'} endian`,
      bytes: makeElf({ bits, isLittleEndian, data: { address: ADDRESS, bytes } }),
      library: '1.15.2',
    };
  }),
);

const FORMS = [
  { name: 'ELF of Go 1.22', bytes: elfOf(MODULES), library: '1.22.1' },
  {
    name: 'ELF of Go 1.22 without names of sections',
    bytes: makeElf({ data: { address: ADDRESS, bytes: inlineBuildInfo('go1.22.1', MODULES) } }),
    library: '1.22.1',
  },
  ...OLD,
  {
    name: 'PE of Go 1.15',
    bytes: makePe(64, ADDRESS - 0x1000, [
      { name: '.text', address: 0x100, bytes: Buffer.alloc(64), isData: false },
      {
        name: '.data',
        address: 0x1000,
        bytes: pointerBuildInfo('go1.15.2', MODULES, {
          address: ADDRESS,
          pointerSize: 8,
          isLittleEndian: true,
        }),
        isData: true,
      },
    ]),
    library: '1.15.2',
  },
  {
    name: 'Mach-O of Go 1.22',
    bytes: makeMachO({
      bits: 64,
      isLittleEndian: true,
      address: ADDRESS,
      data: Buffer.alloc(64),
      section: ['__go_buildinfo', inlineBuildInfo('go1.22.1', MODULES)],
    }),
    library: '1.22.1',
  },
];

describe('a Go binary', () => {
  it.each(FORMS)('$name: its modules and the standard library', ({ bytes, library }) => {
    expect(names(bytes)).toEqual([...EXPECTED, `stdlib ${library}`]);
  });

  it('names modules by path, with their sums, and the program that needs them all', () => {
    const { packages } = catalogue(goBinary, { 'usr/bin/app': elfOf(MODULES) });
    const [main, ...others] = packages;
    expect(main).toMatchObject({ namespace: 'github.com/aquasecurity', name: 'test', kind: 'application' });
    expect(main?.dependsOn).toEqual(others.map(({ key }) => key));
    expect(others[1]).toMatchObject({
      type: 'golang',
      namespace: 'golang.org/x',
      properties: { 'go.h1': 'h1:go1bK/D/BFZV2I8cIQd1NKEZ+0owSTG1fDTci4IqFcE=' },
      occurrences: [{ path: 'usr/bin/app' }],
    });
    expect(others[2]?.cpes).toEqual(['cpe:2.3:a:golang:go:1.22.1:*:*:*:*:*:*:*']);
  });

  it.each([
    { name: 'an experiment', version: 'go1.22.1 X:loopvar', expected: '1.22.1' },
    { name: 'an experiment of old', version: 'go1.20.4-X:nocoverageredesign', expected: '1.20.4' },
    { name: 'a vendor', version: 'go1.20.12 (Red Hat 1.20.12-1.el9)', expected: '1.20.12' },
    { name: 'a candidate', version: 'go1.25rc1', expected: '1.25rc1' },
    { name: 'a commit', version: 'devel go1.23-a9f2b1c Tue Mar 5 2024', expected: '1.23-a9f2b1c' },
    { name: 'nobody knows', version: 'devel +5ec99f83aff1', expected: undefined },
  ])('the standard library where Go is of $name', ({ version, expected }) => {
    const { packages } = catalogue(goBinary, { app: elfOf('path\texample.org/app\n', version) });
    expect(packages.find(({ name }) => name === 'stdlib')?.version).toBe(expected);
  });

  const commit =
    'build\tvcs.revision=9640d75c13845419f5797e2e3ac3475f8d801d79\nbuild\tvcs.time=2024-04-26T06:00:20Z\n';
  it.each([
    {
      name: 'what Go recorded',
      mod: 'v1.9.0',
      build: 'build\t-ldflags="-X main.version=v2.0.0"\n',
      expected: 'v1.9.0',
    },
    {
      name: 'what the linker was told',
      build: `build\t-ldflags="-w -X main.version=v1.0.0"\n${commit}`,
      expected: 'v1.0.0',
    },
    {
      name: 'a version without v',
      build: 'build\t-ldflags="-X=main.Version=1.2.3-rc.1"\n',
      expected: 'v1.2.3-rc.1',
    },
    {
      name: 'in quotes',
      build: 'build\t-ldflags="-s \'-X main.version=v1.2.3\' -w"\n',
      expected: 'v1.2.3',
    },
    {
      name: 'its value in quotes',
      build: 'build\t-ldflags="-X main.version=\\"v1.2.3\\""\n',
      expected: 'v1.2.3',
    },
    { name: 'a ref', build: 'build\t-ldflags="-X main.gitTag=refs/tags/v1.2.3"\n', expected: 'v1.2.3' },
    {
      name: 'of another package of the module',
      build: 'build\t-ldflags="-X example.org/app/internal.Version=v3.1.4"\n',
      expected: 'v3.1.4',
    },
    {
      name: 'main before others',
      build: 'build\t-ldflags="-X k8s.io/version.gitVersion=v1.29.0 -X main.version=v0.4.0"\n',
      expected: 'v0.4.0',
    },
    {
      name: 'two that contradict',
      build: `build\t-ldflags="-X main.version=v1.0.0 -X main.Version=v2.0.0"\n${commit}`,
      expected: 'v0.0.0-20240426060020-9640d75c1384',
    },
    {
      name: 'no version in the variable',
      build: 'build\t-ldflags="-X main.version=dev"\n',
      expected: undefined,
    },
    { name: 'the commit', build: commit, expected: 'v0.0.0-20240426060020-9640d75c1384' },
    { name: 'nothing', build: '', expected: undefined },
  ])('the version of a program: $name', ({ mod = '(devel)', build, expected }) => {
    const { packages } = catalogue(goBinary, {
      app: elfOf(`path\texample.org/app\nmod\texample.org/app\t${mod}\t\n${build}`),
    });
    expect(packages[0]).toMatchObject({ name: 'app', namespace: 'example.org' });
    expect(packages[0]?.version).toBe(expected);
  });

  it('what replaces a module stands in its place, a folder does not', () => {
    const { packages } = catalogue(goBinary, {
      app: elfOf(
        [
          'path\tapp\nmod\tapp\t(devel)\t',
          'dep\tgolang.org/x/xerrors\tv0.1.0\n=>\tgithub.com/golang/xerrors\tv0.2.0\th1:abc=',
          'dep\texample.org/own\tv1.0.0\n=>\t./own\t(devel)\t\n',
        ].join('\n'),
      ),
    });
    expect(
      packages
        .slice(1, 3)
        .map(({ namespace, name, version, properties }) => ({ namespace, name, version, properties })),
    ).toEqual([
      {
        namespace: 'github.com/golang',
        name: 'xerrors',
        version: 'v0.2.0',
        properties: { 'go.h1': 'h1:abc=', 'go.replaces': 'golang.org/x/xerrors@v0.1.0' },
      },
      { namespace: 'example.org', name: 'own', version: 'v1.0.0', properties: { 'go.replacedBy': './own' } },
    ]);
  });

  it('built from files has a standard library and no name', () => {
    expect(names(elfOf('path\tcommand-line-arguments\nbuild\tGOOS=linux\n'))).toEqual(['stdlib 1.22.1']);
  });

  it.each([
    {
      name: 'the magic bytes in its code, as a program that looks for them',
      bytes: makeElf({ sections: { '.rodata': inlineBuildInfo('go1.22.1', MODULES) } }),
    },
    {
      name: 'the magic bytes at an odd place',
      bytes: makeElf({
        sections: { '.go.buildinfo': Buffer.concat([Buffer.alloc(8), inlineBuildInfo('go1.22.1', MODULES)]) },
      }),
    },
    {
      name: 'the magic bytes and nothing behind',
      bytes: makeElf({ sections: { '.go.buildinfo': inlineBuildInfo('', '') } }),
    },
    {
      name: 'pointers that lead nowhere',
      bytes: makeElf({
        data: {
          address: 1,
          bytes: pointerBuildInfo('go1.15', '', { address: ADDRESS, pointerSize: 8, isLittleEndian: true }),
        },
      }),
    },
    {
      name: 'no sections at all',
      bytes: Buffer.concat([Buffer.from('\x7fELF\x02\x01', 'latin1'), Buffer.alloc(100)]),
    },
  ])('is not what has $name', ({ bytes }) => {
    expect(catalogue(goBinary, { app: bytes })).toEqual({ packages: [], reports: [] });
  });

  it('the record is found behind bytes that look like one', () => {
    const decoy = Buffer.concat([Buffer.from('\xff Go buildinf:', 'latin1'), Buffer.alloc(18)]);
    expect(
      names(
        makeElf({
          sections: { '.go.buildinfo': Buffer.concat([decoy, inlineBuildInfo('go1.22.1', MODULES)]) },
        }),
      ),
    ).toEqual([...EXPECTED, 'stdlib 1.22.1']);
  });

  it('modules without their sentinels are not believed', () => {
    const info = inlineBuildInfo('go1.22.1', MODULES);
    const end = info.lastIndexOf('\n');
    info[end] = 0x20;
    expect(names(makeElf({ sections: { '.go.buildinfo': info } }))).toEqual(['stdlib 1.22.1']);
    expect(frame(MODULES).length).toBe(MODULES.length + 32);
  });

  it('packed by UPX is listed as unknown', () => {
    const packed = Buffer.concat([
      Buffer.from('\x7fELF\x02\x01\x01', 'latin1'),
      Buffer.alloc(229),
      Buffer.from('UPX!'),
      Buffer.alloc(900),
    ]);
    expect(catalogue(goBinary, { 'usr/bin/tool': packed })).toEqual({
      packages: [],
      reports: ['usr/bin/tool: The program is packed by UPX, so what was linked into it cannot be seen.'],
    });
  });

  it.each(FORMS)('$name: whatever is changed or cut, reading ends', ({ bytes }) => {
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), fc.nat(bytes.length), (changes, length) => {
        const broken = Buffer.from(bytes);
        for (const { at, to } of changes) broken[at] = to;
        for (const file of [broken, broken.subarray(0, length)]) {
          expect(catalogue(goBinary, { app: file }).reports.length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
