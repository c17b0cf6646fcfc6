import type { OsRelease } from '../../inventory/os-release.ts';

/**
 * Vendors that publish packages for distributions they do not make, by the domain of who maintains it. What lies in
 * such a package was not chosen and is not fixed by the distribution.
 */
const VENDOR_DOMAINS: ReadonlySet<string> = new Set([
  ...['10gen.com', 'adoptium.net', 'amazon.com', 'aquasec.com', 'azul.com', 'bell-sw.com', 'broadcom.com'],
  ...['chef.io', 'chromium.org', 'clickhouse.com', 'cloudflare.com', 'cockroachlabs.com', 'confluent.io'],
  ...['couchbase.com', 'datadoghq.com', 'docker.com', 'dotnetfoundation.org', 'dynatrace.com', 'eclipse.org'],
  ...['elastic.co', 'f5.com', 'github.com', 'gitlab.com', 'google.com', 'grafana.com', 'hashicorp.com'],
  ...['influxdata.com', 'jfrog.com', 'kubernetes.io', 'mariadb.com', 'microsoft.com', 'mongodb.com'],
  ...[
    'neo4j.com',
    'newrelic.com',
    'nginx.com',
    'nginx.org',
    'nodesource.com',
    'nvidia.com',
    'opensearch.org',
  ],
  ...['oracle.com', 'percona.com', 'pivotal.io', 'puppet.com', 'puppetlabs.com', 'redis.com', 'redis.io'],
  ...['scylladb.com', 'splunk.com', 'sysdig.com', 'tailscale.com', 'timescale.com', 'vmware.com'],
]);

/** Vendors by name, where packages give no address. */
const VENDOR_NAMES =
  /\b(?:cloudflare|confluent|datadog|docker|elastic(?:search)?|gitlab|google|grafana|hashicorp|influxdata|microsoft|mongodb|nginx|nodesource|nvidia|oracle|percona|vmware)\b/i;

/** Vendors that make a distribution themselves, by its ID: there they are at home. */
const AT_HOME: readonly (readonly [ids: ReadonlySet<string>, vendor: RegExp])[] = [
  [new Set(['azurelinux', 'mariner']), /microsoft/i],
  [new Set(['amzn']), /amazon/i],
  [new Set(['ol']), /oracle/i],
  [new Set(['photon']), /vmware|broadcom/i],
];

/** Whether a maintainer or vendor is none of the distribution's own: `Docker <support@docker.com>` is not. */
export function isThirdParty(maintainer: string | undefined, os: OsRelease | undefined): boolean {
  if (maintainer === undefined) return false;
  if (AT_HOME.some(([ids, vendor]) => os !== undefined && ids.has(os.id) && vendor.test(maintainer)))
    return false;
  const domain = /@([A-Za-z0-9.-]{1,250})/.exec(maintainer)?.[1]?.toLowerCase();
  if (domain === undefined) return VENDOR_NAMES.test(maintainer);
  const labels = domain.split('.');
  return labels.some((_, at) => VENDOR_DOMAINS.has(labels.slice(at).join('.')));
}
