import type { OsRelease } from '../../inventory/os-release.ts';

/** What is known of a distribution without os-release. */
type Known = Partial<OsRelease> & Pick<OsRelease, 'id'>;

/** First lines of release files that name a distribution, and its ID as its own os-release would say. */
const RED_HAT_FAMILY: readonly (readonly [name: RegExp, id: string])[] = [
  [/^AlmaLinux/i, 'almalinux'],
  [/^Amazon Linux/i, 'amzn'],
  [/^CentOS/i, 'centos'],
  [/^Fedora/i, 'fedora'],
  [/^Oracle Linux|^Enterprise Linux Enterprise/i, 'ol'],
  [/^Red Hat/i, 'rhel'],
  [/^Rocky Linux/i, 'rocky'],
  [/^Scientific Linux/i, 'scientific'],
  [/^VMware Photon/i, 'photon'],
];

/** Reads etc/redhat-release, system-release and the like: `CentOS release 6.10 (Final)`. */
export function readRedHatRelease(text: string): OsRelease | undefined {
  const line = firstLine(text);
  const id = RED_HAT_FAMILY.find(([name]) => name.test(line))?.[1];
  if (id === undefined) return undefined;
  const versionId = /\brelease (\d[\w.]*)/.exec(line)?.[1];
  return release({ id, versionId, prettyName: line, name: /^[^\d]*?(?= release)/.exec(line)?.[0] });
}

/** Reads etc/alpine-release: `3.20.3`. */
export function readAlpineRelease(text: string): OsRelease | undefined {
  const versionId = firstLine(text);
  if (!/^\d[\w.]*$/.test(versionId)) return undefined;
  return release({ id: 'alpine', versionId, name: 'Alpine Linux', prettyName: `Alpine Linux v${versionId}` });
}

/** Reads etc/debian_version: `12.5`, or `trixie/sid` before a release has its number. */
export function readDebianVersion(text: string): OsRelease | undefined {
  const line = firstLine(text);
  const codename = /^([a-z]+)\/sid$/.exec(line)?.[1];
  // os-release says `12`, and what is compared with advisories is that.
  const versionId = /^(\d+)(?:\.\d+)*$/.exec(line)?.[1];
  if (codename === undefined && versionId === undefined) return undefined;
  return release({ id: 'debian', versionId, codename, name: 'Debian GNU/Linux' });
}

/** Reads etc/apk/repositories: the branch in `https://dl-cdn.alpinelinux.org/alpine/v3.20/main`. */
export function readRepositories(text: string): OsRelease | undefined {
  const versionId = /^[^#\n]*\/alpine\/v(\d+\.\d+)\//m.exec(text)?.[1];
  if (versionId !== undefined) return release({ id: 'alpine', versionId, name: 'Alpine Linux' });
  const isEdge = /^[^#\n]*\/alpine\/edge\//m.test(text);
  return isEdge ? release({ id: 'alpine', versionId: 'edge', name: 'Alpine Linux' }) : undefined;
}

/** Finds in a BusyBox binary what it says of itself: an image that has nothing else is BusyBox's own. */
export function readBusyBox(bytes: Buffer): OsRelease | undefined {
  const MARK = 'BusyBox v';
  for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + MARK.length)) {
    const versionId = /^\d+\.\d+(?:\.\d+)?/.exec(
      bytes.toString('latin1', at + MARK.length, at + MARK.length + 20),
    )?.[0];
    if (versionId !== undefined) {
      return release({ id: 'busybox', versionId, name: 'BusyBox', prettyName: `BusyBox v${versionId}` });
    }
  }
  return undefined;
}

function release(known: Known): OsRelease {
  return {
    idLike: [],
    versionId: undefined,
    buildId: undefined,
    name: undefined,
    prettyName: undefined,
    codename: undefined,
    cpe: undefined,
    homeUrl: undefined,
    ...known,
  };
}

function firstLine(text: string): string {
  return text.trimStart().split('\n', 1)[0]?.slice(0, 200).trim() ?? '';
}
