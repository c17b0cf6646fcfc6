/** Sigstore's libraries, loaded with the first bundle: a run that verifies nothing does not pay for them. */
export function loadVerifier(): Promise<typeof import('@sigstore/verify')> {
  return import(/* webpackMode: "eager" */ '@sigstore/verify');
}

export function loadBundles(): Promise<typeof import('@sigstore/bundle')> {
  return import(/* webpackMode: "eager" */ '@sigstore/bundle');
}

export function loadMessages(): Promise<typeof import('@sigstore/protobuf-specs')> {
  return import(/* webpackMode: "eager" */ '@sigstore/protobuf-specs');
}

export function loadFormats(): Promise<typeof import('@sigstore/core')> {
  return import(/* webpackMode: "eager" */ '@sigstore/core');
}
