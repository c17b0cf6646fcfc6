/** What the name of an archive says of what is in it. */
export interface ArchiveName {
  /** Without the extension. */
  readonly base: string;
  readonly group: string | undefined;
  readonly name: string;
  readonly version: string | undefined;
}

/** Words between the numbers of one version: `1.0-beta-3`; others belong to a name: `log4j-1.2-api-2.14.1`. */
const QUALIFIERS = new Set([
  ...['a', 'alpha', 'android', 'b', 'beta', 'build', 'cr', 'dev', 'ea', 'final', 'fix', 'ga', 'incubating'],
  ...['jdk', 'jre', 'm', 'milestone', 'p', 'patch', 'pre', 'preview', 'r', 'rc', 'release', 'rev', 'sec'],
  ...['snapshot', 'sp'],
]);

/** Domains that Java's names of packages begin with. */
const DOMAINS = new Set([
  ...[
    'ai',
    'app',
    'at',
    'be',
    'biz',
    'br',
    'ca',
    'ch',
    'cn',
    'co',
    'com',
    'cz',
    'de',
    'dev',
    'dk',
    'edu',
    'es',
  ],
  ...[
    'eu',
    'fi',
    'fr',
    'gov',
    'in',
    'info',
    'io',
    'it',
    'jakarta',
    'java',
    'javax',
    'jp',
    'kr',
    'me',
    'net',
    'nl',
  ],
  ...['no', 'org', 'pl', 'pt', 'ru', 'se', 'tv', 'tw', 'uk', 'us', 'xyz'],
]);

const EXTENSION = /\.[a-z]{2,4}$/i;

/** Whether a text could be a group: `org.apache.commons`. */
export function looksLikeGroup(text: string): boolean {
  return /^[A-Za-z][\w-]*(?:\.[A-Za-z_][\w-]*)+$/.test(text) && isDomain(text.slice(0, text.indexOf('.')));
}

function isDomain(label: string): boolean {
  return DOMAINS.has(label.toLowerCase());
}

/**
 * Reads an archive's file name: `log4j-core-2.14.1.jar`, `akka-actor_2.13-2.6.20.jar`, and those that have their
 * group before them, `io.quarkus.gizmo.gizmo-1.1.jar`.
 */
export function readArchiveName(path: string): ArchiveName {
  const base = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('!')) + 1).replace(EXTENSION, '');
  const cut = versionStart(base);
  const full = cut === undefined ? base : base.slice(0, cut);
  const version = cut === undefined ? undefined : base.slice(cut + 1);
  const dot = full.lastIndexOf('.');
  const group = dot > 0 ? full.slice(0, dot) : undefined;
  const hasGroup = group !== undefined && dot < full.length - 1 && isDomain(full.slice(0, full.indexOf('.')));
  return { base, group: hasGroup ? group : undefined, name: hasGroup ? full.slice(dot + 1) : full, version };
}

/** The hyphen before the version. */
function versionStart(base: string): number | undefined {
  const starts = [...base.matchAll(/-(?=v?\d|r\d|rc\d|build\d)/gi)].map(({ index }) => index);
  let start = starts[0];
  for (const next of starts.slice(1)) {
    const words = base
      .slice((start ?? 0) + 1, next)
      .split('-')
      .slice(1);
    if (words.some((word) => /^[a-z_]+$/i.test(word) && !QUALIFIERS.has(word.toLowerCase()))) start = next;
  }
  return start === 0 ? undefined : start;
}
