import { SuiteError } from '@artifact-lifecycle/core';
import { quote } from './row-error.ts';
import { splitTemplate, type Tag } from './template-tags.ts';

/** A template in its parts: the subset of Handlebars that tags and labels are written in. */
export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'value';
      readonly name: string;
      /** A text in quotes behind the name; `unquoted` for anything else there. */
      readonly argument: { readonly text: string } | 'unquoted' | undefined;
      /** `tz='Asia/Tokyo'` behind it. */
      readonly settings: ReadonlyMap<string, string>;
    }
  | {
      readonly kind: 'condition';
      readonly name: string;
      readonly negated: boolean;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    };

/** A parsed template. */
export type Template = readonly TemplateNode[];

/** Deeper conditions nobody can read. */
const MAX_DEPTH = 16;

/** A word, a text in quotes, or an equals sign. */
const TOKEN = /\s*(?:("[^"]*"|'[^']*')|(=)|([^\s="'|()]+))\s*/y;

interface OpenCondition {
  readonly word: string;
  readonly name: string;
  readonly body: TemplateNode[];
  readonly otherwise: TemplateNode[];
  isOtherwise: boolean;
}

/**
 * Reads a template: `{{name}}`, `{{{name}}}`, `{{name 'text' key='text'}}`, `{{#if name}}…{{else}}…{{/if}}`,
 * `{{#unless name}}…{{/unless}}`, `{{! comments }}`, and `\{{` for two braces. Nothing is escaped for HTML:
 * what is made are tags and labels.
 *
 * @param what names the place it came from, for the error: `input "tags", row "…"`.
 * @throws SuiteError `INPUT_INVALID`
 */
export function parseTemplate(text: string, what: string): Template {
  const top: TemplateNode[] = [];
  const open: OpenCondition[] = [];
  const fail = (problem: string): SuiteError =>
    new SuiteError('INPUT_INVALID', `The template ${quote(text)} ${problem} (${what}).`, {
      remedy: "Write {{name}}, {{date 'YYYYMMDD' tz='Europe/Berlin'}} or {{#if name}}…{{/if}}.",
    });
  const place = (): TemplateNode[] => {
    const condition = open.at(-1);
    if (condition === undefined) return top;
    return condition.isOtherwise ? condition.otherwise : condition.body;
  };
  const parts = splitTemplate(text);
  if ('problem' in parts) throw fail(parts.problem);
  for (const part of parts.parts) {
    if (part.kind === 'text') {
      place().push(part);
      continue;
    }
    const words = readWords(part);
    if (words === undefined)
      throw fail(`has ${quote(part.content)} between its braces, which is not understood`);
    const [first = { text: '', quoted: false }, second] = words;
    const condition = open.at(-1);
    if (first.text === '#if' || first.text === '#unless') {
      if (second === undefined || words.length > 2)
        throw fail(`has a {{${first.text}}} without its one name`);
      if (open.length >= MAX_DEPTH) throw fail(`nests more than ${MAX_DEPTH} conditions`);
      open.push({
        word: first.text.slice(1),
        name: second.text,
        body: [],
        otherwise: [],
        isOtherwise: false,
      });
    } else if (first.text === 'else' || first.text === '^') {
      if (condition === undefined || condition.isOtherwise) throw fail('has an {{else}} without its {{#if}}');
      condition.isOtherwise = true;
    } else if (first.text.startsWith('/')) {
      if (condition === undefined || first.text !== `/${condition.word}`) {
        throw fail(`closes {{${first.text}}}, which is not open`);
      }
      open.pop();
      const { word, name, body, otherwise } = condition;
      place().push({ kind: 'condition', name, negated: word === 'unless', body, otherwise });
    } else {
      const value = readValue(words);
      if (value === undefined)
        throw fail(`has ${quote(part.content)} between its braces, which is not understood`);
      place().push(value);
    }
  }
  const [unclosed] = open;
  if (unclosed !== undefined) throw fail(`does not close its {{#${unclosed.word} ${unclosed.name}}}`);
  return top;
}

/** The names of the variables a template may ask for. */
export function namesIn(template: Template): ReadonlySet<string> {
  return new Set(
    template.flatMap((node) => {
      if (node.kind === 'text') return [];
      if (node.kind === 'value') return [node.name];
      return [node.name, ...namesIn(node.body), ...namesIn(node.otherwise)];
    }),
  );
}

interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

function readWords({ content }: Tag): readonly Word[] | undefined {
  const words: Word[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < content.length) {
    const [, quoted, equals, word] = TOKEN.exec(content) ?? [];
    const text = quoted?.slice(1, -1) ?? equals ?? word;
    if (text === undefined) return undefined;
    words.push({ text, quoted: quoted !== undefined });
  }
  return words.length === 0 ? undefined : words;
}

function readValue(words: readonly Word[]): TemplateNode | undefined {
  const [name, ...rest] = words;
  if (name === undefined || name.quoted || !/^[\w.[\]-]+$/.test(name.text)) return undefined;
  const settings = new Map<string, string>();
  const positional: Word[] = [];
  for (let at = 0; at < rest.length; at += 1) {
    const [word, equals, value] = rest.slice(at, at + 3);
    if (word === undefined || word.text === '=') return undefined;
    if (equals === undefined || equals.quoted || equals.text !== '=') {
      positional.push(word);
      continue;
    }
    if (value === undefined || !value.quoted || word.quoted) return undefined;
    settings.set(word.text, value.text);
    at += 2;
  }
  const [argument] = positional;
  if (positional.length > 1) return undefined;
  return {
    kind: 'value',
    name: name.text,
    argument: argument === undefined ? undefined : argument.quoted ? { text: argument.text } : 'unquoted',
    settings,
  };
}
