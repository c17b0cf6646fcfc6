import { type Answer, answerJson } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';

const DEFAULT_PAGE = 30;

/** GitHub cuts what asks for more. */
const MAX_PAGE = 100;

/** One page of a list, with the `Link` that GitHub gives (REST API, "Using pagination"). */
export function answerPage(
  exchange: Exchange,
  items: readonly unknown[],
  wrap: (page: readonly unknown[]) => unknown = (page) => page,
): Answer {
  const number = (name: string, otherwise: number): number => {
    const text = exchange.query.get(name) ?? '';
    return /^[1-9]\d{0,6}$/.test(text) ? Number(text) : otherwise;
  };
  const size = Math.min(MAX_PAGE, number('per_page', DEFAULT_PAGE));
  const page = number('page', 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (rel: string, to: number): string => {
    const query = new URLSearchParams(exchange.query);
    query.set('page', String(to));
    return `<${exchange.origin}${exchange.rawPath}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link('prev', page - 1)] : []),
    ...(page < last ? [link('next', page + 1), link('last', last)] : []),
    ...(page > 1 ? [link('first', 1)] : []),
  ];
  const body = wrap(items.slice((page - 1) * size, page * size));
  return answerJson(200, body, links.length === 0 ? {} : { link: links.join(', ') });
}
