import type { Gates } from '@artifact-lifecycle/core/policy';

/** What the policy says of a gate: `GateSettings<'tests'>`. What it leaves out is absent; the defaults are the judge's. */
export type GateSettings<Name extends keyof Gates> = Required<Gates>[Name];
