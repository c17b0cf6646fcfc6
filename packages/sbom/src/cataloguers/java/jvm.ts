import { dirname } from 'node:path/posix';
import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer, Evidence } from '../cataloguer.ts';
import { escapeCpe } from '../cpe.ts';
import { detach } from '../detached.ts';

/** What a Java runtime says of itself in its file `release`. */
export type JvmFacts = Readonly<Record<string, string>>;

/** The file has some twenty lines. */
const LARGEST_FILE = 64 * 1024;

/** Fields that are read, in the documents by these names. */
const PROPERTIES: Readonly<Record<string, string>> = {
  JAVA_RUNTIME_VERSION: 'jvm.runtimeVersion',
  IMAGE_TYPE: 'jvm.imageType',
  JVM_VARIANT: 'jvm.variant',
  LIBC: 'jvm.libc',
  SOURCE: 'jvm.source',
};

/** Java runtimes, by the file `release` at their root. */
export const jvm: Cataloguer<JvmFacts> = {
  name: 'jvm',
  origins: ['image', 'directory'],
  selects: {
    names: ['release'],
    maxBytes: LARGEST_FILE,
    // `/etc/release` and the like are of distributions.
    accepts: (path) => !/(?:^|\/)etc\/[^/]*$/.test(path),
  },
  read(file) {
    const fields = [...file.text().matchAll(/^([A-Z_]{1,64})="?([^"\r\n]{0,512})"?\s*$/gm)];
    const facts: [string, string][] = fields.map(([, name = '', value = '']) => [name, value]);
    return facts.some(([name]) => name === 'JAVA_VERSION') ? detach(Object.fromEntries(facts)) : undefined;
  },
  assemble: (evidence) => evidence.flatMap((one) => packageOf(one) ?? []),
};

function packageOf({ path, layer, facts }: Evidence<JvmFacts>): FoundPackage | undefined {
  const version = versionOf(facts);
  if (version === undefined) return undefined;
  const { name, vendor, product } = productOf(facts, path);
  const implementor = facts['IMPLEMENTOR'];
  const architecture = facts['OS_ARCH'];
  return {
    key: path,
    type: 'generic',
    namespace: vendor,
    name,
    version,
    kind: 'application',
    supplier: implementor === undefined || implementor === '' ? undefined : { name: implementor },
    qualifiers: architecture === undefined ? undefined : { arch: architecture },
    cpes: [`cpe:2.3:a:${vendor}:${product}:${cpeVersion(version)}:*:*:*:*:*:*`],
    properties: Object.fromEntries(
      Object.entries(PROPERTIES).flatMap(([field, property]) => {
        const value = facts[field];
        return value === undefined || value === '' ? [] : [[property, value]];
      }),
    ),
    occurrences: [{ path, layer }],
    home: dirname(path),
  };
}

/** `17.0.15+6`, `1.8.0_352-b08`: with the build, where the file says it. */
function versionOf(facts: JvmFacts): string | undefined {
  const version = facts['JAVA_VERSION'];
  const runtime = facts['JAVA_RUNTIME_VERSION'];
  if (version === undefined || version === '') return undefined;
  const isLonger = runtime?.startsWith(version) === true && /^[\d._]+(?:[+-]\S*)?$/.test(runtime);
  if (!isLonger || runtime === undefined) return version;
  // Distributions add their own names behind the build: `17.0.15+6-Debian-1deb12u1`.
  return /^[\d._]+(?:[+-]b?\d+(?:-\d+)?)?(?:-LTS)?/.exec(runtime)?.[0] ?? version;
}

interface Product {
  readonly vendor: string;
  readonly name: string;
  readonly product: string;
}

/** OpenJDK of whoever built it, GraalVM, or Oracle's own. */
function productOf(facts: JvmFacts, path: string): Product {
  const implementor = (facts['IMPLEMENTOR'] ?? '').toLowerCase();
  const isRuntime = facts['IMAGE_TYPE'] === 'JRE' || /(?:^|\/)jre\/release$/.test(path);
  if (Object.hasOwn(facts, 'GRAALVM_VERSION') || implementor.includes('graalvm')) {
    return { vendor: 'oracle', name: 'graalvm', product: 'graalvm' };
  }
  const isOracle = implementor === 'oracle corporation' && (facts['BUILD_TYPE'] ?? '') === 'commercial';
  if (isOracle) {
    const product = isRuntime ? 'jre' : 'jdk';
    return { vendor: 'oracle', name: product, product };
  }
  return { vendor: 'oracle', name: 'openjdk', product: 'openjdk' };
}

/** Version and update as the CPE dictionary has them: `1.8.0:update352`, otherwise `17.0.15:*`. */
function cpeVersion(version: string): string {
  const old = /^(1\.\d+\.\d+)_(\d+)/.exec(version);
  if (old !== null) return `${old[1]}:update${old[2]}`;
  return `${escapeCpe(version.replace(/[+-].*$/, ''))}:*`;
}
