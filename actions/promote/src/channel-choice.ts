import { SuiteError } from '@artifact-lifecycle/core';
import { isNarrowerGlob } from '@artifact-lifecycle/gates';
import type { Station } from './station.ts';

/**
 * Patterns of tags that may move. Of an environment they are the policy's: an input picks among them, and lets nothing
 * move that the policy does not.
 *
 * @throws SuiteError `POLICY_WEAKENED`
 */
export function chooseChannels(
  input: readonly string[] | undefined,
  station: Station | undefined,
): readonly string[] {
  if (station === undefined) return input ?? [];
  const { channels = [] } = station.environment;
  const wider = (input ?? []).filter((one) => !channels.some((other) => isNarrowerGlob(one, other)));
  if (wider.length === 0) return input ?? channels;
  const may = channels.length === 0 ? 'nothing' : channels.join(', ');
  throw new SuiteError(
    'POLICY_WEAKENED',
    `The input "channels" would let ${wider.join(', ')} move, and the environment ${station.name} lets move ${may}.`,
    { remedy: 'Leave "channels" out, or name fewer; what may move more is the policy file to say.' },
  );
}
