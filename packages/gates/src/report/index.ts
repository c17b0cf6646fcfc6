export { mainFacts } from './evidence.ts';
export { renderHistoryReport } from './history.ts';
export { renderPromotionReport } from './promotion.ts';
export type * from './report.ts';
export { whatItTakes } from './what-it-takes.ts';
