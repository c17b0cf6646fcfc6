import { BlockList, isIP } from 'node:net';

/**
 * Addresses that mean another machine to everyone who reads them (RFC 6890, RFC 4193, RFC 6598), and those that
 * carry an IPv4 address in IPv6 (NAT64, 6to4, Teredo), with which one of the former could be written in disguise.
 * `BlockList` itself sees through IPv4-mapped addresses (::ffff:10.0.0.1).
 */
const PRIVATE_RANGES: readonly (readonly [address: string, prefix: number, family: 'ipv4' | 'ipv6'])[] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 96, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['2001::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 9, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];

const privateAddresses = new BlockList();
for (const [address, prefix, family] of PRIVATE_RANGES) privateAddresses.addSubnet(address, prefix, family);

const loopbackAddresses = new BlockList();
loopbackAddresses.addSubnet('127.0.0.0', 8, 'ipv4');
loopbackAddresses.addAddress('::1', 'ipv6');

/**
 * Strips what a URL puts around a host: the brackets of IPv6 and the dot of an absolute name.
 */
export function bareHost(host: string): string {
  const lower = host.toLowerCase();
  if (lower.startsWith('[') && lower.endsWith(']')) return lower.slice(1, -1);
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

/** Whether a host, as `URL.hostname` gives it, is this machine: `localhost`, a name below it, or its addresses. */
export function isLoopbackHost(host: string): boolean {
  const bare = bareHost(host);
  return bare === 'localhost' || bare.endsWith('.localhost') || contains(loopbackAddresses, bare);
}

/**
 * Whether a host, as `URL.hostname` gives it, is an IP literal of a private, shared, loopback, link-local or
 * otherwise not public range, or a name of the loopback. Names are not resolved.
 */
export function isPrivateHost(host: string): boolean {
  const bare = bareHost(host);
  return isLoopbackHost(bare) || contains(privateAddresses, bare);
}

function contains(list: BlockList, address: string): boolean {
  // A zone (fe80::1%eth0) says on which link an address lies, not which it is.
  const [plain = ''] = address.split('%', 1);
  const family = isIP(plain);
  return family !== 0 && list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}
