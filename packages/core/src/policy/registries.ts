import { isIPv6 } from 'node:net';
import * as z from 'zod/mini';
import { Secret } from '../secret.ts';
import { quote } from './problem.ts';
import { documentation, named, optional, type Parsed, type Report, settings, text } from './settings.ts';
import { plainText, shapedText } from './texts.ts';

/** What kinds of registries are told apart (contract: "Every action"). */
export const REGISTRY_KINDS = [
  'ghcr',
  'ecr',
  'gar',
  'acr',
  'dockerhub',
  'harbor',
  'artifactory',
  'nexus',
  'gitlab',
  'oci',
] as const;

/** A kind of registry. */
export type RegistryKind = (typeof REGISTRY_KINDS)[number];

/** How one registry is reached; at most one way to authenticate. */
export type RegistrySettings = z.output<ReturnType<typeof registrySettings>>;

/** Settings by host, `ghcr.io` or `localhost:5000`, in lower case; Docker Hub is `docker.io` however it is written. */
export type Registries = ReadonlyMap<string, RegistrySettings>;

/** The mapping `registries`, in the policy file and as an input. */
export function registries() {
  const hosts = named(host(), registrySettings());
  documentation.add(hosts, { examples: [{ 'ghcr.io': { kind: 'ghcr' } }] });
  return z.pipe(
    hosts,
    z.transform((byHost, { issues }): Registries => {
      const byCanonicalHost = new Map<string, RegistrySettings>();
      for (const [written, its] of byHost) {
        const canonical = canonicalHost(written);
        if (byCanonicalHost.has(canonical)) {
          const message = `names the host ${canonical} a second time`;
          issues.push({ code: 'custom', message, path: [written], input: written });
        }
        byCanonicalHost.set(canonical, its);
      }
      return byCanonicalHost;
    }),
  );
}

function registrySettings() {
  return settings(
    {
      username: optional('User name, with `password` or `token`.', plainText()),
      password: optional(
        'Password; belongs in a secret of the workflow, never in a committed file.',
        secret(),
      ),
      token: optional(
        'Token: alone it is sent as a bearer token, with `username` as its password.',
        secret(),
      ),
      'aws-role': optional(
        "Role to assume with the workflow's OIDC token, for Amazon ECR.",
        shapedText(
          /^arn:[a-z-]+:iam::[^:\s]+:role\/\S+$/,
          'the ARN of a role',
          'arn:aws:iam::123456789012:role/release',
        ),
      ),
      'gcp-workload-identity-provider': optional(
        "Workload identity provider that trusts the workflow's OIDC token, for Google Artifact Registry.",
        shapedText(
          /^(?:(?:https:)?\/\/iam\.googleapis\.com\/)?projects\/[^/\s]+\/locations\/[^/\s]+\/workloadIdentityPools\/[^/\s]+\/providers\/[^/\s]+$/,
          'projects/…/locations/global/workloadIdentityPools/…/providers/…',
          'projects/123/locations/global/workloadIdentityPools/github/providers/actions',
        ),
      ),
      'gcp-service-account': optional(
        'Service account to act as.',
        shapedText(
          /^[^@\s]+@[^@\s]+$/,
          'the address of a service account',
          'release@acme.iam.gserviceaccount.com',
        ),
      ),
      'azure-client-id': optional(
        'Client id of the application that trusts the workflow, for Azure.',
        plainText(),
      ),
      'azure-tenant-id': optional('Tenant of that application.', plainText()),
      kind: optional('What kind of registry it is, where its host does not tell.', z.enum(REGISTRY_KINDS)),
      'plain-http': optional(
        'Speak HTTP without TLS. Loopback hosts are spoken to so in any case.',
        z.boolean(),
      ),
      'ca-file': optional('File with further certificate authorities, PEM.', plainText('/etc/ssl/acme.pem')),
    },
    requireCompleteCredentials,
  );
}

const WAYS = [
  ['username', 'password', 'token'],
  ['aws-role'],
  ['gcp-workload-identity-provider', 'gcp-service-account'],
  ['azure-client-id', 'azure-tenant-id'],
] as const;

function requireCompleteCredentials(
  value: Readonly<Partial<Record<(typeof WAYS)[number][number], unknown>>>,
  report: Report,
): void {
  const given = (key: (typeof WAYS)[number][number]): boolean => value[key] !== undefined;
  if (given('username') && !given('password') && !given('token')) {
    report('needs a password or token beside it', 'username');
  }
  if (given('password') && !given('username')) report('needs a username beside it', 'password');
  if (given('password') && given('token')) report('cannot stand beside password', 'token');
  if (given('gcp-service-account') && !given('gcp-workload-identity-provider')) {
    report('needs gcp-workload-identity-provider beside it', 'gcp-service-account');
  }
  if (given('azure-client-id') && !given('azure-tenant-id')) {
    report('needs azure-tenant-id beside it', 'azure-client-id');
  }
  if (given('azure-tenant-id') && !given('azure-client-id')) {
    report('needs azure-client-id beside it', 'azure-tenant-id');
  }
  const [first, second] = WAYS.flatMap((way) => way.filter(given).slice(0, 1));
  if (first !== undefined && second !== undefined) {
    report(`cannot stand beside ${first}: there is one way to authenticate`, second);
  }
}

function secret() {
  return text<Secret>((value) =>
    value === '' ? { problem: 'must not be empty' } : { value: new Secret(value) },
  );
}

function host() {
  return text<string>(
    (value): Parsed<string> => {
      const address = /^https?:\/\/([^/\s]+)/i.exec(value);
      if (address?.[1] !== undefined)
        return { problem: `is an address; write the host alone, ${quote(address[1])}` };
      return isHost(value)
        ? { value }
        : { problem: 'is not a host such as ghcr.io, localhost:5000 or [::1]:5000' };
    },
    { pattern: '^[^/@\\s]+$' },
  );
}

/** One label of a domain name (distribution reference grammar, "domain-component"). */
const LABEL = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;

/** A domain name has at most 253 characters (RFC 1035 §2.3.4). */
const MAX_DOMAIN_LENGTH = 253;

/** Whether a text is a host as image references have it, with or without a port. */
export function isHost(value: string): boolean {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::([1-9][0-9]{0,4}))?$/.exec(value);
  const address = match?.[1];
  if (address === undefined || value.length > MAX_DOMAIN_LENGTH + ':65535'.length) return false;
  if (match?.[2] !== undefined && Number(match[2]) > 65_535) return false;
  return address.startsWith('[')
    ? isIPv6(address.slice(1, -1))
    : address.split('.').every((part) => LABEL.test(part));
}

/** Names under which Docker Hub is written beside its own. */
const DOCKER_HUB_ALIASES: readonly string[] = ['index.docker.io', 'registry-1.docker.io'];

function canonicalHost(written: string): string {
  const lower = written.toLowerCase();
  return DOCKER_HUB_ALIASES.includes(lower) ? 'docker.io' : lower;
}
