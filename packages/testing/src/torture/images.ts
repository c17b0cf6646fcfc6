import type { ManifestContent } from '../image/content.ts';
import { makeImage, makeIndex } from '../image/image.ts';
import { randomLayer } from '../image/layer.ts';
import { makeReferrer } from '../image/referrer.ts';

/** Bytes of the one layer that is long enough to break in the middle. */
export const LONG_LAYER = 3_000_000;

function platform(architecture: string, size: number): ManifestContent {
  return makeImage({
    platform: { os: 'linux', architecture },
    layers: [randomLayer('torture base', 200_000), randomLayer(`torture ${architecture}`, size)],
  });
}

export const AMD64 = platform('amd64', 100_000);
export const ARM64 = platform('arm64', 90_000);

/** What is copied where a scenario names nothing else. */
export const IMAGE = makeIndex([AMD64, ARM64]);

/** One platform with a long layer. */
export const LONG_IMAGE = platform('s390x', LONG_LAYER);

/** One platform with a layer that is too long for many a proxy. */
export const BIG_IMAGE = platform('riscv64', 25_000_000);

/** Something else that stands in the way. */
export const OTHER_IMAGE = makeImage({ annotations: { other: 'yes' } });

export const SBOM = makeReferrer({ subject: IMAGE, artifactType: 'application/vnd.cyclonedx+json' });
export const SIGNATURE = makeReferrer({
  subject: IMAGE,
  artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
});
export const PLATFORM_SBOM = makeReferrer({ subject: AMD64, artifactType: 'application/spdx+json' });
/** All that refers to {@link IMAGE} and its platforms. */
export const REFERRERS = [SBOM, SIGNATURE, PLATFORM_SBOM];
