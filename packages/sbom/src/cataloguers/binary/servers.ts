import type { Classifier } from './classifier.ts';

/** Redis and its kin: version, host of the build (a container's id, or BuildKit's), time of the build. */
const BUILD_ID = /(\d+\.\d+\.\d+?)(?:[0-9a-f]{12}|buildkitsandbox)-\d{10,}/;

/** What the linker of Go was told, which Go 1.18 and newer record. */
function toldToLinker(variable: string): Classifier['signs'][number] {
  const escaped = variable.replaceAll('.', '\\.');
  return { near: `${variable}=`, pattern: new RegExp(`${escaped}=v?(\\d+\\.\\d+[\\w.-]*)`) };
}

/** Servers, databases and proxies. */
export const SERVERS: readonly Classifier[] = [
  {
    name: 'nginx',
    files: /^(?:nginx|openresty)(?:-debug)?$/,
    signs: [{ near: 'nginx version: ', pattern: /nginx version: [\w-]{1,32}\/(\d+\.\d+\.\d+)/ }],
    cpe: 'f5:nginx',
  },
  {
    name: 'httpd',
    files: /^(?:httpd|apache2)$/,
    signs: [{ near: 'Apache/', pattern: /Apache\/(\d+\.\d+\.\d+)/ }],
    cpe: 'apache:http_server',
  },
  {
    name: 'lighttpd',
    files: /^lighttpd$/,
    signs: [{ near: 'lighttpd/', pattern: /lighttpd\/(\d+\.\d+\.\d+)/ }],
    cpe: 'lighttpd:lighttpd',
  },
  {
    name: 'haproxy',
    files: /^haproxy$/,
    signs: [
      { near: 'HAProxy version ', pattern: /HAProxy version (\d+\.\d+(?:\.\d+|-dev\d+))/ },
      { near: 'HA-Proxy version ', pattern: /HA-Proxy version (\d+\.\d+(?:\.\d+|-dev\d+))/ },
      { only: /^(\d+\.\d+(?:\.\d+|-dev\d+))(?:-[0-9a-f]{6,12}(?:-\d+)?)?$/ },
    ],
    cpe: 'haproxy:haproxy',
  },
  {
    name: 'traefik',
    files: /^traefik$/,
    signs: [toldToLinker('pkg/version.Version'), toldToLinker('traefik/version.Version')],
    cpe: 'traefik:traefik',
  },
  {
    name: 'memcached',
    files: /^memcached$/,
    signs: [{ near: 'memcached ', pattern: /memcached (\d+\.\d+\.\d+)/ }, { only: /^(1\.\d+\.\d+)$/ }],
    cpe: 'memcached:memcached',
  },
  {
    name: 'redis',
    files: /^redis-(?:server|sentinel|cli|check-aof|check-rdb|benchmark)$/,
    signs: [{ near: '00000000\0', pattern: BUILD_ID, before: 96, after: 0 }, { only: /^([2-9]\.\d+\.\d+)$/ }],
    cpe: 'redislabs:redis',
  },
  {
    name: 'valkey',
    files: /^valkey-(?:server|sentinel|cli|check-aof|check-rdb|benchmark)$/,
    signs: [{ near: '00000000\0', pattern: BUILD_ID, before: 96, after: 0 }, { only: /^(\d+\.\d+\.\d+)$/ }],
    cpe: 'lfprojects:valkey',
  },
  {
    name: 'postgresql',
    files: /^(?:postgres|psql|pg_ctl|initdb)$/,
    signs: [
      { near: '(PostgreSQL) ', pattern: /\(PostgreSQL\) (\d+(?:\.\d+)*(?:(?:alpha|beta|rc)\d+)?)/ },
      { near: 'PostgreSQL ', pattern: /PostgreSQL (\d+(?:\.\d+)*(?:(?:alpha|beta|rc)\d+)?) on / },
    ],
    cpe: 'postgresql:postgresql',
  },
  {
    name: 'mariadb',
    files: /^(?:mariadbd?|mysqld?|mariadb-\w+)$/,
    signs: [{ near: '-MariaDB', pattern: /(\d+\.\d+\.\d+)-MariaDB/, before: 16 }],
    cpe: 'mariadb:mariadb',
  },
  ...['percona-server', 'percona-xtradb-cluster', 'percona-xtrabackup'].map((name) => ({
    name,
    files: /^(?:mysqld?|xtrabackup)$/,
    signs: [{ near: `/${name}-`, pattern: new RegExp(`/${name}-(\\d+\\.\\d+\\.\\d+)`) }],
    cpe: `percona:${name.replaceAll('-', '_')}`,
  })),
  {
    name: 'mysql-cluster',
    files: /^(?:mysqld?|ndbd|ndbmtd|ndb_mgmd)$/,
    signs: [
      { near: '/mysql-cluster-', pattern: /\/mysql-cluster-(?:[a-z]+-)?(\d+\.\d+\.\d+)/ },
      { near: ' ndb-', pattern: /mysql-\d+\.\d+\.\d+ ndb-(\d+\.\d+\.\d+)/, before: 32 },
    ],
    cpe: 'oracle:mysql_cluster',
  },
  {
    name: 'mysql',
    files: /^mysql$/,
    signs: [{ near: '/mysql-', pattern: /\/mysql-(?:community-)?(\d+\.\d+\.\d+)/ }],
    cpe: 'oracle:mysql',
  },
  {
    name: 'mysql-server',
    files: /^mysqld$/,
    signs: [{ near: '/mysql-', pattern: /\/mysql-(?:community-)?(\d+\.\d+\.\d+)/ }],
    cpe: 'oracle:mysql_server',
  },
  {
    name: 'arangodb',
    files: /^arango(?:d|sh|dump|restore|import|export|bench)$/,
    signs: [{ near: ' [linux]', pattern: /(\d+\.\d+\.\d+(?:-\d+)?) \[linux\]/, before: 24 }],
    cpe: 'arangodb:arangodb',
  },
  {
    name: 'openldap',
    files: /^(?:slapd|libldap(?:-[\d.]+)?\.so.*|ldap(?:search|add|modify))$/,
    signs: [{ near: '$OpenLDAP: ', pattern: /\$OpenLDAP: \w+ (\d+\.\d+\.\d+)/ }],
    cpe: 'openldap:openldap',
  },
  {
    name: 'proftpd',
    files: /^proftpd$/,
    signs: [{ near: 'ProFTPD ', pattern: /ProFTPD (?:Version )?(\d+\.\d+\.\d+[a-z]?)/ }],
    cpe: 'proftpd:proftpd',
  },
  {
    name: 'consul',
    files: /^consul$/,
    type: 'golang',
    namespace: 'github.com/hashicorp',
    signs: [
      { near: 'CONSUL_VERSION: ', pattern: /CONSUL_VERSION: (\d+\.\d+\.\d+)/ },
      toldToLinker('consul/version.GitDescribe'),
      toldToLinker('consul/version.Version'),
    ],
    cpe: 'hashicorp:consul',
  },
  {
    name: 'vault',
    files: /^vault$/,
    type: 'golang',
    namespace: 'github.com/hashicorp',
    signs: [toldToLinker('vault/version.fullVersion'), toldToLinker('vault/version.Version')],
    cpe: 'hashicorp:vault',
  },
  {
    name: 'helm',
    files: /^helm$/,
    type: 'golang',
    namespace: 'helm.sh',
    signs: [toldToLinker('internal/version.version'), toldToLinker('pkg/version.Version')],
    cpe: 'helm:helm',
  },
  {
    name: 'istio',
    files: /^pilot-(?:discovery|agent)$/,
    signs: [toldToLinker('pkg/version.buildVersion')],
    cpe: 'istio:istio',
  },
  {
    name: 'grafana',
    files: /^grafana(?:-server)?$/,
    signs: [toldToLinker('main.version')],
    cpe: 'grafana:grafana',
  },
  {
    name: 'nginx-ingress-controller',
    files: /^nginx-ingress-controller$/,
    signs: [toldToLinker('ingress-nginx/version.RELEASE'), toldToLinker('version.RELEASE')],
    cpe: 'kubernetes:ingress-nginx',
  },
  {
    name: 'fluent-bit',
    files: /^fluent-bit$/,
    type: 'github',
    namespace: 'fluent',
    signs: [
      { near: 'Fluent', pattern: /v?(\d+\.\d+\.\d+)\0[^\d]{0,64}Fluent/, before: 80 },
      { near: 'fluent-bit-', pattern: /fluent-bit-(\d+\.\d+\.\d+)/ },
    ],
    cpe: 'treasuredata:fluent_bit',
  },
];
