import exceptionIds from 'spdx-exceptions/index.json' with { type: 'json' };
import licenceIds from 'spdx-license-ids/index.json' with { type: 'json' };

/**
 * Licences that SPDX has withdrawn, and what it says instead (spdx.org/licenses, "Deprecated License Identifiers").
 * The GNU licences are not here: `GPL-2.0` and `GPL-2.0+` are read by `gnu.ts`.
 */
const REPLACED: readonly (readonly [string, string])[] = [
  ['BSD-2-Clause-FreeBSD', 'BSD-2-Clause-Views'],
  ['BSD-2-Clause-NetBSD', 'BSD-2-Clause'],
  ['bzip2-1.0.5', 'bzip2-1.0.6'],
  ['eCos-2.0', 'GPL-2.0-or-later WITH eCos-exception-2.0'],
  ['GPL-2.0-with-autoconf-exception', 'GPL-2.0-only WITH Autoconf-exception-2.0'],
  ['GPL-2.0-with-bison-exception', 'GPL-2.0-or-later WITH Bison-exception-2.2'],
  ['GPL-2.0-with-classpath-exception', 'GPL-2.0-only WITH Classpath-exception-2.0'],
  ['GPL-2.0-with-font-exception', 'GPL-2.0-only WITH Font-exception-2.0'],
  ['GPL-2.0-with-GCC-exception', 'GPL-2.0-or-later WITH GCC-exception-2.0'],
  ['GPL-3.0-with-autoconf-exception', 'GPL-3.0-only WITH Autoconf-exception-3.0'],
  ['GPL-3.0-with-GCC-exception', 'GPL-3.0-only WITH GCC-exception-3.1'],
  ['Net-SNMP', 'MIT-CMU AND BSD-3-Clause'],
  ['Nunit', 'zlib-acknowledgement'],
  ['StandardML-NJ', 'SMLNJ'],
  ['wxWindows', 'LGPL-2.0-or-later WITH WxWindows-exception-3.1'],
];

const LICENCES = new Map(licenceIds.map((id) => [id.toLowerCase(), id]));
const EXCEPTIONS = new Map(exceptionIds.map((id) => [id.toLowerCase(), id]));
const REPLACEMENTS = new Map(REPLACED.map(([id, instead]) => [id.toLowerCase(), instead]));

/** Ids of SPDX's current list, as it writes them. */
export const LICENCE_IDS: readonly string[] = licenceIds;

/** The current id of SPDX's list in its own case, or the expression that replaces a withdrawn one. */
export function findLicenceId(text: string): string | undefined {
  const lower = text.toLowerCase();
  return REPLACEMENTS.get(lower) ?? LICENCES.get(lower);
}

/** The id of an exception in SPDX's own case. */
export function findExceptionId(text: string): string | undefined {
  return EXCEPTIONS.get(text.toLowerCase());
}
