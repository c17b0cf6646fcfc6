export type * from './name/reference.ts';
