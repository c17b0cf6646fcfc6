export type * from './image/stored-image.ts';
export type * from './plan/plan.ts';
export type * from './policy/retention-decision.ts';
export type * from './service/retention-service.ts';
