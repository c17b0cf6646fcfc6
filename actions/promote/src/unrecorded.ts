import { SuiteError } from '@artifact-lifecycle/core';
import type { Desk } from './desk.ts';
import type { PromotionRequest } from './request.ts';

/**
 * Looks at what `record: false` leaves out: what must be recorded is not done without, and of the rest a warning says
 * what will be missed.
 *
 * @throws SuiteError `INPUT_INVALID` where the glass is broken or a hold released, and nothing would tell
 */
export function refuseUnrecorded(
  requests: readonly PromotionRequest[],
  { inputs, policy, context }: Desk,
): void {
  if (inputs.record !== 'false') return;
  const demanding =
    inputs.overrideReason !== undefined
      ? 'override-reason'
      : inputs.releaseWithdrawn
        ? 'release-withdrawn'
        : undefined;
  if (demanding !== undefined) {
    throw new SuiteError('INPUT_INVALID', `What "${demanding}" does is recorded, and "record" is false.`, {
      remedy: 'Leave "record" out.',
    });
  }
  if (policy?.records === undefined) return;
  const names = [...new Set(requests.flatMap(({ to }) => to?.name ?? []))];
  if (names.length === 0) return;
  context.log.warning(
    `Without a record nothing tells that this came into ${names.join(', ')}: no environment behind takes it from there, and history and rollback do not know of it.`,
  );
}
