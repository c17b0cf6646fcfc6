import type { Cataloguer } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { describeEmbedded, type EmbeddedPackage, readSpdx } from './spdx-document.ts';

const MAX_BYTES = 32 * 1024 * 1024;

/** Types that a distribution's own database knows better. */
const OF_DISTRIBUTION: ReadonlySet<string> = new Set(['apk', 'deb', 'rpm']);

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
      ({ type, version }) => version !== undefined && !OF_DISTRIBUTION.has(type),
    );
    return packages.length === 0 ? undefined : detach(packages);
  },
  assemble: (evidence) =>
    evidence.flatMap(({ path, layer, facts }) => facts.map((each) => describeEmbedded(each, path, layer))),
};
