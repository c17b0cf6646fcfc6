import { readPolicy } from '../policy/read.ts';
import type { Registries } from '../policy/registries.ts';
import type { Policy } from '../policy/schema.ts';
import { DEFAULT_POLICY_PATH } from './common-inputs.ts';
import type { ActionContext } from './context.ts';
import type { YamlValue } from './spec.ts';

/** What the inputs every action has, and the policy file, say together. */
export interface PolicyInputs {
  readonly policy: Policy | undefined;
  /** Of a host that both name, the input's settings. */
  readonly registries: Registries;
}

/**
 * Reads the policy file and the input `registries` (contract: "Every action"; an input wins over the file).
 *
 * @throws SuiteError `POLICY_INVALID`, `INPUT_INVALID`
 */
export async function readPolicyInputs(
  inputs: { readonly policy: string; readonly registries: YamlValue | undefined },
  { workspace, log }: Pick<ActionContext, 'workspace' | 'log'>,
): Promise<PolicyInputs> {
  const path = inputs.policy;
  const policy = await readPolicy({ path, explicit: path !== DEFAULT_POLICY_PATH, workspace });
  const registries = new Map([...(policy?.registries ?? []), ...(await readRegistries(inputs.registries))]);
  for (const { password, token } of registries.values()) {
    for (const secret of [password, token]) if (secret !== undefined) log.mask(secret.reveal());
  }
  return { policy, registries };
}

async function readRegistries(input: YamlValue | undefined): Promise<Registries> {
  if (input === undefined) return new Map();
  // Eager: in the bundle's one file, but not run where the input is unset.
  const { parseRegistries } = await import(/* webpackMode: "eager" */ '../policy/load.ts');
  return parseRegistries(input.text, 'registries');
}
