import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DeclaredLicence } from '../../src/inventory/package.ts';
import { licenceExpression } from '../../src/licence/expression.ts';
import { extractLicence, findLicenceRefs } from '../../src/licence/licence-ref.ts';
import { EXCEPTION_IDS } from '../../src/licence/spdx-list.ts';

/** Another's reader of the grammar judges what is written. */
const parse = createRequire(import.meta.url)('spdx-expression-parse') as (text: string) => unknown;

type Row = {
  readonly text: string;
  readonly style?: DeclaredLicence['style'];
  readonly licence: string | undefined;
};

const SPDX: readonly Row[] = [
  { text: 'MIT', licence: 'MIT' },
  { text: 'mit', licence: 'MIT' },
  { text: '(MIT OR Apache-2.0)', licence: 'MIT OR Apache-2.0' },
  { text: 'MIT/Apache-2.0', style: 'spdx', licence: 'MIT OR Apache-2.0' },
  { text: 'GPL-2.0', licence: 'GPL-2.0-only' },
  { text: 'GPL-2.0+', licence: 'GPL-2.0-or-later' },
  { text: 'LGPL-2.1', licence: 'LGPL-2.1-only' },
  { text: 'GPL-2.0-with-classpath-exception', licence: 'GPL-2.0-only WITH Classpath-exception-2.0' },
  { text: 'Apache-2.0 WITH LLVM-exception', licence: 'Apache-2.0 WITH LLVM-exception' },
  { text: 'EPL-1.0+', licence: 'EPL-1.0+' },
  { text: 'Net-SNMP', licence: 'MIT-CMU AND BSD-3-Clause' },
  { text: 'BSD-2-Clause-FreeBSD', licence: 'BSD-2-Clause-Views' },
  {
    text: 'MIT AND (GPL-2.0+ OR (ISC AND Zlib))',
    style: 'spdx',
    licence: 'MIT AND (GPL-2.0-or-later OR (ISC AND Zlib))',
  },
  { text: 'MIT OR (MIT OR ISC)', style: 'spdx', licence: 'MIT OR ISC' },
  { text: 'LicenseRef-Acme', licence: 'LicenseRef-Acme' },
  { text: '((LicenseRef-Acme))', licence: 'LicenseRef-Acme' },
  { text: 'MIT AND LicenseRef-Acme', style: 'spdx', licence: 'MIT AND LicenseRef-Acme' },
  { text: 'MIT AND Acme-Own', style: 'spdx', licence: 'MIT AND LicenseRef-Acme-Own' },
  { text: 'NOASSERTION', licence: undefined },
  { text: ' ', licence: undefined },
  { text: 'UNKNOWN', style: 'pypi', licence: undefined },
];
const DEBIAN: readonly Row[] = (
  [
    ['GPL-2+', 'GPL-2.0-or-later'],
    ['GPL-3', 'GPL-3.0-only'],
    ['LGPL-2.1+', 'LGPL-2.1-or-later'],
    ['GFDL-1.3+', 'GFDL-1.3-or-later'],
    ['GFDL-NIV-1.3+', 'GFDL-1.3-no-invariants-or-later'],
    ['Expat', 'MIT'],
    ['BSD-3-clause', 'BSD-3-Clause'],
    ['Apache-2', 'Apache-2.0'],
    ['Artistic', 'Artistic-1.0-Perl'],
    ['GPL-1+ or Artistic', 'GPL-1.0-or-later OR Artistic-1.0-Perl'],
    ['GPL-2+ or Artistic, and BSD-3-clause', '(GPL-2.0-or-later OR Artistic-1.0-Perl) AND BSD-3-Clause'],
    ['public-domain', 'LicenseRef-public-domain'],
    ['GPL-2+ with OpenSSL exception', 'LicenseRef-GPL-2-plus-with-OpenSSL-exception'],
    ['GPL-3+ with Autoconf exception', 'GPL-3.0-or-later WITH Autoconf-exception-3.0'],
    ['CC0', 'CC0-1.0'],
    ['LGPL', 'LGPL-2.0-or-later'],
    ['zlib/libpng', 'Zlib'],
  ] as const
).map(([text, licence]) => ({ text, licence, style: 'debian' }));
const RPM: readonly Row[] = (
  [
    ['GPLv2+ and BSD', 'GPL-2.0-or-later AND LicenseRef-BSD'],
    ['ASL 2.0', 'Apache-2.0'],
    ['MIT and (LGPLv2+ or GPLv3)', 'MIT AND (LGPL-2.0-or-later OR GPL-3.0-only)'],
    ['GPL+ or Artistic', 'GPL-1.0-or-later OR Artistic-1.0-Perl'],
    ['Public Domain', 'LicenseRef-Public-Domain'],
    [
      'BSD AND Public Domain AND (ASL 2.0 OR CC0 1.0 OR OpenSSL)',
      'LicenseRef-BSD AND LicenseRef-Public-Domain AND (Apache-2.0 OR CC0-1.0 OR OpenSSL)',
    ],
    ['GPLv2+ WITH exceptions', 'LicenseRef-GPLv2-plus-WITH-exceptions'],
    ['LGPLv2.1 AND GPLv2', 'LGPL-2.1-only AND GPL-2.0-only'],
    ['MPLv2.0', 'MPL-2.0'],
    ['GPL-3.0-or-later WITH GCC-exception-3.1', 'GPL-3.0-or-later WITH GCC-exception-3.1'],
    ['BSD 2-Clause and GPLv2', 'BSD-2-Clause AND GPL-2.0-only'],
    ['zlib', 'Zlib'],
  ] as const
).map(([text, licence]) => ({ text, licence, style: 'rpm' }));
const ALPINE: readonly Row[] = (
  [
    ['MIT BSD GPL2+', 'MIT AND LicenseRef-BSD AND GPL-2.0-or-later'],
    ['( Apache-2.0 OR MIT ) AND MPL-2.0', '(Apache-2.0 OR MIT) AND MPL-2.0'],
    ['GPL2', 'GPL-2.0-only'],
    ['openssl', 'OpenSSL'],
    ['Public-Domain', 'LicenseRef-Public-Domain'],
    ['custom', 'LicenseRef-custom'],
  ] as const
).map(([text, licence]) => ({ text, licence, style: 'alpine' }));
const FREE: readonly Row[] = (
  [
    ['License :: OSI Approved :: MIT License', 'MIT'],
    ['License :: OSI Approved :: Apache Software License', 'Apache-2.0'],
    ['License :: OSI Approved :: BSD License', 'LicenseRef-BSD-License'],
    ['License :: OSI Approved :: GNU General Public License v2 or later (GPLv2+)', 'GPL-2.0-or-later'],
    ['License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)', 'LGPL-3.0-only'],
    ['License :: OSI Approved :: GNU Library or Lesser General Public License (LGPL)', 'LGPL-2.0-or-later'],
    [
      'License :: OSI Approved :: GNU Affero General Public License v3 or later (AGPLv3+)',
      'AGPL-3.0-or-later',
    ],
    ['License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)', 'MPL-2.0'],
    ['License :: OSI Approved :: Python Software Foundation License', 'PSF-2.0'],
    ['License :: OSI Approved :: ISC License (ISCL)', 'ISC'],
    ['License :: OSI Approved :: The Unlicense (Unlicense)', 'Unlicense'],
    ['Apache License 2.0', 'Apache-2.0'],
    ['The Apache Software License, Version 2.0', 'Apache-2.0'],
    ['Apache License, Version 2.0', 'Apache-2.0'],
    ['http://www.apache.org/licenses/LICENSE-2.0.txt', 'Apache-2.0'],
    ['https://opensource.org/licenses/MIT', 'MIT'],
    ['https://www.gnu.org/licenses/old-licenses/gpl-2.0.html', 'GPL-2.0-only'],
    ['BSD', 'LicenseRef-BSD'],
    ['New BSD License', 'BSD-3-Clause'],
    ['The MIT License (MIT)', 'MIT'],
    ['MIT License', 'MIT'],
    ['GNU GPL v3', 'GPL-3.0-only'],
    ['GPLv3+', 'GPL-3.0-or-later'],
    ['LGPL (>= 2.1)', 'LGPL-2.1-or-later'],
    ['BSD 3-Clause', 'BSD-3-Clause'],
    ['Eclipse Public License v2.0', 'EPL-2.0'],
    ['MIT or Apache-2.0', 'MIT OR Apache-2.0'],
    ['Dual licensed under MIT or GPL', 'LicenseRef-Dual-licensed-under-MIT-or-GPL'],
    ['SEE LICENSE IN LICENSE.md', 'LicenseRef-SEE-LICENSE-IN-LICENSE.md'],
    [
      'MIT License\n\nCopyright (c) A\n\nPermission is hereby granted, free of charge, to any person obtaining a copy\n of it',
      'MIT',
    ],
  ] as const
).map(([text, licence]) => ({ text, licence, style: 'pypi' }));

describe('licenceExpression', () => {
  it.each(
    [...SPDX, ...DEBIAN, ...RPM, ...ALPINE, ...FREE].map((row) => ({
      ...row,
      name: `${row.style ?? 'any'}: ${row.text}`,
    })),
  )('reads $name', ({ text, style, licence }) => {
    const expression = licenceExpression([{ text, style }]);
    expect(expression).toBe(licence);
    if (expression !== undefined) parse(expression);
  });

  it.each([
    { name: 'an operator without its operand', text: 'MIT AND' },
    { name: 'brackets that do not close', text: '((MIT) AND ISC' },
    { name: 'an attempt to add an operand', text: 'x") OR (MIT' },
    { name: 'line breaks and quotes', text: 'a\n"b\u0000' },
    { name: 'the deepest brackets', text: `${'('.repeat(1000)}MIT AND ISC${')'.repeat(1000)}` },
    { name: 'a megabyte of it', text: 'MIT AND '.repeat(130_000) },
    { name: 'a prototype', text: '__proto__' },
    { name: 'another prototype', text: 'constructor' },
    { name: 'nothing but signs', text: '§§§' },
    { name: 'a reference into another document', text: 'DocumentRef-a:LicenseRef-b' },
  ])('makes one name of $name', ({ text }) => {
    const expression = licenceExpression([{ text, style: 'spdx' }]) ?? '';
    expect(expression).toMatch(/^LicenseRef-[A-Za-z0-9.-]{1,64}$/);
  });

  it('joins several by AND, in their order, each once', () => {
    const declared = ['GPL-2+', 'MIT or ISC', 'Expat', 'GPL-2+'].map((text) => ({
      text,
      style: 'debian' as const,
    }));
    expect(licenceExpression(declared)).toBe('GPL-2.0-or-later AND (MIT OR ISC) AND MIT');
  });

  it('gives different names to long texts that begin alike', () => {
    const [one, other] = ['a', 'b'].map((end) =>
      licenceExpression([{ text: `Own terms\n${end}`, style: 'free' }]),
    );
    expect(one).toMatch(/^LicenseRef-Own-terms-[0-9a-f]{8}$/);
    expect(one).not.toBe(other);
  });

  it('always writes what another reader of the grammar accepts', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'MIT',
        'GPL-2+',
        'GPLv2+',
        'with',
        'AND',
        'or',
        '(',
        ')',
        ',',
        '/',
        'Artistic',
        'LGPL',
        'BSD',
        '::',
        '+',
      ),
      fc.string({ unit: 'binary', maxLength: 10 }),
    );
    const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '));
    const style = fc.constantFrom('spdx', 'debian', 'rpm', 'alpine', 'pypi', 'free', undefined);
    fc.assert(
      fc.property(fc.array(fc.record({ text, style }), { maxLength: 4 }), (declared) => {
        const expression = licenceExpression(declared as DeclaredLicence[]);
        if (expression !== undefined) parse(expression);
      }),
      { numRuns: 2000 },
    );
  });
});

it('knows the exceptions that SPDX lists', () => {
  const listed = createRequire(import.meta.url)('spdx-exceptions/index.json') as string[];
  expect([...EXCEPTION_IDS].sort()).toEqual([...listed].sort());
});

describe('extractLicence', () => {
  it.each([
    { name: 'a whole name', declared: ['Acme EULA'], text: 'Acme EULA' },
    { name: 'a part of an expression', declared: ['MIT', 'BSD and Acme EULA'], text: 'BSD and Acme EULA' },
    { name: 'nothing', declared: [], text: 'Acme-EULA' },
  ])('tells what was declared: $name', ({ declared, text }) => {
    expect(extractLicence('LicenseRef-Acme-EULA', declared).text).toBe(text);
  });

  it('finds every name of an expression once', () => {
    expect(findLicenceRefs('LicenseRef-b OR (MIT AND LicenseRef-a.1) OR LicenseRef-b')).toEqual([
      'LicenseRef-a.1',
      'LicenseRef-b',
    ]);
  });
});

const data = process.env['ARTIFACT_LIFECYCLE_DATA'];
const tables = data === undefined ? undefined : join(data, 'sbom/expected');
if (tables === undefined || !existsSync(tables)) {
  describe.skip('the licences of the truth data', () => {
    it.skip('are read where ARTIFACT_LIFECYCLE_DATA names it', () => {});
  });
} else {
  it.each([
    { name: 'rpm', files: /^rpm-/, column: 6, style: 'rpm' as const, known: 0.7 },
    { name: 'apk', files: /^apk/, column: 5, style: 'alpine' as const, known: 0.8 },
  ])('most licences of the $name tables are SPDX', ({ files, column, style, known }) => {
    const rows = readdirSync(tables)
      .filter((file) => files.test(file) && file.endsWith('.tsv'))
      .flatMap((file) => readFileSync(join(tables, file), 'utf8').split('\n'))
      .map((line) => line.split('\t')[column] ?? '')
      .filter((text) => text !== '' && text !== 'L');
    const unknown = rows.filter((text) => {
      const expression = licenceExpression([{ text, style }]);
      if (expression !== undefined) parse(expression);
      return expression === undefined || expression.includes('LicenseRef-');
    });
    if (process.env['PRINT_LICENCES'] !== undefined)
      console.log(style, rows.length - unknown.length, rows.length, [...new Set(unknown)].sort());
    expect((rows.length - unknown.length) / rows.length).toBeGreaterThan(known);
  });
}
