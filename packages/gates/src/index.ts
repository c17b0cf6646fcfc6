export * from './record/record.ts';
export * from './verdict/verdict.ts';
