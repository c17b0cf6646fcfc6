export type * from './advisory/advisory.ts';
export type * from './component/component.ts';
export type * from './finding/finding.ts';
export * from './severity/severity.ts';
export type * from './source/advisory-source.ts';
export type * from './verdict/verdict.ts';
export type * from './vex/statement.ts';
