import type { Template, TemplateNode } from './template.ts';

/** How a template asks for a variable. */
export interface VariableUse {
  readonly argument: { readonly text: string } | 'unquoted' | undefined;
  readonly settings: ReadonlyMap<string, string>;
}

/** What a name stands for. */
export type Variable = string | ((use: VariableUse) => string);

/** The variables of a template by name. */
export type Scope = ReadonlyMap<string, Variable>;

/** What became of a template. */
export interface Rendered {
  readonly text: string;
  /** Variables that were written out and are empty. */
  readonly empty: readonly string[];
  /** Names that stand for nothing. */
  readonly unknown: readonly string[];
}

/** Fills in a template. A name that stands for nothing is empty, as in docker/metadata-action. */
export function renderTemplate(template: Template, scope: Scope): Rendered {
  const empty = new Set<string>();
  const unknown = new Set<string>();
  const ask = (name: string, use: VariableUse): string => {
    const variable = scope.get(name);
    if (variable === undefined) unknown.add(name);
    return typeof variable === 'function' ? variable(use) : (variable ?? '');
  };
  // As deep as the template's conditions, which its parser bounds.
  const render = (nodes: readonly TemplateNode[]): string =>
    nodes
      .map((node) => {
        if (node.kind === 'text') return node.text;
        if (node.kind === 'condition') {
          const value = ask(node.name, { argument: undefined, settings: new Map() });
          const holds = value !== '' && value !== 'false';
          return render(holds === node.negated ? node.otherwise : node.body);
        }
        const value = ask(node.name, node);
        if (value === '' && scope.has(node.name)) empty.add(node.name);
        return value;
      })
      .join('');
  const text = render(template);
  return { text, empty: [...empty], unknown: [...unknown] };
}
