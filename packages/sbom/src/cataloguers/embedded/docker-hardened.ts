import { isDistributionType } from '../../inventory/distribution-types.ts';
import type { Cataloguer } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { describeEmbedded, type EmbeddedPackage, readSpdx } from './spdx-document.ts';

const MAX_BYTES = 32 * 1024 * 1024;

/** What Docker compiled into its Hardened Images, by the SPDX documents in `opt/docker/sbom`. */
export const dockerHardened: Cataloguer<readonly EmbeddedPackage[]> = {
  name: 'docker-hardened-images',
  origins: ['image', 'directory'],
  selects: {
    extensions: ['.json'],
    accepts: (path) => `/${path}`.includes('/opt/docker/sbom/'),
    maxBytes: MAX_BYTES,
  },
  read(file) {
    const packages = readSpdx(file.text()).filter(
      ({ type, version }) => version !== undefined && !isDistributionType(type),
    );
    return packages.length === 0 ? undefined : detach(packages);
  },
  assemble: (evidence) =>
    evidence.flatMap(({ path, layer, facts }) => facts.map((each) => describeEmbedded(each, path, layer))),
};
