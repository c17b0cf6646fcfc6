import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { dirname, normalize } from 'node:path/posix';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { dpkg } from '../../packages/sbom/src/cataloguers/debian/dpkg.ts';
import { osRelease } from '../../packages/sbom/src/cataloguers/distribution/os-release.ts';
import { type Catalogued, catalogue, wants } from '../../packages/sbom/test/support/files.ts';
import { describeWithTools } from '../support/tools.ts';

/** The first archive that this machine's apt knows of its own distribution, and the release it is of. */
function ownArchive(): { readonly url: string; readonly suite: string } | undefined {
  const places = [
    '/etc/apt/sources.list.d/debian.sources',
    '/etc/apt/sources.list.d/ubuntu.sources',
    '/etc/apt/sources.list',
  ];
  const text = places
    .filter(existsSync)
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const url = /^(?:URIs:|deb)\s+(https?:\/\/\S+?\/(?:debian|ubuntu)\/?)(?=\s|$)/m.exec(text)?.[1];
  const suite = /^VERSION_CODENAME=(\w+)/m.exec(
    existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '',
  )?.[1];
  return url === undefined || suite === undefined ? undefined : { url, suite };
}

/** What debootstrap needs beside itself: a user who may make device files, and an archive. */
const ARCHIVE = process.getuid?.() === 0 ? ownArchive() : undefined;

const TITLE = 'a Debian system of debootstrap';

if (ARCHIVE === undefined) {
  describe.skip(`${TITLE} (skipped: not root, or no archive of apt)`, () =>
    it('needs them', () => undefined));
} else {
  describeWithTools(TITLE, ['debootstrap'], (tools) => {
    // Kept between runs, beside the tools: it takes a minute.
    const root = join(process.env['ARTIFACT_LIFECYCLE_TOOLS'] ?? '', '..', `debian-${ARCHIVE.suite}`);
    let found: Catalogued;

    beforeAll(() => {
      if (!existsSync(join(root, '.complete'))) {
        rmSync(root, { recursive: true, force: true });
        mkdirSync(root, { recursive: true });
        execFileSync(tools.debootstrap, ['--variant=minbase', ARCHIVE.suite, root, ARCHIVE.url], {
          stdio: 'pipe',
        });
        writeFileSync(join(root, '.complete'), '');
      }
      const paths = [...regularFiles(root, '')];
      const read = (path: string) => readFileSync(join(root, path));
      const files = Object.fromEntries(
        paths.filter((path) => wants(dpkg.selects, path)).map((path) => [path, read(path)]),
      );
      found = catalogue(dpkg, files, { resolve: (path) => resolveIn(root, path) });
    }, 600_000);

    it('has the packages that dpkg says it has', () => {
      const said = execFileSync(
        'dpkg-query',
        [
          '--admindir',
          join(root, 'var/lib/dpkg'),
          '-W',
          '-f',
          // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg fills it in
          '${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\t${source:Version}\\n',
        ],
        { encoding: 'utf8' },
      );
      expect(found.reports).toEqual([]);
      expect(
        found.packages
          .map(({ name, version, qualifiers, source }) =>
            [name, version, qualifiers?.['arch'], source?.name, source?.version].join('\t'),
          )
          .sort(),
      ).toEqual(said.trim().split('\n').sort());
      expect(found.packages.length).toBeGreaterThan(60);
    });

    it('knows licences, dependencies and files of all of them', () => {
      // A copyright in prose alone names none: libcrypt1's is one.
      const silent = found.packages.filter(({ licences }) => licences?.length === 0).map(({ name }) => name);
      expect(silent.length).toBeLessThan(found.packages.length / 20);
      expect(
        found.packages.filter(({ completeness }) => completeness !== 'complete').map(({ name }) => name),
      ).toEqual([]);
      const programs = [...regularFiles(root, 'usr/bin')].filter(
        (path) =>
          // Packages of before usr was merged name them in bin.
          !found.packages.some(({ owned }) => owned?.has(path) || owned?.has(path.replace('usr/', ''))),
      );
      expect(programs).toEqual([]);
    });

    it('is the distribution that it is', () => {
      const { packages } = catalogue(osRelease, {
        'usr/lib/os-release': readFileSync(join(root, 'usr/lib/os-release')),
        'etc/debian_version': readFileSync(join(root, 'etc/debian_version')),
      });
      expect(packages.map(({ kind, properties }) => [kind, properties?.['os.codename']])).toEqual([
        ['operating-system', ARCHIVE.suite],
      ]);
    });
  });
}

/** Files below a folder, as a layer would have them: links are none, and are not followed. */
function* regularFiles(root: string, folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile()) yield path;
    else if (entry.isDirectory() && !['proc', 'sys', 'dev'].includes(path)) yield* regularFiles(root, path);
  }
}

/** Follows links in a path, all of them within the root. */
function resolveIn(root: string, path: string): string {
  let done = '';
  const parts = path.split('/');
  for (
    let part = parts.shift(), steps = 0;
    part !== undefined && steps < 100;
    part = parts.shift(), steps++
  ) {
    const next = done === '' ? part : `${done}/${part}`;
    const isLink = lstatSync(join(root, next), { throwIfNoEntry: false })?.isSymbolicLink() === true;
    if (!isLink) done = next;
    else {
      const target = readlinkSync(join(root, next));
      const whole = normalize(target.startsWith('/') ? target : join('/', dirname(next), target));
      parts.unshift(...whole.split('/').filter((each) => each !== ''));
      done = '';
    }
  }
  return done;
}
