import type { Desk } from './desk.ts';
import type { RunOutcome } from './outcome.ts';

export async function writeReport(_run: RunOutcome, _desk: Desk): Promise<void> {}
