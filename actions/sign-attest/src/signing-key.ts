import type { KeyObject } from 'node:crypto';
import type { ActionContext, Inputs } from '@artifact-lifecycle/core/action';
import { readSigningKey } from '@artifact-lifecycle/trust';
import type { signAttest } from './inputs.ts';

/** Reads the key that the inputs name; `undefined` where a certificate signs. */
export async function readKey(
  { key, keyPassword: password }: Inputs<typeof signAttest>,
  { workspace, log }: ActionContext,
): Promise<KeyObject | undefined> {
  return key === undefined
    ? undefined
    : readSigningKey({ key, password }, { workspace, mask: (text) => log.mask(text) });
}
