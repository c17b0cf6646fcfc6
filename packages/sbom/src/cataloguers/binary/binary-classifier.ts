import { basename } from 'node:path/posix';
import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer, Evidence } from '../cataloguer.ts';
import { escapeCpe } from '../cpe.ts';
import { detach } from '../detached.ts';
import { looksExecutable } from '../executable/executable.ts';
import type { Classifier } from './classifier.ts';
import { findVersion } from './find-version.ts';
import { LANGUAGES } from './languages.ts';
import { PROGRAMS } from './programs.ts';
import { SERVERS } from './servers.ts';

/** Every program that is known. To add one, enter it in one of the tables. */
export const CLASSIFIERS: readonly Classifier[] = [...LANGUAGES, ...PROGRAMS, ...SERVERS];

/** What a file was found to be: classifiers by their place in the list, each with a version. */
export type Classified = readonly { readonly index: number; readonly version: string }[];

const LARGEST_BINARY = 512 * 1024 * 1024;

/** Texts and archives of scripts that say what is installed beside them. */
const TEXTS = ['OTP_VERSION', 'VERSION', 'VERSION.cache', 'application.ini', 'elixir', 'wp', 'wp-cli.phar'];

/** Programs that no package manager brought: known by their names, and versions in their bytes. */
export const binaryClassifier: Cataloguer<Classified> = {
  name: 'binary-classifier',
  origins: ['image', 'directory'],
  selects: {
    executables: true,
    names: TEXTS,
    maxBytes: LARGEST_BINARY,
    accepts: (path) => candidates(path).length > 0,
  },
  read({ path, bytes }) {
    const isText = TEXTS.includes(basename(path));
    if (!isText && !looksExecutable(bytes)) return undefined;
    const found: { index: number; version: string }[] = [];
    for (const index of candidates(path)) {
      const classifier = CLASSIFIERS[index];
      const version = classifier && findVersion(classifier, basename(path), bytes);
      if (version === undefined || overrules(found, index)) continue;
      found.push({ index, version });
    }
    return found.length === 0 ? undefined : detach(found);
  },
  assemble: (evidence) => evidence.flatMap(packagesOf),
};

/** Classifiers that a path is for. */
function candidates(path: string): readonly number[] {
  const name = basename(path);
  return CLASSIFIERS.flatMap(({ files }, index) => {
    const isOfPath = files.source.includes('\\/');
    return files.test(isOfPath ? path : name) ? [index] : [];
  });
}

/** Of several that a file could be, the first counts: a fork shows the signs of what it was forked from, too. */
function overrules(found: Classified, index: number): boolean {
  const files = CLASSIFIERS[index]?.files.source;
  return found.some((one) => {
    const other = CLASSIFIERS[one.index];
    return other !== undefined && (other.files.source === files || FORKS.has(other.name));
  });
}

/** Programs that are built from the source of another, by its name. */
const FORKS = new Set([
  'mariadb',
  'percona-server',
  'percona-xtradb-cluster',
  'percona-xtrabackup',
  'aws-lc',
]);

function packagesOf({ path, layer, facts }: Evidence<Classified>): readonly FoundPackage[] {
  return facts.flatMap(({ index, version }): readonly FoundPackage[] => {
    const classifier = CLASSIFIERS[index];
    if (classifier === undefined) return [];
    const { name, type = 'generic', namespace, cpe } = classifier;
    return [
      {
        key: `${path}#${name}`,
        type,
        namespace,
        name,
        version,
        kind: /\.(?:so|dylib|dll)\b/.test(basename(path)) ? 'library' : 'application',
        cpes: cpe === undefined ? undefined : [`cpe:2.3:a:${cpe}:${escapeCpe(version)}:*:*:*:*:*:*:*`],
        occurrences: [{ path, layer }],
        isRecognised: true,
      },
    ];
  });
}
