import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { BUNDLE_FILES } from '../packages/tooling/src/bundle/bundle.ts';
import { listedPackages } from '../packages/tooling/src/bundle/licences.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ACTIONS = globSync('actions/*/src/inputs.ts', { cwd: ROOT })
  .map((path) => path.split(/[\\/]/)[1] ?? '')
  .sort();

/** A shorter line is too likely to be in two packages by chance. */
const MIN_TELLING_LENGTH = 40;

/** A start takes some 0.1 s; a loaded machine many times that. */
const TIMEOUT = 60_000;

interface Locked {
  readonly version?: string;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  /** What a package makes use of where it happens to lie beside it. */
  readonly peerDependenciesMeta?: Readonly<Record<string, unknown>>;
}

const LOCK: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(
  readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
);

function readBundle(action: string, file: (typeof BUNDLE_FILES)[number]): string {
  return readFileSync(join(ROOT, 'dist', action, file), 'utf8');
}

/** Where a dependency of a package lies, by Node's rule: the nearest node_modules upwards. */
function resolveLocked(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0))) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    const entry = LOCK.packages[path];
    if (entry !== undefined) return entry.link === true ? entry.resolved : path;
    if (folder === '') return undefined;
  }
}

/** The folders of all packages of others that an action may use at run time. */
function findProductionPackages(action: string): readonly string[] {
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    const {
      dependencies = {},
      optionalDependencies = {},
      peerDependenciesMeta = {},
    } = LOCK.packages[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependenciesMeta })) {
      const resolved = resolveLocked(path, name);
      if (resolved !== undefined) visit(resolved);
    }
  };
  visit(`actions/${action}`);
  return [...found].filter((path) => path.includes('node_modules/')).sort();
}

function withoutVersion(id: string): string {
  return id.slice(0, id.lastIndexOf('@'));
}

/** What webpack writes around modules, in our bundles and in those that packages ship. */
const WRITTEN_BY_WEBPACK =
  /^(?:\/\*+\/|Object\.defineProperty\(exports, "__esModule", \(\{ value: true \}\)\);)$/;

function tellingLines(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= MIN_TELLING_LENGTH && !WRITTEN_BY_WEBPACK.test(line));
}

/** Lines of code that one of the packages has, and no other. */
function findTellingLines(packages: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const owners = new Map<string, string | undefined>();
  for (const path of packages) {
    const files = globSync('**/*.{js,cjs,mjs}', {
      cwd: join(ROOT, path),
      exclude: (name) => name === 'node_modules',
    });
    for (const file of files) {
      for (const line of tellingLines(readFileSync(join(ROOT, path, file), 'utf8'))) {
        owners.set(line, owners.has(line) && owners.get(line) !== path ? undefined : path);
      }
    }
  }
  const lines = new Map(packages.map((path) => [path, new Set<string>()]));
  for (const [line, owner] of owners) if (owner !== undefined) lines.get(owner)?.add(line);
  return lines;
}

/** Every name that the code asks Node for: imports, webpack's externals, and what ncc did not find. */
function findRequested(code: string): readonly string[] {
  const patterns = [
    /^import\b[^;'"]*["']([^"']+)["']/gm,
    /__WEBPACK_EXTERNAL_createRequire\(import\.meta\.url\)\(["']([^"']+)["']\)/g,
    /\beval\(["']require["']\)\(["']([^"']+)["']\)/g,
    /\b__nccwpck_require__\.e\((\d+)\)/g,
  ];
  return patterns.flatMap((pattern) => [...code.matchAll(pattern)].map(([, name = '']) => name));
}

/** The first Node of a major version in the PATH. */
function findNode(major: number): string | undefined {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
  return candidates.filter(existsSync).find((file) => {
    const { stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
    return stdout?.startsWith(`v${major}.`);
  });
}

const NODES: readonly (readonly [string, string | undefined])[] = [
  [`Node ${process.versions.node}`, process.execPath],
  ['Node 20', findNode(20)],
];

/** A package with so many telling lines is in a bundle with more than one of them. */
const MANY_LINES = 10;

/** Packages that are data alone, and a word that tells them. */
const DATA: ReadonlyMap<string, string> = new Map([['spdx-license-ids', 'CrystalStacker']]);

function isData(name: string, bundle: ReadonlySet<string>): boolean {
  const word = DATA.get(name);
  return word !== undefined && [...bundle].some((line) => line.includes(word));
}

describe('what a bundle asks Node for', () => {
  it('is found in every form', () => {
    const code = [
      'import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";',
      "import 'node:fs';",
      'module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("undici");',
      'module.exports = eval("require")("absent");',
      'await __nccwpck_require__.e(50);',
    ];
    expect(findRequested(code.join('\n'))).toEqual(['module', 'node:fs', 'undici', 'absent', '50']);
  });
});

describe('dist', () => {
  it('has a bundle for each action, and nothing else: run npm run bundle where this fails', () => {
    expect(existsSync(join(ROOT, 'dist')) ? readdirSync(join(ROOT, 'dist')).sort() : []).toEqual(ACTIONS);
  });
});

describe.each(ACTIONS)('dist/%s', (action) => {
  it('has one file of code, its module type, and licences', () => {
    expect(readdirSync(join(ROOT, 'dist', action)).sort()).toEqual([...BUNDLE_FILES]);
    expect(JSON.parse(readBundle(action, 'package.json'))).toEqual({ type: 'module' });
    expect(readBundle(action, 'index.js')).not.toMatch(/\r|sourceMappingURL=(?!.*\.js\.map)/);
  });

  it('asks for nothing that is not built into Node', () => {
    const requested = findRequested(readBundle(action, 'index.js'));
    expect(requested).toContain('module');
    // Asked for within a try, by CycloneDX's writer of XML, and done without.
    const missing = requested.filter((name) => !isBuiltin(name) && name !== 'xmlbuilder2');
    expect(missing).toEqual([]);
  });

  it("carries no HTTP client but the suite's own: undici alone is 0.9 MB to parse at each start", () => {
    const code = readBundle(action, 'index.js');
    expect(code).toContain('./packages/toolkit-http/lib/index.js');
    expect(code).not.toMatch(/node_modules\/(?:undici|tunnel|@actions\/http-client)\//);
    expect(code).not.toContain('class ProxyAgent');
    expect(listedPackages(readBundle(action, 'licenses.txt')).map(withoutVersion)).not.toContain('undici');
  });

  it('lists the licence of each package whose code is in it, and of no other', () => {
    const packages = findTellingLines(findProductionPackages(action));
    const bundle = new Set(tellingLines(readBundle(action, 'index.js')));
    const bundled = [...packages].flatMap(([path, lines]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const shared = [...lines].filter((line) => bundle.has(line)).length;
      // One line of many may be anybody's; a package of one line has no other.
      const isThere = shared > 1 || (shared === 1 && lines.size < MANY_LINES) || isData(name, bundle);
      return isThere ? [`${name}@${LOCK.packages[path]?.version}`] : [];
    });
    expect(bundled.length).toBeGreaterThan(1);
    expect(listedPackages(readBundle(action, 'licenses.txt'))).toEqual(bundled.sort());
  });

  for (const [name, node] of NODES) {
    (node === undefined ? it.skip : it)(
      `starts alone under ${name}, and refuses a wrong input in a sentence`,
      () => {
        const directory = mkdtempSync(join(tmpdir(), 'dist-test-'));
        cpSync(join(ROOT, 'dist', action), join(directory, 'action'), { recursive: true });
        const output = join(directory, 'output');
        writeFileSync(output, '');
        const { status, stdout, stderr } = spawnSync(node ?? '', [join(directory, 'action', 'index.js')], {
          cwd: directory,
          encoding: 'utf8',
          env: { SystemRoot: process.env['SystemRoot'], GITHUB_OUTPUT: output, 'INPUT_DRY-RUN': 'perhaps' },
        });
        expect(stderr).toBe('');
        expect(stdout).toContain('Input "dry-run" is "perhaps", which is no boolean.');
        expect(status).toBe(1);
        expect(readFileSync(output, 'utf8')).toMatch(/error-code<<(\S+)\r?\nINPUT_INVALID\r?\n\1/);
      },
      TIMEOUT,
    );
  }
});

describe('the compiler', () => {
  it('keeps the comment by which a lazy import stays in its bundle', () => {
    const directory = mkdtempSync(join(tmpdir(), 'dist-test-'));
    writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
    writeFileSync(join(directory, 'b.ts'), 'export const b = 1;\n');
    writeFileSync(
      join(directory, 'a.ts'),
      'export const a = import(/* webpackMode: "eager" */ \'./b.ts\');\n',
    );
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const options = [
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--rewriteRelativeImportExtensions',
      '--types',
      '',
    ];
    execFileSync(process.execPath, [tsc, ...options, 'a.ts'], { cwd: directory });
    expect(readFileSync(join(directory, 'a.js'), 'utf8')).toContain(
      'import(/* webpackMode: "eager" */ \'./b.js\')',
    );
  });
});
