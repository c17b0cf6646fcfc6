import type { RegistryKind } from '@artifact-lifecycle/core/policy';
import { kindOfHost } from '../remote/quirks/kind.ts';

/** Whose cloud a registry is part of. */
export type CloudKind = 'aws' | 'google' | 'azure';

/** Reads whose a registry is, by the settings where they say so, else by its host; `undefined` for all others. */
export function cloudOf(host: string, setting: RegistryKind | undefined): CloudKind | undefined {
  switch (kindOfHost(host, setting)) {
    case 'ecr':
    case 'ecr-public':
      return 'aws';
    case 'gar':
      return 'google';
    case 'acr':
      return 'azure';
    default:
      return undefined;
  }
}
