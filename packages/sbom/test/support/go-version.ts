import { execFileSync } from 'node:child_process';
import { readBuildInfo } from '../../src/cataloguers/go/build-info.ts';

/** Nothing is downloaded, and nobody's settings matter. */
export const GO_ENVIRONMENT = {
  ...process.env,
  ...{ GOFLAGS: '', GOPROXY: 'off', GOTOOLCHAIN: 'local', GO111MODULE: 'on', CGO_ENABLED: '0' },
};

/** Runs go, and gives what it printed. */
export function runGo(
  args: readonly string[],
  options: { readonly cwd?: string; readonly platform?: string } = {},
): string {
  const [goos, goarch] = options.platform?.split('/') ?? [];
  const platform = goos === undefined ? {} : { GOOS: goos, GOARCH: goarch };
  const env = { ...GO_ENVIRONMENT, ...platform };
  return execFileSync('go', args, {
    cwd: options.cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export function hasGo(): boolean {
  try {
    return runGo(['version']).startsWith('go version');
  } catch {
    return false;
  }
}

/** A program with a module that a folder replaces, by the paths of its files. */
export const PROGRAM: Readonly<Record<string, string>> = {
  'go.mod':
    'module example.org/app\n\ngo 1.18\n\nrequire example.org/lib v1.2.3\n\nreplace example.org/lib => ./lib\n',
  'main.go':
    'package main\n\nimport "example.org/lib"\n\nvar version = "dev"\n\nfunc main() { println(lib.Name, version) }\n',
  'lib/go.mod': 'module example.org/lib\n\ngo 1.18\n',
  'lib/lib.go': 'package lib\n\nconst Name = "lib"\n',
};

/** What we read, in the words of `go version -m`: the version of Go, then the fields of each line. */
export function readLines(bytes: Buffer): readonly (readonly string[])[] {
  const info = readBuildInfo(bytes);
  if (info === undefined) return [];
  const row = (
    word: string,
    { path, version, sum }: { readonly path: string; readonly version: string; readonly sum: string },
  ): readonly string[] => [word, path, version, sum].filter((text) => text !== '');
  const modules = [...(info.main === undefined ? [] : [['mod', info.main] as const])];
  const all = [...modules, ...info.dependencies.map((module) => ['dep', module] as const)];
  return [
    [info.goVersion],
    ...(info.path === '' ? [] : [['path', info.path]]),
    ...all.flatMap(([word, module]) => [
      row(word, module),
      ...(module.replacedBy === undefined ? [] : [row('=>', module.replacedBy)]),
    ]),
    ...[...info.settings].map(([key, value]) => ['build', `${key}=${value}`]),
  ];
}

/** What `go version -m` prints, in the same form. */
export function printedLines(file: string): readonly (readonly string[])[] {
  const [first = '', ...others] = runGo(['version', '-m', file]).trimEnd().split('\n');
  const rows = others.map((line) => {
    const [, word = '', ...fields] = line.split('\t');
    if (word !== 'build') return [word, ...fields].filter((text) => text !== '');
    const [, key = '', quoted, plain = ''] = /^([^=]+)=(?:"(.*)"|(.*))$/.exec(fields[0] ?? '') ?? [];
    return [word, `${key}=${quoted ?? plain}`];
  });
  return [[first.slice(first.lastIndexOf(': ') + 2)], ...rows.filter((row) => row.length > 0)];
}
