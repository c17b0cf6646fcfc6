import type { ProofScenario } from '../scenario.ts';
import { PUSHES } from './pushes.ts';
import { REFUSALS } from './refusals.ts';
import { SHAPES } from './shapes.ts';

/** All that is proven (issue 7, line 6). */
export const PROOF_SCENARIOS: readonly ProofScenario[] = [...SHAPES, ...PUSHES, ...REFUSALS];
