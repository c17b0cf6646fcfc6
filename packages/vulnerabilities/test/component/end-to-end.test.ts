import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  DOCUMENT_FORMATS,
  describeDirectory,
  type Inventory,
  parseDocument,
  writeDocument,
} from '@artifact-lifecycle/sbom';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Advisory,
  type ComponentList,
  componentsOfDocument,
  componentsOfInventory,
  matchAdvisories,
} from '../../src/index.ts';
import { advisoryOf, rangeOf } from '../support/advisories.ts';

/** A root file system with something of a distribution and of three languages in it. */
const FILES: Readonly<Record<string, string>> = {
  'etc/os-release': 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
  'var/lib/dpkg/status': `Package: libc6
Status: install ok installed
Architecture: amd64
Source: glibc
Version: 2.36-9+deb12u2

Package: libattr1
Status: install ok installed
Architecture: amd64
Source: attr (1:2.5.1-4)
Version: 1:2.5.1-4+b1
`,
  'app/node_modules/lodash/package.json': '{"name":"lodash","version":"4.17.15"}',
  'app/node_modules/other/node_modules/lodash/package.json': '{"name":"lodash","version":"4.17.21"}',
  'usr/lib/python3/site-packages/Jinja2-3.1.2.dist-info/METADATA':
    'Metadata-Version: 2.1\nName: Jinja2\nVersion: 3.1.2\n',
};

const ADVISORIES: readonly Advisory[] = [
  advisoryOf('DEBIAN-CVE-2023-4911', [
    rangeOf('Debian:12', 'glibc', ['introduced 0', 'fixed 2.36-9+deb12u3']),
  ]),
  advisoryOf('DSA-1', [rangeOf('Debian:12', 'attr', ['introduced 0', 'fixed 1:2.5.1-4'])]),
  advisoryOf('GHSA-35jh-r3h4-6jhm', [rangeOf('npm', 'lodash', ['introduced 0', 'fixed 4.17.21'])]),
  advisoryOf('PYSEC-1', [rangeOf('PyPI', 'jinja2', ['introduced 0', 'fixed 3.1.3'])]),
];

const CONTEXT = { toolVersion: '1.2.3', created: undefined, now: new Date(0) };

function findingsOf({ components }: ComponentList): readonly string[] {
  const { findings } = matchAdvisories(
    components.map((component) => ({ component, advisories: ADVISORIES })),
  );
  return findings.map(
    ({ id, component, fixedIn }) => `${id} in ${component.name} ${component.version}: ${fixedIn}`,
  );
}

describe('a root file system and its documents', () => {
  const directory = mkdtempSync(join(tmpdir(), 'components-'));
  let inventory: Inventory;
  beforeAll(async () => {
    for (const [path, content] of Object.entries(FILES)) {
      mkdirSync(join(directory, dirname(path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
    inventory = await describeDirectory(directory);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('have the findings that are there', () => {
    expect(findingsOf(componentsOfInventory(inventory))).toEqual([
      'CVE-2023-4911 in libc6 2.36-9+deb12u2: 2.36-9+deb12u3',
      'GHSA-35jh-r3h4-6jhm in lodash 4.17.15: 4.17.21',
      'PYSEC-1 in jinja2 3.1.2: 3.1.3',
    ]);
  });

  it.each(DOCUMENT_FORMATS)('have the same components: %s', (format) => {
    const list = componentsOfDocument(parseDocument(writeDocument(inventory, format, CONTEXT)));
    expect(list).toEqual(componentsOfInventory(inventory));
    expect(findingsOf(list)).toHaveLength(3);
  });
});
