import { appendFile, chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type CachedImage, cacheImage } from './cached-image.ts';
import { unpackNode, unpackNpm } from './npm-archive.ts';
import { type LayerStep, makeLayers, type RootTree } from './root-tree.ts';

/** Changes when the image does. */
const NAME = 'node-alpine-1';

/** The Node in it. */
export const NODE_VERSION = '20.18.1';

interface ApkEntry {
  readonly name: string;
  readonly version: string;
  readonly origin?: string;
  readonly licence: string;
  readonly depends?: string;
  readonly provides?: string;
  /** Paths from the root. */
  readonly files?: readonly string[];
}

/** What the base image of `node:20-alpine` has. */
const BASE: readonly ApkEntry[] = [
  {
    name: 'alpine-baselayout',
    version: '3.6.8-r1',
    licence: 'GPL-2.0-only',
    depends: 'alpine-baselayout-data=3.6.8-r1 /bin/sh',
    files: ['etc/motd'],
  },
  {
    name: 'alpine-baselayout-data',
    version: '3.6.8-r1',
    origin: 'alpine-baselayout',
    licence: 'GPL-2.0-only',
    files: ['etc/passwd', 'etc/group'],
  },
  { name: 'alpine-keys', version: '2.5-r0', licence: 'MIT' },
  { name: 'alpine-release', version: '3.21.3-r0', origin: 'alpine-base', licence: 'MIT' },
  { name: 'apk-tools', version: '2.14.6-r3', licence: 'GPL-2.0-only', depends: 'so:libc.musl-x86_64.so.1' },
  {
    name: 'busybox',
    version: '1.37.0-r12',
    licence: 'GPL-2.0-only',
    depends: 'so:libc.musl-x86_64.so.1',
    provides: 'cmd:busybox=1.37.0-r12',
    files: ['bin/busybox'],
  },
  {
    name: 'busybox-binsh',
    version: '1.37.0-r12',
    origin: 'busybox',
    licence: 'GPL-2.0-only',
    depends: 'busybox=1.37.0-r12',
    provides: '/bin/sh',
    files: ['bin/sh'],
  },
  {
    name: 'ca-certificates-bundle',
    version: '20241121-r1',
    origin: 'ca-certificates',
    licence: 'MPL-2.0 AND MIT',
  },
  {
    name: 'libcrypto3',
    version: '3.3.3-r0',
    origin: 'openssl',
    licence: 'Apache-2.0',
    depends: 'so:libc.musl-x86_64.so.1',
    provides: 'so:libcrypto.so.3=3',
  },
  {
    name: 'libssl3',
    version: '3.3.3-r0',
    origin: 'openssl',
    licence: 'Apache-2.0',
    depends: 'so:libc.musl-x86_64.so.1 so:libcrypto.so.3',
    provides: 'so:libssl.so.3=3',
  },
  { name: 'musl', version: '1.2.5-r9', licence: 'MIT', provides: 'so:libc.musl-x86_64.so.1=1' },
  {
    name: 'musl-utils',
    version: '1.2.5-r9',
    origin: 'musl',
    licence: 'MIT AND BSD-2-Clause AND GPL-2.0-or-later',
    depends: 'scanelf so:libc.musl-x86_64.so.1',
  },
  {
    name: 'scanelf',
    version: '1.3.8-r1',
    origin: 'pax-utils',
    licence: 'GPL-2.0-only',
    depends: 'so:libc.musl-x86_64.so.1',
  },
  {
    name: 'ssl_client',
    version: '1.37.0-r12',
    origin: 'busybox',
    licence: 'GPL-2.0-only',
    depends: 'so:libc.musl-x86_64.so.1 so:libcrypto.so.3 so:libssl.so.3',
  },
  { name: 'zlib', version: '1.3.1-r2', licence: 'Zlib', provides: 'so:libz.so.1=1.3.1' },
];

/** What the layer with Node adds. */
const WITH_NODE: readonly ApkEntry[] = [
  {
    name: 'libgcc',
    version: '14.2.0-r4',
    origin: 'gcc',
    licence: 'GPL-2.0-or-later AND LGPL-2.1-or-later',
    depends: 'so:libc.musl-x86_64.so.1',
    provides: 'so:libgcc_s.so.1=1',
  },
  {
    name: 'libstdc++',
    version: '14.2.0-r4',
    origin: 'gcc',
    licence: 'GPL-2.0-or-later AND LGPL-2.1-or-later',
    depends: 'so:libc.musl-x86_64.so.1 so:libgcc_s.so.1',
    provides: 'so:libstdc++.so.6=6.0.33',
  },
];

/** `name version` of every package in the apk database of the image, sorted. */
export const APK_PACKAGES: readonly string[] = [...BASE, ...WITH_NODE]
  .map(({ name, version }) => `${name} ${version}`)
  .sort();

const DATABASE = 'lib/apk/db/installed';

const LAYERS: readonly LayerStep[] = [
  {
    name: 'alpine',
    format: 'gnu',
    apply: async (tree) => {
      await write(tree, 'etc/os-release', OS_RELEASE);
      await write(
        tree,
        'etc/apk/world',
        'alpine-baselayout\nalpine-keys\nalpine-release\napk-tools\nbusybox\n',
      );
      await write(tree, DATABASE, BASE.map(formatEntry).join(''));
      // Owned by apk, and therefore not a second package: the program says of itself what it is.
      await write(tree, 'bin/busybox', formatProgram('BusyBox v1.37.0 (2025-01-17 18:12:01 UTC)'));
      await symlink('/bin/busybox', tree.at('bin/sh'));
    },
  },
  {
    name: 'node',
    format: 'pax',
    apply: async (tree) => {
      await unpackNode(tree, NODE_VERSION);
      await unpackNpm(tree, 'npm@10.8.2', 'usr/local/lib/node_modules/npm');
      await unpackNpm(tree, 'corepack@0.34.0', 'usr/local/lib/node_modules/corepack');
      await symlink('../lib/node_modules/npm/bin/npm-cli.js', tree.at('usr/local/bin/npm'));
      await appendFile(tree.at(DATABASE), WITH_NODE.map(formatEntry).join(''));
    },
  },
  {
    name: 'yarn',
    format: 'gnu',
    apply: async (tree) => {
      await unpackNpm(tree, 'yarn@1.22.22', 'opt/yarn-v1.22.22');
      await symlink('/opt/yarn-v1.22.22/bin/yarn', tree.at('usr/local/bin/yarn'));
    },
  },
];

/**
 * Gives an image with what `node:20-alpine` has: the real npm, corepack, yarn and Node of their packages, and an apk
 * database as apk-tools writes it. Needs npm and GNU tar, and the npm registry on the first occasion.
 */
export function makeNodeAlpineImage(): Promise<CachedImage> {
  return cacheImage(NAME, (sink) => makeLayers(LAYERS, sink));
}

const OS_RELEASE = `NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.21.3
PRETTY_NAME="Alpine Linux v3.21"
HOME_URL="https://alpinelinux.org/"
`;

/** An entry of the database (apk-tools, "apk-v2(5)"). */
function formatEntry({ name, version, origin, licence, depends, provides, files = [] }: ApkEntry): string {
  const checksum = `Q1${Buffer.from(name.padEnd(20, '.').slice(0, 20)).toString('base64')}`;
  const optional = (key: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [`${key}:${value}`];
  return [
    ...[`C:${checksum}`, `P:${name}`, `V:${version}`, 'A:x86_64', 'S:12345', 'I:45056'],
    ...[`T:${name} of Alpine`, 'U:https://alpinelinux.org', `L:${licence}`, `o:${origin ?? name}`],
    ...[
      'm:Natanael Copa <ncopa@alpinelinux.org>',
      't:1739471520',
      'c:b5ab1f5a2f4b6d1c6c1a6d3ad5ac2b9f29fcbb5c',
    ],
    ...optional('D', depends),
    ...optional('p', provides),
    ...files.flatMap((path) => [
      ...[`F:${dirname(path)}`, `R:${path.slice(path.lastIndexOf('/') + 1)}`, 'a:0:0:755'],
      `Z:${checksum}`,
    ]),
    '\n',
  ].join('\n');
}

/** The least that is an ELF file, with a text in it. */
function formatProgram(text: string): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(62, 18);
  header.writeUInt32LE(1, 20);
  header.writeUInt16LE(64, 52);
  return Buffer.concat([header, Buffer.from(`\0${text}\0`)]);
}

async function write(tree: RootTree, path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(tree.at(path)), { recursive: true });
  await writeFile(tree.at(path), content);
  await chmod(tree.at(path), 0o755);
}
