import type { ActionContext, Inputs } from '@artifact-lifecycle/core/action';
import { openCheckout } from '@artifact-lifecycle/github';
import type { ExistingTags } from '@artifact-lifecycle/naming';
import type { tag } from './inputs.ts';
import type { RegistryDesk } from './registry-desk.ts';
import type { Situation } from './situation.ts';

/** What it takes to ask. */
interface ExistingRequest {
  readonly inputs: Inputs<typeof tag>;
  readonly desk: RegistryDesk;
  readonly situation: Situation;
  readonly context: ActionContext<typeof tag>;
}

/**
 * Where it is asked which versions exist, with `latest=highest`: the registry of the image that is to be tagged;
 * else the tags of the git repository, those of the checkout where the workflow names by it.
 */
export function chooseExistingTags({ inputs, desk, situation, context }: ExistingRequest): ExistingTags {
  const { source } = inputs;
  if (source !== undefined) {
    return {
      kind: 'registry',
      async list() {
        const { openRegistry, parseReference } = await import(
          /* webpackMode: "eager" */ '@artifact-lifecycle/registry'
        );
        const { location } = parseReference(source, 'Input "source"');
        return openRegistry(location, await desk.connections()).listTags({ signal: context.signal });
      },
    };
  }
  if (inputs.context === 'git')
    return { kind: 'repository', list: () => openCheckout(context.workspace).tags() };
  return { kind: 'repository', list: () => situation.api.tags() };
}
