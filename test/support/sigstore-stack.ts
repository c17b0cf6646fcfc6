import {
  SIGSTORE_PROGRAMS,
  type SigstoreStack,
  type StackOptions,
  startSigstoreStack,
} from '../../packages/tooling/src/bench/sigstore/sigstore-stack.ts';
import type { Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import type { Tools } from './tools.ts';

export type { SigstoreStack } from '../../packages/tooling/src/bench/sigstore/sigstore-stack.ts';

/** The tools {@link openSigstoreStack} needs. */
export const STACK_TOOLS = SIGSTORE_PROGRAMS;

/** Starts Sigstore's own services in a workplace, and has them ended with it; `claims` differ from an ordinary job's. */
export async function openSigstoreStack(
  tools: Tools<(typeof STACK_TOOLS)[number]>,
  workplace: Workplace,
  claims?: StackOptions['claims'],
): Promise<SigstoreStack> {
  const directory = await workplace.place('sigstore');
  const stack = await startSigstoreStack({ programs: tools, directory, claims });
  workplace.onClose(() => stack.close());
  return stack;
}
