import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cargoLock } from '../../src/cataloguers/rust/cargo-lock.ts';
import { rustBinary } from '../../src/cataloguers/rust/rust-binary.ts';
import { makeElf } from '../support/elf.ts';
import { type Catalogued, catalogue } from '../support/files.ts';
import { makePe } from '../support/pe.ts';

const DATA = process.env['ARTIFACT_LIFECYCLE_DATA'];

/** `type name version -> what it needs`, by name and version. */
function lines({ packages }: Catalogued): readonly string[] {
  const names = new Map(packages.map(({ key, name, version }) => [key, `${name} ${version ?? ''}`]));
  return packages.map(({ type, key, dependsOn = [] }) =>
    [`${type} ${names.get(key)}`, ...dependsOn.map((needed) => `  ${names.get(needed)}`)].join('\n'),
  );
}

function binary(data: unknown, section = '.dep-v0'): Buffer {
  return makeElf({ sections: { '.text': Buffer.alloc(64), [section]: deflateSync(JSON.stringify(data)) } });
}

const CRATES = {
  packages: [
    { name: 'app', version: '0.1.0', source: 'local', root: true, dependencies: [1, 2, 3, 9] },
    { name: 'serde', version: '1.0.217', source: 'crates.io', dependencies: [2] },
    { name: 'own', version: '0.2.0', source: 'git' },
    { name: 'cc', version: '1.0.0', source: 'crates.io', kind: 'build' },
  ],
};
const EXPECTED = [
  'generic app 0.1.0\n  serde 1.0.217\n  own 0.2.0',
  'cargo serde 1.0.217\n  own 0.2.0',
  'cargo own 0.2.0',
];

describe('a Rust binary', () => {
  it.each([
    { name: 'ELF', bytes: binary(CRATES) },
    { name: 'ELF of the first releases', bytes: binary(CRATES, '.rust-deps-v0') },
    {
      name: 'PE',
      bytes: makePe(64, 0x400000, [
        { name: '.dep-v0', address: 0x1000, bytes: deflateSync(JSON.stringify(CRATES)), isData: false },
      ]),
    },
  ])('$name: its crates, and which needs which', ({ bytes }) => {
    const found = catalogue(rustBinary, { 'usr/bin/app': bytes });
    expect(lines(found)).toEqual(EXPECTED);
    expect(found.packages[0]).toMatchObject({
      kind: 'application',
      properties: { 'rust.source': 'local', 'rust.buildDependencies': 'cc@1.0.0' },
      completeness: 'complete',
    });
  });

  it.each([
    { name: 'no such section', bytes: makeElf({ sections: { '.text': Buffer.alloc(9) } }), reports: [] },
    {
      name: 'a section that is not compressed',
      bytes: makeElf({ sections: { '.dep-v0': Buffer.from('{}') } }),
      reports: ['app: What cargo-auditable recorded cannot be inflated.'],
    },
    {
      name: 'a bomb',
      bytes: makeElf({ sections: { '.dep-v0': deflateSync(Buffer.alloc(9_000_000)) } }),
      reports: ['app: What cargo-auditable recorded cannot be inflated.'],
    },
    { name: 'something else', bytes: binary([]), reports: ['app: It is not a JSON object.'] },
    {
      name: 'strange crates',
      bytes: binary({ packages: [1, null, {}, { name: 7, dependencies: 'x' }] }),
      reports: [],
    },
  ])('$name gives nothing', ({ bytes, reports }) => {
    expect(catalogue(rustBinary, { app: bytes })).toEqual({ packages: [], reports });
  });

  it('whatever is changed or cut, reading ends', () => {
    const bytes = binary(CRATES);
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), fc.nat(bytes.length), (changes, length) => {
        const broken = Buffer.from(bytes);
        for (const { at, to } of changes) broken[at] = to;
        for (const file of [broken, broken.subarray(0, length)]) {
          expect(catalogue(rustBinary, { app: file }).packages.length).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
});

describe('Cargo.lock', () => {
  const lock = `version = 4

[[package]]
name = "app"
version = "0.1.0"
dependencies = [
 "bare",
 "twice 1.0.0",
 "twice 2.0.0 (git+https://github.com/acme/twice?rev=abc#abcdef0123)",
]

[[package]]
name = "bare"
version = "1.2.3"
source = "sparse+https://index.crates.io/"
checksum = "${'ab'.repeat(32)}"

[[package]]
name = "twice"
version = "1.0.0"
source = "registry+https://crates.acme.example/index"

[[package]]
name = "twice"
version = "2.0.0"
source = "git+https://github.com/acme/twice?rev=abc#abcdef0123"

[[patch.unused]]
name = "unused"
version = "0.0.1"
`;

  it('crates, their sources, hashes and edges', () => {
    const found = catalogue(cargoLock, { 'Cargo.lock': lock });
    expect(found.reports).toEqual([]);
    expect(lines(found)).toEqual([
      'generic app 0.1.0\n  bare 1.2.3\n  twice 1.0.0\n  twice 2.0.0',
      'cargo bare 1.2.3',
      'cargo twice 1.0.0',
      'cargo twice 2.0.0',
    ]);
    expect(found.packages.slice(1).map(({ qualifiers, hashes }) => ({ qualifiers, hashes }))).toEqual([
      { qualifiers: undefined, hashes: [{ algorithm: 'SHA-256', hex: 'ab'.repeat(32) }] },
      { qualifiers: { repository_url: 'https://crates.acme.example/index' }, hashes: [] },
      { qualifiers: { vcs_url: 'git+https://github.com/acme/twice@abcdef0123' }, hashes: [] },
    ]);
  });
});

(DATA === undefined ? describe.skip : describe)('crates of others', () => {
  const expected = (name: string): unknown =>
    JSON.parse(readFileSync(join(DATA ?? '', 'sbom/expected', name), 'utf8'));
  const locked = (name: string): Catalogued =>
    catalogue(cargoLock, { 'Cargo.lock': readFileSync(join(DATA ?? '', 'sbom/rust/trivy/cargo', name)) });

  it('a program with a library of its own', () => {
    expect(lines(catalogue(rustBinary, { app: binary(expected('rust-trivy-test.elf.json')) }))).toEqual([
      'generic crate_with_features 0.1.0\n  library_crate 0.1.0',
      'generic library_crate 0.1.0',
    ]);
  });

  it('a program with crates of crates.io', () => {
    expect(
      lines(catalogue(rustBinary, { app: binary(expected('rust-scalibr-uses_serde_json.json')) })),
    ).toEqual([
      'cargo itoa 1.0.14',
      'cargo memchr 2.7.4',
      'cargo proc-macro2 1.0.92\n  unicode-ident 1.0.14',
      'cargo quote 1.0.38\n  proc-macro2 1.0.92',
      'cargo ryu 1.0.18',
      'cargo serde 1.0.217\n  serde_derive 1.0.217',
      'cargo serde_derive 1.0.217\n  proc-macro2 1.0.92\n  quote 1.0.38\n  syn 2.0.95',
      'cargo serde_json 1.0.135\n  itoa 1.0.14\n  memchr 2.7.4\n  ryu 1.0.18\n  serde 1.0.217',
      'cargo syn 2.0.95\n  proc-macro2 1.0.92\n  quote 1.0.38\n  unicode-ident 1.0.14',
      'cargo unicode-ident 1.0.14',
      'generic uses_json 0.1.0\n  serde 1.0.217\n  serde_json 1.0.135',
    ]);
  });

  it('a lock file of version 1, and the same with comments and other quotes', () => {
    const found = lines(locked('cargo_normal.lock'));
    expect(found).toEqual([
      'cargo libc 0.2.54',
      'generic normal 0.1.0\n  libc 0.2.54',
      'cargo unsafe-any 0.4.2',
      'cargo typemap 0.3.3\n  unsafe-any 0.4.2',
      'cargo idna 0.1.5',
      'cargo matches 0.1.8',
      'cargo percent-encoding 1.0.1',
      'cargo url 1.7.2\n  idna 0.1.5\n  matches 0.1.8\n  percent-encoding 1.0.1',
    ]);
    expect([...lines(locked('cargo_mixed.lock'))].sort()).toEqual([...found].sort());
    expect(locked('cargo_normal.lock').packages[0]?.hashes).toHaveLength(1);
  });

  it('a lock file of version 3', () => {
    expect(lines(locked('cargo_v3.lock'))).toEqual([
      'cargo aho-corasick 0.7.20\n  memchr 2.5.0',
      'generic app 0.1.0\n  memchr 1.0.2\n  regex 1.7.3\n  regex-syntax 0.5.6',
      'cargo libc 0.2.140',
      'cargo memchr 1.0.2\n  libc 0.2.140',
      'cargo memchr 2.5.0',
      'cargo regex 1.7.3\n  aho-corasick 0.7.20\n  memchr 2.5.0\n  regex-syntax 0.6.29',
      'cargo regex-syntax 0.5.6\n  ucd-util 0.1.10',
      'cargo regex-syntax 0.6.29',
      'cargo ucd-util 0.1.10',
    ]);
  });

  it('a broken package is unknown, and the others there', () => {
    const { packages, reports } = locked('cargo_invalid.lock');
    expect(packages.map(({ name }) => name)).toEqual(['libc', 'typemap', 'url']);
    expect(reports).toEqual(['Cargo.lock: A package named "normal" has no version.']);
  });
});
