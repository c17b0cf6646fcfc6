import type { ProofScenario } from '../scenario.ts';
import { PUSHES } from './pushes.ts';
import { RECORDS } from './records.ts';
import { REFUSALS } from './refusals.ts';
import { SHAPES } from './shapes.ts';

/** All that is proven (issue 7, line 6; issue 9, line 9). */
export const PROOF_SCENARIOS: readonly ProofScenario[] = [...SHAPES, ...PUSHES, ...REFUSALS, ...RECORDS];
