import type { Main } from '@artifact-lifecycle/core/action';
import { openDesk } from './desk.ts';
import { showHistory } from './history.ts';
import type { promote } from './inputs.ts';
import { promoteAll } from './promote-all.ts';
import { rollBack } from './rollback.ts';

/** Promotes behind gates, plans it, takes it back, or tells what has been: one mode a run. */
export const main: Main<typeof promote> = async (inputs, context) => {
  const desk = await openDesk(inputs, context);
  try {
    switch (inputs.mode) {
      case 'history':
        return await showHistory(desk);
      case 'rollback':
        return await rollBack(desk);
      default:
        return await promoteAll(desk);
    }
  } finally {
    desk.close();
  }
};
