import { BlockList, isIP } from 'node:net';
import { bareHost, isLoopbackHost } from './address.ts';

/** One entry of NO_PROXY, read. */
interface Exemption {
  readonly matches: (host: string) => boolean;
  /** As written after the last colon; an entry without one holds for every port. */
  readonly port: string | undefined;
}

/**
 * Reads NO_PROXY and answers whether a URL goes around the proxy, as Go's and GitHub's own clients read it:
 * entries between commas or blanks; `*`; a host with everything below it; `.host` or `*.host` for what is below
 * it only; addresses; ranges (`10.0.0.0/8`); each with `:port` or without. Loopback never goes through a proxy.
 * Entries nobody can read are passed over.
 */
export function parseNoProxy(text: string): (url: URL) => boolean {
  const exemptions = text
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(readExemption);
  return (url) => {
    const host = bareHost(url.hostname);
    if (isLoopbackHost(host)) return true;
    const port = url.port !== '' ? url.port : url.protocol === 'https:' ? '443' : '80';
    return exemptions.some((entry) => (entry.port ?? port) === port && entry.matches(host));
  };
}

function readExemption(entry: string): Exemption {
  if (entry === '*') return { matches: () => true, port: undefined };
  const [target, port] = splitPort(entry.toLowerCase());
  const range = readRange(target);
  if (range !== undefined) return { matches: (host) => isWithin(range, host), port };
  const suffix = target.startsWith('*.') ? target.slice(1) : target;
  if (suffix.startsWith('.')) return { matches: (host) => host.endsWith(bareHost(suffix)), port };
  const name = bareHost(suffix);
  return { matches: (host) => host === name || host.endsWith(`.${name}`), port };
}

/** Splits `host:port` and `[v6]:port`; an IPv6 address without brackets has no port. */
function splitPort(entry: string): readonly [host: string, port: string | undefined] {
  const bracket = entry.lastIndexOf(']');
  const colon = entry.lastIndexOf(':');
  const bareIPv6 = bracket === -1 && entry.indexOf(':') !== colon;
  if (colon === -1 || colon < bracket || bareIPv6) return [bareHost(entry), undefined];
  return [bareHost(entry.slice(0, colon)), entry.slice(colon + 1)];
}

function readRange(target: string): BlockList | undefined {
  const slash = target.indexOf('/');
  const address = bareHost(slash === -1 ? target : target.slice(0, slash));
  const family = isIP(address);
  if (family === 0) return undefined;
  const bits = family === 6 ? 128 : 32;
  const prefix = slash === -1 ? bits : Number(target.slice(slash + 1));
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > bits) return undefined;
  const range = new BlockList();
  range.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
  return range;
}

function isWithin(range: BlockList, host: string): boolean {
  const family = isIP(host);
  return family !== 0 && range.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
