import { SuiteError } from '@artifact-lifecycle/core';
import { type ExpressionFacts, expressionScope } from './expression-scope.ts';
import type { Flavor } from './flavor.ts';
import type { GitContext } from './git-context.ts';
import type { Release } from './release.ts';
import type { Remarks } from './remark.ts';
import { quote } from './row-error.ts';
import { parseTemplate } from './template.ts';
import { type Rendered, renderTemplate, type Scope, type Variable } from './template-render.ts';

/** What rules read besides their row. */
export interface RowWorld {
  readonly context: GitContext;
  readonly flavor: Flavor;
  readonly facts: ExpressionFacts;
  readonly scope: Scope;
  readonly tell: Remarks;
  /** The version where the event carries none; input `version`. */
  readonly version: string | undefined;
  readonly latestUse: LatestUse;
}

/**
 * What becomes of the tag `latest`, whichever rule makes it: made as docker/metadata-action does, made with a
 * warning, or left out with one.
 */
export type LatestUse = 'free' | 'warned' | 'barred';

/** What a rule makes of its row, before prefix and suffix. */
export interface RowValue {
  readonly text: string;
  /** Variables that were written out and are empty. */
  readonly empty: readonly string[];
  /** Whether the rule wants `latest`, too. */
  readonly latest: boolean;
  /** The version it is, where it is one that has an order. */
  readonly release: Release | undefined;
  /** How many numbers of the version the tag shows: `1` is 1, `1.2` is 2, a whole version 0. */
  readonly line: 0 | 1 | 2;
}

/** A value that is no version. */
export function plainValue(text: string, latest: boolean, empty: readonly string[] = []): RowValue {
  return { text, latest, empty, release: undefined, line: 0 };
}

/** The world of a run. */
export function rowWorld(
  context: GitContext,
  flavor: Flavor,
  facts: ExpressionFacts,
  tell: Remarks,
): RowWorld {
  const scope = expressionScope(context, facts);
  return { context, flavor, facts, tell, scope, version: undefined, latestUse: 'free' };
}

/**
 * Fills in a template of a row; `own` are variables that only this template knows.
 *
 * @throws SuiteError `INPUT_INVALID`, naming the row
 */
export function fillIn(
  text: string,
  world: RowWorld,
  input: string,
  row: string,
  own: ReadonlyMap<string, Variable> = new Map(),
): Rendered {
  if (!text.includes('{{')) return { text, empty: [], unknown: [] };
  const what = `input "${input}", row ${quote(row)}`;
  const scope = own.size === 0 ? world.scope : new Map([...world.scope, ...own]);
  const rendered = renderNamingRow(text, scope, what);
  for (const name of rendered.unknown) {
    world.tell({
      level: 'notice',
      message: `{{${name}}} is not known and stands for nothing in ${quote(row)}.`,
      row,
    });
  }
  return rendered;
}

/** An expression that fails knows itself; where it stands only its row says. */
function renderNamingRow(text: string, scope: Scope, what: string): Rendered {
  const template = parseTemplate(text, what);
  try {
    return renderTemplate(template, scope);
  } catch (error) {
    if (!(error instanceof SuiteError)) throw error;
    throw new SuiteError(error.code, `${error.message.replace(/\.$/, '')} (${what}).`, {
      ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
      cause: error,
    });
  }
}
