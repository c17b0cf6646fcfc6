import type { RegistryKind } from '@artifact-lifecycle/core/policy';
import { ECR_PUBLIC_HOST, readEcrHost } from './aws/ecr-host.ts';

/** Whose cloud a registry is part of. */
export type CloudKind = 'aws' | 'google' | 'azure';

/** Artifact Registry, and Container Registry whose names it has taken over. */
const GOOGLE_HOST = /^(?:[a-z0-9-]+-docker\.pkg\.dev|(?:[a-z]+\.)?gcr\.io)$/;

/** Azure Container Registry, also of China and of the government of the US, and its endpoints by region. */
const AZURE_HOST = /^[a-z0-9-]+(?:\.[a-z0-9]+\.geo)?\.azurecr\.(?:io|cn|us)$/;

/** Reads whose a registry is, by the settings where they say so, else by its host; `undefined` for all others. */
export function cloudOf(host: string, kind: RegistryKind | undefined): CloudKind | undefined {
  switch (kind) {
    case 'ecr':
      return 'aws';
    case 'gar':
      return 'google';
    case 'acr':
      return 'azure';
    case undefined:
      break;
    default:
      return undefined;
  }
  if (host === ECR_PUBLIC_HOST || readEcrHost(host) !== undefined) return 'aws';
  if (GOOGLE_HOST.test(host)) return 'google';
  return AZURE_HOST.test(host) ? 'azure' : undefined;
}
