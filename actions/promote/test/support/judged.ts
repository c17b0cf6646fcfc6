import { type Digest, parseLocation, parseManifest, parseReference } from '@artifact-lifecycle/registry';
import type { JudgedPromotion } from '../../src/judged-promotion.ts';

/** A promotion that nothing keeps out, of an image that is never read. */
export function judgedPromotion(digest: Digest, changes: Partial<JudgedPromotion> = {}): JudgedPromotion {
  const reference = parseReference('ghcr.io/acme/staging:a1b2c3d', 'test');
  const bytes = Buffer.from('{"schemaVersion":2,"manifests":[]}');
  const root = parseManifest({ bytes, mediaType: 'application/vnd.oci.image.index.v1+json', what: 'test' });
  return {
    request: {
      source: { kind: 'reference', reference },
      to: undefined,
      promoteFrom: [],
      destinations: [parseLocation('ghcr.io/acme/api', 'test')],
      tags: undefined,
      channels: [],
      version: undefined,
      gates: {},
    },
    artifact: {
      registry: { location: reference.location } as JudgedPromotion['artifact']['registry'],
      reference,
      root,
      digest,
      labels: [],
      commit: undefined,
      version: undefined,
    },
    names: { tags: [], channels: [], version: undefined, isChannel: () => false },
    heads: undefined,
    results: [],
    journey: [],
    canary: undefined,
    override: null,
    now: Date.UTC(2026, 10, 25),
    ...changes,
  };
}
