import type { Classifier } from './classifier.ts';

/** Programs and libraries of the base of a system. */
export const PROGRAMS: readonly Classifier[] = [
  {
    name: 'busybox',
    files: /^busybox(?:\.\w+)?$/,
    signs: [{ near: 'BusyBox v', pattern: /BusyBox v(\d+\.\d+\.\d+)/ }],
    cpe: 'busybox:busybox',
  },
  {
    name: 'bash',
    files: /^bash$/,
    signs: [{ near: '@(#)Bash version ', pattern: /Bash version (\d+\.\d+\.\d+)/ }],
    cpe: 'gnu:bash',
  },
  {
    name: 'openssl',
    files: /^(?:openssl|lib(?:ssl|crypto)(?:[-.][\w.-]+)?\.(?:so|dylib|dll).*|lib(?:ssl|crypto)\.so.*)$/,
    signs: [
      {
        near: 'OpenSSL ',
        pattern: /OpenSSL (\d+\.\d+\.\d+(?:[a-z]{1,2})?(?:-(?:alpha|beta|pre)\d+)?)(?:-fips)?\s+\d/,
      },
    ],
    cpe: 'openssl:openssl',
  },
  {
    name: 'aws-lc',
    files: /^(?:bssl|lib(?:ssl|crypto)(?:-awslc)?\.so.*)$/,
    signs: [{ near: 'AWS-LC ', pattern: /AWS-LC (?:FIPS )?(\d+\.\d+\.\d+)/ }],
    cpe: 'amazon:aws-lc',
  },
  {
    name: 'curl',
    files: /^libcurl(?:-gnutls|-nss)?\.(?:so|dylib).*$/,
    signs: [{ near: 'libcurl/', pattern: /libcurl\/(\d+\.\d+\.\d+)/ }],
    cpe: 'haxx:libcurl',
  },
  {
    name: 'krb5',
    files: /^libkrb5\.so.*$/,
    signs: [{ near: 'KRB5_BRAND: krb5-', pattern: /krb5-(\d+\.\d+(?:\.\d+)?)-/ }],
    cpe: 'mit:kerberos_5',
  },
  {
    name: 'heimdal-krb5',
    files: /^lib(?:krb5|heimbase|heimntlm|hdb|kdc)\.so.*$/,
    signs: [{ near: 'Heimdal ', pattern: /Heimdal (\d+\.\d+(?:\.\d+)?)/ }],
    cpe: 'heimdal_project:heimdal',
  },
  {
    name: 'util-linux',
    files: /^(?:getopt|mount|umount|lsblk|blkid|agetty|fdisk|losetup|more|nsenter|su|unshare)$/,
    signs: [{ near: 'util-linux ', pattern: /util-linux (\d+\.\d+(?:\.\d+)?)/ }],
    cpe: 'kernel:util-linux',
  },
  {
    name: 'xz',
    files: /^(?:xz|xzcat|xzdec)$/,
    signs: [{ near: '(XZ Utils) ', pattern: /\(XZ Utils\) (\d+\.\d+\.\d+)/ }],
    cpe: 'tukaani:xz',
  },
  { name: 'gzip', files: /^gzip$/, signs: [{ only: /^(\d+\.\d+)$/ }], cpe: 'gnu:gzip' },
  {
    name: 'zstd',
    files: /^zstd$/,
    signs: [{ near: '\0v1.', pattern: /^\0v(\d+\.\d+\.\d+)\0/ }, { only: /^v?(1\.\d+\.\d+)$/ }],
    cpe: 'facebook:zstandard',
  },
  {
    name: 'jq',
    files: /^jq$/,
    signs: [{ near: 'jq-', pattern: /jq-(\d+\.\d+(?:\.\d+)?(?:rc\d+)?)/ }, { only: /^(1\.\d+(?:\.\d+)?)$/ }],
    cpe: 'jqlang:jq',
  },
  {
    name: 'sqlcipher',
    files: /^(?:sqlcipher|libsqlcipher\.so.*)$/,
    signs: [{ near: ' community\0', pattern: /(\d+\.\d+\.\d+) community\0/, before: 16 }],
    cpe: 'zetetic:sqlcipher',
  },
  {
    name: 'qtbase',
    files: /^libQt\d?Core\.so.*$/,
    signs: [
      { near: 'QtCore library version ', pattern: /QtCore library version (?:Qt )?(\d+\.\d+\.\d+)/ },
      { near: 'Qt ', pattern: /Qt (\d+\.\d+\.\d+) \(/ },
    ],
    cpe: 'qt:qt',
  },
  {
    name: 'ffmpeg',
    files:
      /^(?:ffmpeg|ffprobe|ffplay|lib(?:avcodec|avdevice|avfilter|avformat|avutil|swresample|swscale)(?:-\w+)?\.(?:so|dylib).*)$/,
    signs: [
      { near: 'FFmpeg version ', pattern: /FFmpeg version n?(\d+\.\d+(?:\.\d+)?)/ },
      { near: '%s version ', pattern: /%s version n?(\d+\.\d+(?:\.\d+)?)/ },
    ],
    cpe: 'ffmpeg:ffmpeg',
  },
  {
    name: 'chrome',
    files: /^(?:chrome|chromium|chrome-headless-shell|headless_shell)$/,
    signs: [{ near: '\0Default', pattern: /\0(\d+\.\d+\.\d+\.\d+)\0Default/, before: 32 }],
    cpe: 'google:chrome',
  },
  {
    name: 'firefox',
    files: /(?:^|\/)firefox(?:-[\w.]+)?\/application\.ini$/,
    signs: [{ near: 'Name=Firefox', pattern: /\nVersion=(\d+[\w.]*)/ }],
    cpe: 'mozilla:firefox',
  },
  {
    name: 'wp-cli',
    files: /^(?:wp|wp-cli\.phar)$/,
    signs: [
      { near: "'wp-cli/wp-cli'", pattern: /'(?:pretty_)?version' => 'v?(\d+\.\d+\.\d+)/, after: 256 },
      { near: 'wp-cli/wp-cli ', pattern: /wp-cli\/wp-cli v?(\d+\.\d+\.\d+)/ },
    ],
    cpe: 'wp-cli:wp-cli',
  },
];
