/** Sigstore's libraries, loaded with the first signature: a run that signs nothing does not pay for them. */
export function loadVerifier(): Promise<typeof import('@sigstore/verify')> {
  return import(/* webpackMode: "eager" */ '@sigstore/verify');
}

export function loadBundles(): Promise<typeof import('@sigstore/bundle')> {
  return import(/* webpackMode: "eager" */ '@sigstore/bundle');
}

export function loadFormats(): Promise<typeof import('@sigstore/core')> {
  return import(/* webpackMode: "eager" */ '@sigstore/core');
}

export function loadMessages(): Promise<typeof import('@sigstore/protobuf-specs')> {
  return import(/* webpackMode: "eager" */ '@sigstore/protobuf-specs');
}
