export type * from './name/reference.ts';
export {
  ANONYMOUS,
  type CredentialOrigin,
  type CredentialSource,
  type Credentials,
  type FoundCredentials,
  type SecretListener,
} from './auth/credentials.ts';
export * from './name/digest.ts';
export {
  formatLocation,
  formatReference,
  parseLocation,
  parseReference,
  parseRepository,
  sameLocation,
} from './name/reference.ts';
export * from './name/tag.ts';
export type * from './registry.ts';
