import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { binaryClassifier, CLASSIFIERS } from '../../src/cataloguers/binary/binary-classifier.ts';
import { elfPackageNote } from '../../src/cataloguers/binary/elf-package-note.ts';
import { formatPurl } from '../../src/purl/purl.ts';
import { makeElf } from '../support/elf.ts';
import { catalogue } from '../support/files.ts';
import { SAMPLES } from './samples.ts';

const DATA = process.env['ARTIFACT_LIFECYCLE_DATA'];

/** An ELF file whose constants hold a text. */
function program(text: string): Buffer {
  return makeElf({ sections: { '.text': Buffer.alloc(64), '.rodata': Buffer.from(text, 'latin1') } });
}

function purls(path: string, content: string | Buffer): readonly (string | undefined)[] {
  return catalogue(binaryClassifier, { [path]: content }).packages.map(formatPurl);
}

/** What a program of this name and version would be found as. */
function found(name: string, version: string): readonly (string | undefined)[] {
  const sample = SAMPLES[name];
  if (sample === undefined) return [];
  const minor = version
    .split('.')
    .slice(name === 'julia' ? 1 : 0, 2)
    .join('.');
  const file = sample.file.replace('{minor}', minor);
  const isText = /^(?:VERSION|application\.ini|elixir|wp)$/.test(basename(file));
  const text = sample.bytes(version);
  return purls(`usr/local/${file}`, isText ? text : program(text));
}

/** Classes of the truth whose programs show their version in no way that is known here. */
const UNKNOWN_CLASSES = [
  ...['auditbeat', 'elastic-agent', 'envoy', 'filebeat', 'heartbeat', 'metricbeat', 'packetbeat'],
  ...['mongodb', 'swipl'],
];

const TABLE = 'sbom/expected/binary-classifier.tsv';

(DATA === undefined ? describe.skip : describe)('programs of the truth', () => {
  // Of a suite that is skipped the body runs, too; a table has at least one row.
  const table = DATA === undefined ? 'head\nrow' : readFileSync(join(DATA, TABLE), 'utf8');
  const [, ...rows] = table.trimEnd().split('\n');
  const cases = rows.map((row) => {
    const [fixture = '', name = '', version = '', purl = ''] = row.split('\t');
    return { fixture, name, version, purl };
  });

  it.each(cases.filter(({ name }) => !UNKNOWN_CLASSES.includes(name)))(
    '$fixture: $name $version',
    ({ name, version, purl }) => {
      expect(found(name, version)).toEqual([purl]);
    },
  );

  it('those that are not known are these', () => {
    const names = new Set(cases.map(({ name }) => name).filter((name) => SAMPLES[name] === undefined));
    expect([...names].sort()).toEqual([...UNKNOWN_CLASSES].sort());
  });
});

describe('programs known by name and bytes', () => {
  it.each([
    {
      name: 'a file of another name',
      path: 'usr/bin/other',
      bytes: program('BusyBox v1.36.1'),
      expected: [],
    },
    {
      name: 'a text of the right name',
      path: 'bin/busybox',
      bytes: Buffer.from('BusyBox v1.36.1'),
      expected: [],
    },
    { name: 'a name without its sign', path: 'bin/busybox', bytes: program('BusyBox'), expected: [] },
    {
      name: 'Python by the name of its file',
      path: 'lib/libpython3.11.so.1.0',
      bytes: program('\x003.12.1\x003.11.2+\0'),
      expected: ['pkg:generic/python@3.11.2'],
    },
    {
      name: 'Python whose version ends a path',
      path: 'lib/libpython3.13.so.1.0',
      bytes: program('/opt/3.13.0\0'),
      expected: ['pkg:generic/python@3.13.0'],
    },
    {
      name: 'two versions that could be it',
      path: 'bin/gzip',
      bytes: program('\x001.12\x001.13\0'),
      expected: [],
    },
    {
      name: "a distribution's Java",
      path: 'bin/java',
      bytes: program('\0openjdk\0java\x000.0\x0017.0.15+6-Debian-1deb12u1\0'),
      expected: ['pkg:generic/oracle/openjdk@17.0.15%2B6'],
    },
    {
      name: 'OpenResty',
      path: 'sbin/nginx',
      bytes: program('nginx version: openresty/1.21.4.3\0'),
      expected: ['pkg:generic/nginx@1.21.4'],
    },
    {
      name: 'MariaDB under the name of MySQL',
      path: 'sbin/mysqld',
      bytes: program('10.6.15-MariaDB\0/mysql-10.6.15/'),
      expected: ['pkg:generic/mariadb@10.6.15'],
    },
    {
      name: "MySQL's cluster and server in one",
      path: 'sbin/mysqld',
      bytes: program('/mysql-cluster-gpl-7.6.17/\0/mysql-5.7.33/'),
      expected: ['pkg:generic/mysql-cluster@7.6.17', 'pkg:generic/mysql-server@5.7.33'],
    },
    {
      name: 'PHP',
      path: 'bin/php8.2',
      bytes: program('X-Powered-By: PHP/8.2.1\0'),
      expected: ['pkg:generic/php@8.2.1'],
    },
    {
      name: 'curl',
      path: 'lib/libcurl.so.4',
      bytes: program('libcurl/7.88.1\0'),
      expected: ['pkg:generic/curl@7.88.1'],
    },
    {
      name: 'util-linux',
      path: 'bin/mount',
      bytes: program('util-linux 2.38.1\0'),
      expected: ['pkg:generic/util-linux@2.38.1'],
    },
    {
      name: 'Go by its own record',
      path: 'go/bin/go',
      bytes: program(`${'\xff Go buildinf:\x08\x02'.padEnd(32, '\0')}\x08go1.21.3\x95\x02w`),
      expected: ['pkg:generic/go@1.21.3'],
    },
    {
      name: 'Redis of old',
      path: 'bin/redis-server',
      bytes: program('\x002.8.23\0Lua 5.1\0'),
      expected: ['pkg:generic/redis@2.8.23'],
    },
  ])('$name', ({ path, bytes, expected }) => {
    expect(purls(path, bytes)).toEqual(expected);
  });

  it('the program that runs this test is Node', () => {
    const { packages } = catalogue(binaryClassifier, { 'usr/bin/node': readFileSync(process.execPath) });
    expect(packages).toMatchObject([
      {
        name: 'node',
        version: process.versions.node,
        kind: 'application',
        cpes: [`cpe:2.3:a:nodejs:node.js:${process.versions.node}:*:*:*:*:*:*:*`],
      },
    ]);
  });

  it('no pattern of a name or a sign matches nothing at all', () => {
    for (const { name, files, signs } of CLASSIFIERS) {
      expect({ name, matches: files.test('') }).toEqual({ name, matches: false });
      for (const sign of signs) {
        const pattern =
          'near' in sign
            ? sign.pattern
            : 'start' in sign
              ? sign.start
              : 'named' in sign
                ? sign.named
                : sign.only;
        expect({ name, matches: pattern.test('') }).toEqual({ name, matches: false });
      }
    }
  });
});

describe('a note of an ELF file', () => {
  const note = (json: string, type = 0xcafe1a7e): Buffer => {
    const head = Buffer.alloc(16);
    head.writeUInt32LE(4, 0);
    head.writeUInt32LE(json.length + 1, 4);
    head.writeUInt32LE(type, 8);
    head.write('FDO\0', 12, 'latin1');
    return makeElf({ sections: { '.note.package': Buffer.concat([head, Buffer.from(`${json}\0`)]) } });
  };
  const fedora =
    '{"type":"rpm","name":"coreutils","version":"9.1-6.fc37","architecture":"x86_64","osCpe":"cpe:/o:fedoraproject:fedora:37"}';

  it.each([
    {
      name: 'a package of a distribution',
      bytes: note(fedora),
      expected: ['pkg:rpm/fedora/coreutils@9.1-6.fc37?arch=x86_64'],
    },
    {
      name: 'a package of Debian, by its name',
      bytes: note('{"type":"deb","os":"Debian","name":"systemd","version":"252.38-1~deb12u1"}'),
      expected: ['pkg:deb/debian/systemd@252.38-1~deb12u1'],
    },
    {
      name: 'a package of nobody',
      bytes: note('{"name":"tool","version":"1"}'),
      expected: ['pkg:generic/tool@1'],
    },
    { name: 'no name', bytes: note('{"version":"1"}'), expected: [] },
    { name: 'a note of another kind', bytes: note(fedora, 1), expected: [] },
    {
      name: 'a section that is cut off',
      bytes: makeElf({ sections: { '.note.package': Buffer.alloc(6) } }),
      expected: [],
    },
  ])('$name', ({ bytes, expected }) => {
    expect(catalogue(elfPackageNote, { 'usr/bin/x': bytes }).packages.map(formatPurl)).toEqual(expected);
  });

  it('that is no JSON is unknown', () => {
    expect(catalogue(elfPackageNote, { x: note('no JSON') }).reports).toEqual(['x: It is not JSON.']);
  });
});
