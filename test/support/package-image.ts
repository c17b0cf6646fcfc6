import {
  type LayerFile,
  type ManifestContent,
  makeImage,
  makeIndex,
  tarLayer,
} from '@artifact-lifecycle/testing';

/** Files of a small Alpine-like root: a distribution, its database, and Node packages. */
function baseFiles(architecture: string): readonly LayerFile[] {
  return [
    { path: 'etc/os-release', content: 'ID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME="Alpine Linux v3.20"\n' },
    { path: 'etc/apk/world', content: 'zlib\n' },
    {
      path: 'lib/apk/db/installed',
      content: [
        'C:Q1I8hSVFpSUGV6Zq8mF3bDvKEoeoQ=',
        'P:musl',
        'V:1.2.5-r0',
        `A:${architecture}`,
        'T:the musl c library (libc) implementation',
        'U:https://musl.libc.org/',
        'L:MIT',
        'o:musl',
        `p:so:libc.musl-${architecture}.so.1=1`,
        'F:lib',
        `R:ld-musl-${architecture}.so.1`,
        '',
        'P:zlib',
        'V:1.3.1-r1',
        `A:${architecture}`,
        'L:Zlib',
        'o:zlib',
        `D:so:libc.musl-${architecture}.so.1`,
        '',
        '',
      ].join('\n'),
    },
  ];
}

function npmPackage(path: string, name: string, version: string, more: object = {}): LayerFile {
  return {
    path: `${path}/package.json`,
    content: JSON.stringify({ name, version, license: 'MIT', ...more }),
  };
}

/** What goes into an image besides its distribution. */
export interface PackageImageOptions {
  /** Version of the npm package `left`. */
  readonly left?: string;
  readonly more?: readonly LayerFile[];
  readonly created?: string;
}

/** An index of two platforms with three layers each: a distribution, npm packages, and one of them removed again. */
export function makePackageImage({
  left = '1.0.0',
  more = [],
  created,
}: PackageImageOptions = {}): ManifestContent {
  const modules = 'app/node_modules';
  return makeIndex(
    (['amd64', 'arm64'] as const).map((architecture) =>
      makeImage({
        platform: { os: 'linux', architecture },
        config: {
          created: created ?? '2026-02-03T04:05:06Z',
          config: { Labels: { 'org.opencontainers.image.title': 'packages' } },
        },
        layers: [
          tarLayer(baseFiles(architecture === 'amd64' ? 'x86_64' : 'aarch64')),
          tarLayer([
            npmPackage(`${modules}/left`, 'left', left, { dependencies: { '@acme/right': '^2.0.0' } }),
            npmPackage(`${modules}/@acme/right`, '@acme/right', '2.1.0'),
            npmPackage(`${modules}/gone`, 'gone', '3.0.0'),
            ...more,
          ]),
          tarLayer([{ path: `${modules}/.wh.gone`, content: '' }]),
        ],
      }),
    ),
  );
}
