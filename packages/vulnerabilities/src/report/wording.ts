import { webAddress } from '@artifact-lifecycle/sbom';
import { isCve } from '../advisory/cve.ts';
import type { Component } from '../component/component.ts';
import { isDistributed } from '../component/distributed.ts';
import type { Finding } from '../finding/finding.ts';
import type { Excuse } from '../verdict/verdict.ts';
import { describeStatement } from '../vex/describe-statement.ts';

/** Longer is no answer to "why": the document has all of it. */
const MAX_NOTE_CHARS = 500;

/** Databases whose records OSV shows under their own ids (OSV schema, "id, modified"). */
const SHOWN_BY_OSV =
  /^(?:ALBA|ALEA|ALPINE|ALSA|ASB-A|BELL|BIT|CGA|CURL|DEBIAN|DLA|DSA|DTSA|ECHO|EEF|ELA|GO|GSD|HSEC|JLSEC|KUBE|LBSEC|LSN|MAL|MGASA|MINI|openSUSE-SU|OSEC|OSV|PSF|PUB-A|PYSEC|RHBA|RHEA|RHSA|ROOT|RLSA|RSEC|RUSTSEC|RXSA|SUSE-[A-Z]U|UBUNTU|USN|V8)-[A-Za-z0-9.:_-]{1,100}$/;

/** Where people read on about a vulnerability; `undefined` where nobody says. */
export function addressOf({ id, urls }: Pick<Finding, 'id' | 'urls'>): string | undefined {
  if (isCve(id)) return `https://www.cve.org/CVERecord?id=${id}`;
  if (/^GHSA(?:-[0-9a-z]{4}){3}$/.test(id)) return `https://github.com/advisories/${id}`;
  if (SHOWN_BY_OSV.test(id)) return `https://osv.dev/vulnerability/${encodeURIComponent(id)}`;
  return addressesOf({ urls })[0];
}

/** The addresses among what a record gives as such. */
export function addressesOf({ urls }: Pick<Finding, 'urls'>): readonly string[] {
  return [...new Set(urls.flatMap((url) => webAddress(url) ?? []))].filter((url) => /^https?:/.test(url));
}

/** Who keeps a database, by how its ids begin. */
export function databaseOf(id: string): string {
  const prefix = /^[A-Za-z0-9]+/.exec(id)?.[0] ?? id;
  return DATABASES.get(prefix.toUpperCase()) ?? prefix;
}

const DATABASES: ReadonlyMap<string, string> = new Map([
  ['CVE', 'CVE Program'],
  ['GHSA', 'GitHub Advisory Database'],
  ['GO', 'Go Vulnerability Database'],
  ['PYSEC', 'Python Packaging Advisory Database'],
  ['RUSTSEC', 'RustSec Advisory Database'],
  ['DEBIAN', 'Debian Security Tracker'],
  ['DSA', 'Debian Security Advisories'],
  ['DLA', 'Debian LTS Advisories'],
  ['ALPINE', 'Alpine SecDB'],
  ['UBUNTU', 'Ubuntu CVE Tracker'],
  ['USN', 'Ubuntu Security Notices'],
  ['RHSA', 'Red Hat Security Advisories'],
  ['MAL', 'OpenSSF Malicious Packages'],
]);

/** A package as people name it: `org.apache.logging.log4j:log4j-core`, `@babel/core`, `libssl3`. */
export function nameOf({ type, namespace, name }: Component): string {
  // A distribution's own name is no part of its packages' names.
  if (namespace === undefined || isDistributed({ type })) return name;
  return `${namespace}${type === 'maven' ? ':' : '/'}${name}`;
}

/** `2.15.0 or 2.12.2`; `undefined` where nobody knows of a fix. */
export function fixText({ fixedIn }: Pick<Finding, 'fixedIn'>): string | undefined {
  return fixedIn.length === 0 ? undefined : fixedIn.join(' or ');
}

/** Why a finding does not count, in a sentence with who says so. */
export function sayExcuse(excuse: Excuse): string {
  switch (excuse.kind) {
    case 'vex':
      return describeStatement(excuse.statement);
    case 'exception': {
      const { reason, until } = excuse.exception;
      return `Let pass until ${until}: ${shorten(reason)}`;
    }
    default:
      return excuse.reason;
  }
}

/** A text of somebody else's on one line, and no longer than people read. */
export function shorten(text: string, limit = MAX_NOTE_CHARS): string {
  const line = text
    .slice(0, limit * 4)
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
}
