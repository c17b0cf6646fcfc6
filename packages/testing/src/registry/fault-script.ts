import type { Fault, FaultAction, FaultMatch, FaultRequest, Faults } from './fault.ts';
import { matchesTarget } from './request-log.ts';

interface ScriptedFault extends Fault {
  readonly match: FaultMatch;
  readonly action: FaultAction;
  occurrences: number;
  hits: number;
}

/** A fault that applies to a request at hand. */
export interface DueFault {
  readonly action: FaultAction;
  readonly request: FaultRequest;
}

/** Keeps what shall go wrong and says which of it is due. */
export class FaultScript implements Faults {
  #faults: readonly ScriptedFault[] = [];

  add(match: FaultMatch, action: FaultAction): Fault {
    const fault: ScriptedFault = {
      match,
      action,
      occurrences: 0,
      hits: 0,
      remove: () => {
        this.#faults = this.#faults.filter((other) => other !== fault);
      },
    };
    this.#faults = [...this.#faults, fault];
    return fault;
  }

  clear(): void {
    this.#faults = [];
  }

  /** Counts a request and gives what is due for it, in the order it was scripted. */
  due(request: Omit<FaultRequest, 'occurrence'>): readonly DueFault[] {
    return this.#faults.flatMap((fault) => {
      const seen: FaultRequest = { ...request, occurrence: fault.occurrences + 1 };
      if (!matchesTarget(seen, fault.match) || fault.match.when?.(seen) === false) return [];
      fault.occurrences += 1;
      const { nth, times } = fault.match;
      const wanted = typeof nth === 'number' ? [nth] : nth;
      if (wanted !== undefined && !wanted.includes(fault.occurrences)) return [];
      if (times !== undefined && fault.hits >= times) return [];
      fault.hits += 1;
      return [{ action: fault.action, request: seen }];
    });
  }
}
