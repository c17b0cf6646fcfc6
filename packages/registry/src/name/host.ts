import { isIPv6 } from 'node:net';

/** Docker Hub, as it is named; it is dialled at another host (see `remote/host-address.ts`). */
export const DOCKER_HUB = 'docker.io';

/** Other names under which Docker Hub is written: docker's old index, and the host that is really dialled. */
const DOCKER_HUB_ALIASES: readonly string[] = ['index.docker.io', 'registry-1.docker.io'];

/** One label of a domain name (distribution reference grammar, "domain-component"). */
const LABEL = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
const PORT = /^[1-9][0-9]{0,4}$/;
const MAX_PORT = 65535;

/**
 * Whether the first part of a name is a host, by docker's rule: it has a dot or a colon, is `localhost`, or
 * has an upper-case letter, which no repository name may have.
 */
export function looksLikeHost(part: string): boolean {
  return /[.:A-Z]/.test(part) || part === 'localhost' || part.startsWith('[');
}

/**
 * Reads a host with an optional port, `ghcr.io`, `localhost:5000`, `[::1]:5000`, or gives `undefined` where
 * the text is none. Host names are compared without case, so they come back in lower case; all but a single
 * label without a port, which only its upper-case letter tells from a repository name.
 */
export function tryParseHost(text: string): string | undefined {
  const address = splitPort(text);
  if (address === undefined) return undefined;
  const valid = address.name.startsWith('[')
    ? isIPv6(address.name.slice(1, -1))
    : address.name.split('.').every((label) => LABEL.test(label));
  // What no URL can hold (1.2.3.4.5, a broken punycode label) cannot be dialled either.
  if (!valid || !URL.canParse(`https://${text}/`)) return undefined;
  const lower = text.toLowerCase();
  if (DOCKER_HUB_ALIASES.includes(lower)) return DOCKER_HUB;
  return looksLikeHost(lower) ? lower : text;
}

/** The host without its port, as URLs write it: `[::1]` keeps its brackets. */
export function withoutPort(host: string): string {
  return splitPort(host)?.name ?? host;
}

function splitPort(text: string): { readonly name: string } | undefined {
  const end = text.startsWith('[') ? text.indexOf(']') + 1 : text.indexOf(':');
  if (text.startsWith('[') && end === 0) return undefined;
  if (end === -1 || end === text.length) return { name: text };
  const port = text.slice(end + 1);
  if (text[end] !== ':' || !PORT.test(port) || Number(port) > MAX_PORT) return undefined;
  return { name: text.slice(0, end) };
}
