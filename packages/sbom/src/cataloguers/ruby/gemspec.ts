import type { Party } from '../../inventory/package.ts';

/** A gem that needs more is none. */
const MAX_DEPENDENCIES = 1000;

/** Some gems thank everybody. */
const MAX_AUTHORS = 20;

/** A description is some lines; some gems put their README there. */
const MAX_DESCRIPTION_LENGTH = 500;

/** `s.name = …`, whatever the variable is called. */
const ASSIGNMENT = /^\s*\w+\.(\w+)\s*=\s*(\S.*)$/;

/** `s.add_dependency(%q<rake>.freeze, …)`; development dependencies are not installed with a gem. */
const DEPENDENCY = /^\s*\w+\.add_(?:runtime_)?dependency[\s(]+(\S.*)$/;

/** `# stub: rake 13.0.6 ruby lib`: name, version, platform, paths. */
const STUB = /^# stub: (\S+) (\S+) (\S+)/;

/** What RubyGems wrote about a gem that it installed. */
export interface Gemspec {
  readonly name: string;
  readonly version: string;
  /** `x86_64-linux`; `undefined` for `ruby`, which is any. */
  readonly platform: string | undefined;
  readonly licences: readonly string[];
  readonly authors: readonly Party[];
  readonly description: string | undefined;
  readonly homepage: string | undefined;
  readonly sourceUrl: string | undefined;
  readonly dependencies: readonly string[];
}

/**
 * Reads a gemspec as RubyGems dumps it (rubygems, `Gem::Specification#to_ruby`): Ruby, one statement a line, texts in
 * quotation marks, with `.freeze` after them or not. Of one that a person wrote it reads what is literal.
 *
 * @returns `undefined` where name or version is nowhere
 */
export function parseGemspec(text: string): Gemspec | undefined {
  const texts = new Map<string, readonly string[]>();
  const dependencies = new Set<string>();
  let stub: readonly string[] = [];
  for (const line of text.split('\n')) {
    const [, name, value] = ASSIGNMENT.exec(line) ?? [];
    if (name !== undefined && value !== undefined) {
      // The dump says some things twice, the second time for old RubyGems.
      if (!texts.has(name)) texts.set(name, readTexts(value));
      continue;
    }
    const [, call] = DEPENDENCY.exec(line) ?? [];
    const [dependency] = call === undefined ? [] : readTexts(call);
    if (dependency !== undefined && dependencies.size < MAX_DEPENDENCIES) dependencies.add(dependency);
    if (stub.length === 0) stub = STUB.exec(line)?.slice(1) ?? [];
  }
  const first = (key: string): string | undefined => texts.get(key)?.[0]?.trim() || undefined;
  const name = first('name') ?? stub[0];
  const version = first('version') ?? stub[1];
  if (name === undefined || version === undefined || !isWord(name) || !isWord(version)) return undefined;
  const platform = stub[2] ?? first('platform');
  const authors = (texts.get('authors') ?? texts.get('author') ?? []).slice(0, MAX_AUTHORS);
  const emails = texts.get('email') ?? [];
  return {
    name,
    version,
    platform: platform === 'ruby' || platform === undefined || !isWord(platform) ? undefined : platform,
    licences: texts.get('licenses') ?? texts.get('license') ?? [],
    authors: authors.map((author, index) => ({
      name: author,
      // Nobody says whose an address is, unless each has one.
      email: emails.length === authors.length ? emails[index] : undefined,
    })),
    description: (first('summary') ?? first('description'))?.slice(0, MAX_DESCRIPTION_LENGTH),
    homepage: first('homepage'),
    sourceUrl: valueAfter(texts.get('metadata') ?? [], 'source_code_uri'),
    dependencies: [...dependencies],
  };
}

function isWord(text: string): boolean {
  return /^[\w.+-]{1,200}$/.test(text);
}

/** A hash is a list of keys and values in turn. */
function valueAfter(list: readonly string[], key: string): string | undefined {
  const at = list.indexOf(key);
  return at < 0 || at % 2 !== 0 ? undefined : list[at + 1];
}

/** The texts of a Ruby expression: `"a".freeze`, `'a'`, `%q<a>`, and what lists and hashes hold of them. */
function readTexts(expression: string): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at < expression.length; at++) {
    const mark = expression[at];
    if (mark === '#') break;
    if (mark === '"' || mark === "'") {
      let end = at + 1;
      while (end < expression.length && expression[end] !== mark) end += expression[end] === '\\' ? 2 : 1;
      if (end >= expression.length) break;
      found.push(readEscapes(expression.slice(at + 1, end)));
      at = end;
    } else if (expression.startsWith('%q<', at)) {
      const end = expression.indexOf('>', at);
      if (end < 0) break;
      found.push(expression.slice(at + 3, end));
      at = end;
    }
  }
  return found;
}

function readEscapes(text: string): string {
  return text
    .replace(/\\u\{?([\da-f]{4,5})\}?/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/\\([nt])/g, ' ')
    .replace(/\\(.)/g, '$1');
}
