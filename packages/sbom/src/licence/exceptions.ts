import { nameKey } from './names.ts';
import { findExceptionId } from './spdx-list.ts';

/** Names that distributions give to exceptions, by their key; the version of the licence decides where there are two. */
const NAMES: Readonly<Record<string, string | { readonly '2': string; readonly '3': string }>> = {
  'autoconf exception': { '2': 'Autoconf-exception-2.0', '3': 'Autoconf-exception-3.0' },
  'bison exception': 'Bison-exception-2.2',
  'classpath exception': 'Classpath-exception-2.0',
  classpath: 'Classpath-exception-2.0',
  'font exception': 'Font-exception-2.0',
  'gcc exception': { '2': 'GCC-exception-2.0', '3': 'GCC-exception-3.1' },
  'gcc runtime library exception': { '2': 'GCC-exception-2.0', '3': 'GCC-exception-3.1' },
  'libtool exception': 'Libtool-exception',
  'linux syscall note': 'Linux-syscall-note',
  'llvm exception': 'LLVM-exception',
  'llvm exceptions': 'LLVM-exception',
};

/** The id of an exception to this licence; `undefined` where SPDX has none by the name. */
export function findException(name: string, licence: string): string | undefined {
  const exact = findExceptionId(name.trim());
  if (exact !== undefined) return exact;
  const key = nameKey(name);
  const found = Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
  if (typeof found === 'string' || found === undefined) return found;
  return /-3\./.test(licence) ? found['3'] : found['2'];
}
