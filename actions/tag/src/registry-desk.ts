import type { ActionContext } from '@artifact-lifecycle/core/action';
import type { Registries } from '@artifact-lifecycle/core/policy';
import type { Connections } from '@artifact-lifecycle/registry';

/** Connections to registries, made with the first question: most runs ask none, and start faster so. */
export interface RegistryDesk {
  connections(): Promise<Connections>;
  close(): void;
}

/** Opens a desk for whatever registries the run will name. */
export function openDesk(
  registries: Registries,
  githubToken: string | undefined,
  context: Pick<ActionContext, 'clock' | 'env' | 'log' | 'requestIdToken'>,
): RegistryDesk {
  let connected: { readonly connections: Connections; readonly http: { close(): void } } | undefined;
  return {
    async connections() {
      // Eager: in the bundle's one file, but not run before the first question.
      const { connectRegistries } = await import(/* webpackMode: "eager" */ '@artifact-lifecycle/registry');
      connected ??= connectRegistries({ action: 'tag', registries, githubToken, context });
      return connected.connections;
    },
    close: () => connected?.http.close(),
  };
}
