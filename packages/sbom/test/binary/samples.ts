/** A program as a file of its name would show its version. */
export interface Sample {
  readonly file: string;
  readonly bytes: (version: string) => string;
}

/** What the linker was told, as Go records it. */
function told(file: string, variable: string): Sample {
  return { file, bytes: (version) => `build\t-ldflags="-w -X ${variable}=${version} -s"\n` };
}

/** Names of the truth's table, and how such a program is recognised. */
export const SAMPLES: Readonly<Record<string, Sample>> = {
  arangodb: { file: 'arangosh', bytes: (v) => `\0${v} [linux]\0` },
  'aws-lc': { file: 'libcrypto.so', bytes: (v) => `OpenSSL 1.1.1 (compatible; AWS-LC ${v})\0` },
  bash: { file: 'bash', bytes: (v) => `@(#)Bash version ${v}(1) release GNU\0` },
  bun: { file: 'bun', bytes: (v) => `User-Agent: Bun/${v}\0` },
  busybox: { file: 'busybox', bytes: (v) => `BusyBox v${v} (2023-05-19)\0` },
  chrome: { file: 'chrome', bytes: (v) => `\0${v}\0Default\0` },
  dart: {
    file: 'dart',
    bytes: (v) => `\0${v} (${v.includes('beta') ? 'beta' : 'stable'}) (Thu May 4 2023)\0`,
  },
  deno: { file: 'deno', bytes: (v) => `Deno/${v}\0` },
  elixir: { file: 'elixir', bytes: (v) => `#!/bin/sh\nELIXIR_VERSION=${v}\n` },
  erlang: { file: 'beam.smp', bytes: (v) => `/usr/src/otp_src_${v}/erts\0` },
  ffmpeg: { file: 'libavutil.so.57', bytes: (v) => `FFmpeg version ${v}\0` },
  firefox: {
    file: 'firefox/application.ini',
    bytes: (v) => `[App]\nVendor=Mozilla\nName=Firefox\nVersion=${v}\n`,
  },
  'fluent-bit': { file: 'fluent-bit', bytes: (v) => `\0v${v}\0%s Fluent Bit\0` },
  gcc: { file: 'gcc', bytes: (v) => `/usr/local/lib/gcc/x86_64-linux-gnu/${v}/\0` },
  go: { file: 'go/VERSION', bytes: (v) => `${v.includes('-') ? 'devel ' : ''}go${v}\ntime 2023\n` },
  graalvm: { file: 'java', bytes: (v) => `\0openjdk\0java\x000.0\0${v}\0` },
  grafana: told('grafana', 'main.version'),
  gzip: { file: 'gzip', bytes: (v) => `\0${v}\0` },
  haproxy: { file: 'haproxy', bytes: (v) => `HAProxy version ${v}-1065b10, released\0` },
  'haskell/cabal': { file: 'cabal', bytes: (v) => `/Cabal-${v}-AbCd/\0` },
  'haskell/ghc': { file: 'ghc-9', bytes: (v) => `/lib/ghc-${v}/\0` },
  'heimdal-krb5': { file: 'libkrb5.so.26', bytes: (v) => `@(#)$Version: Heimdal ${v} by $\0` },
  helm: told('helm', 'helm.sh/helm/v3/internal/version.version'),
  httpd: { file: 'httpd', bytes: (v) => `Apache/${v} (Unix)\0` },
  jq: { file: 'jq', bytes: (v) => `jq-${v}\0` },
  jre: { file: 'java', bytes: (v) => `\0java\x000.0\0${v}\0` },
  julia: { file: 'libjulia-internal.so.1.{minor}', bytes: (v) => `\0${v}\0` },
  krb5: { file: 'libkrb5.so.3', bytes: (v) => `KRB5_BRAND: krb5-${v}-final ${v} 2021\0` },
  lighttpd: { file: 'lighttpd', bytes: (v) => `lighttpd/${v}\0` },
  mariadb: { file: 'mariadb', bytes: (v) => `${v}-MariaDB\0` },
  memcached: { file: 'memcached', bytes: (v) => `memcached ${v}\0` },
  mysql: { file: 'mysql', bytes: (v) => `/BUILD/mysql-${v}/mysys/\0` },
  'mysql-cluster': { file: 'ndbd', bytes: (v) => `/build/mysql-cluster-gpl-${v}/storage/\0` },
  'mysql-server': { file: 'mysqld', bytes: (v) => `/BUILD/mysql-${v}/mysys/\0` },
  nginx: { file: 'nginx', bytes: (v) => `nginx version: nginx/${v}\0` },
  'nginx-ingress-controller': told('nginx-ingress-controller', 'k8s.io/ingress-nginx/version.RELEASE'),
  node: { file: 'node', bytes: (v) => `node.js/v${v}\0` },
  openjdk: { file: 'java', bytes: (v) => `\0openjdk\0java\x000.0\0${v}\0` },
  openldap: { file: 'slapd', bytes: (v) => `@(#) $OpenLDAP: slapd ${v} (Jul 1 2025) $\0` },
  openssl: { file: 'libcrypto.so.3', bytes: (v) => `OpenSSL ${v} 24 Oct 2023\0` },
  'percona-server': { file: 'mysql', bytes: (v) => `/percona-server-${v}-27/mysys\0` },
  'percona-xtrabackup': { file: 'xtrabackup', bytes: (v) => `/percona-xtrabackup-${v}-27/mysys\0` },
  'percona-xtradb-cluster': { file: 'mysql', bytes: (v) => `/percona-xtradb-cluster-${v}-26/mysys\0` },
  perl: { file: 'perl', bytes: (v) => `/usr/local/lib/perl5/${v}/x86_64-linux-gnu\0` },
  'pilot-agent': told('pilot-agent', 'istio.io/istio/pkg/version.buildVersion'),
  'pilot-discovery': told('pilot-discovery', 'istio.io/pkg/version.buildVersion'),
  postgresql: { file: 'postgres', bytes: (v) => `postgres (PostgreSQL) ${v}\n\0` },
  proftpd: { file: 'proftpd', bytes: (v) => `ProFTPD Version ${v}\0` },
  pypy: { file: 'libpypy3.9-c.so', bytes: (v) => `[PyPy ${v} with GCC]\0` },
  python: { file: 'libpython{minor}.so.1.0', bytes: (v) => `\0${v}\0` },
  qtbase: { file: 'libQt5Core.so.5', bytes: (v) => `This is the QtCore library version Qt ${v} (x86_64)\0` },
  redis: { file: 'redis-server', bytes: (v) => `\0${v}7f3a9b2c1d4e-1699000000000000000000000000\0` },
  ruby: {
    file: 'libruby.so.3.2',
    bytes: (v) => `ruby ${v} (2023-02-08 revision 31819e82c8) [x86_64-linux]\0`,
  },
  rust: { file: 'libstd-86aefecbddda356d.so', bytes: (v) => `rustc version ${v} (d5a82bbd2 2023-02-07)\0` },
  sqlcipher: { file: 'sqlcipher', bytes: (v) => `\0${v} community\0` },
  traefik: told('traefik', 'github.com/traefik/traefik/v2/pkg/version.Version'),
  valkey: { file: 'valkey-server', bytes: (v) => `\0${v}buildkitsandbox-1699000000000000000000000000\0` },
  'github.com/hashicorp/vault': told('vault', 'github.com/hashicorp/vault/version.fullVersion'),
  consul: { file: 'consul', bytes: (v) => `CONSUL_VERSION: ${v}\0` },
  'wp-cli': { file: 'wp', bytes: (v) => `'wp-cli/wp-cli' => array('pretty_version' => 'v${v}'\n` },
  xz: { file: 'xz', bytes: (v) => `xz (XZ Utils) ${v}\n\0` },
  zstd: { file: 'zstd', bytes: (v) => `\0v${v}\0` },
};
