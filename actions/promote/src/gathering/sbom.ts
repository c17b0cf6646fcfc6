import { judgeSbom, type PlatformSboms } from '@artifact-lifecycle/gates';
import { mapInParallel } from '@artifact-lifecycle/registry';
import { readAttachedSboms } from './attached-sboms.ts';
import type { Gatherer } from './scene.ts';

/** Platforms that are asked about at a time. */
const AT_A_TIME = 4;

/** Gate `sbom`: one on every platform, signed where the gate names a signer. */
export const gatherSbom: Gatherer<'sbom'> = async (settings, scene) => {
  const { proofs, desk } = scene;
  const demands = await proofs.demandsOf('sbom', settings);
  if (demands !== undefined && 'verdict' in demands) return demands.verdict;
  const platforms = await mapInParallel(
    proofs.platforms,
    AT_A_TIME,
    desk.context.signal,
    async ({ digest, platform }): Promise<PlatformSboms> => ({
      platform,
      digest,
      verification: demands === undefined ? undefined : await proofs.verifyOne(digest, demands.policy),
      attached: demands === undefined ? await readAttachedSboms(digest, scene) : [],
    }),
  );
  return judgeSbom(settings, platforms);
};
