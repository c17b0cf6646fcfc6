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

/** Exceptions of SPDX's list (spdx.org/licenses/exceptions-index); a test compares them with a package that has it. */
export const EXCEPTION_IDS: readonly string[] = `
  389-exception Asterisk-exception Autoconf-exception-2.0 Autoconf-exception-3.0 Autoconf-exception-generic
  Autoconf-exception-generic-3.0 Autoconf-exception-macro Bison-exception-1.24 Bison-exception-2.2
  Bootloader-exception CLISP-exception-2.0 Classpath-exception-2.0 DigiRule-FOSS-exception FLTK-exception
  Fawkes-Runtime-exception Font-exception-2.0 GCC-exception-2.0 GCC-exception-2.0-note GCC-exception-3.1
  GNAT-exception GNOME-examples-exception GNU-compiler-exception GPL-3.0-interface-exception
  GPL-3.0-linking-exception GPL-3.0-linking-source-exception GPL-CC-1.0 GStreamer-exception-2005
  GStreamer-exception-2008 Gmsh-exception KiCad-libraries-exception LGPL-3.0-linking-exception LLGPL
  LLVM-exception LZMA-exception Libtool-exception Linux-syscall-note OCCT-exception-1.0
  OCaml-LGPL-linking-exception OpenJDK-assembly-exception-1.0 PS-or-PDF-font-exception-20170817
  QPL-1.0-INRIA-2004-exception Qt-GPL-exception-1.0 Qt-LGPL-exception-1.1 Qwt-exception-1.0 SANE-exception
  SHL-2.0 SHL-2.1 SWI-exception Swift-exception Texinfo-exception UBDL-exception
  Universal-FOSS-exception-1.0 WxWindows-exception-3.1 cryptsetup-OpenSSL-exception eCos-exception-2.0
  fmt-exception freertos-exception-2.0 gnu-javamail-exception i2p-gpl-java-exception
  libpri-OpenH323-exception mif-exception openvpn-openssl-exception stunnel-exception u-boot-exception-2.0
  vsftpd-openssl-exception x11vnc-openssl-exception
`
  .trim()
  .split(/\s+/);

const LICENCES = new Map(licenceIds.map((id) => [id.toLowerCase(), id]));
const EXCEPTIONS = new Map(EXCEPTION_IDS.map((id) => [id.toLowerCase(), id]));
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
