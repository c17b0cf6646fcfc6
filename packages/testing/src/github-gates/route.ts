import type { Answer } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import { Rejection } from '../sigstore/service.ts';
import type { Json } from './account-view.ts';
import type { BodyForm } from './body-form.ts';
import type { GatePermission } from './facts.ts';
import type { World } from './world.ts';

/** What a route is asked. */
export interface Asked {
  readonly world: World;
  readonly exchange: Exchange;
  /** Values of the template's names, decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly body: Json;
}

/** One operation of GitHub's API. */
export interface GateRoute {
  readonly method: 'GET' | 'POST';
  /** As GitHub's description writes it. */
  readonly template: string;
  /** Names a query may have; others are refused: a test must see them. */
  readonly query: readonly string[];
  readonly form?: BodyForm;
  /** What a token needs, by the names of a workflow's `permissions`; nothing where anybody may ask. */
  readonly permission?: readonly [GatePermission, 'read' | 'write'];
  serve(asked: Asked): Answer;
}

/** Names of pages. */
export const PAGES = ['page', 'per_page'] as const;

/** Refuses as GitHub's API does. */
export function refuse(status: number, message: string, more: Json = {}): Rejection {
  // `validation-error` has no status, `basic-error` has one.
  const said = status === 422 ? {} : { status: String(status) };
  return new Rejection(status, {
    ...{ message, documentation_url: 'https://docs.github.com/rest' },
    ...said,
    ...more,
  });
}

/** Names of a template and what of a path they stand for; `undefined` where it is another path. */
export function matchTemplate(
  template: string,
  rawPath: string,
): Readonly<Record<string, string>> | undefined {
  const wanted = template.split('/');
  const given = rawPath.split('/');
  if (wanted.length !== given.length) return undefined;
  const values: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const text = given[at] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined && part !== text) return undefined;
    if (name === undefined) continue;
    if (text === '') return undefined;
    values[name] = decodeURIComponent(text);
  }
  return values;
}
