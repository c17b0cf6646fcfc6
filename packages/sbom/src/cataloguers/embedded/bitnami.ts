import { basename, dirname } from 'node:path/posix';
import { isDistributionType } from '../../inventory/distribution-types.ts';
import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { parseHash } from '../hash.ts';
import { isJsonObject, parseJsonObject, textField } from '../json.ts';
import { stated } from '../stated.ts';
import { describeEmbedded, type EmbeddedPackage, readSpdx } from './spdx-document.ts';

/** Their documents of Java applications have some megabytes. */
const MAX_BYTES = 32 * 1024 * 1024;

/** An image of theirs has some ten components. */
const MAX_COMPONENTS = 10_000;

/**
 * Bitnami's components: by the SPDX document beside each (`opt/bitnami/redis/.spdx-redis.spdx`, JSON in spite of its
 * name), in older images by `.bitnami_components.json`, too.
 */
export const bitnami: Cataloguer<readonly EmbeddedPackage[]> = {
  name: 'bitnami',
  origins: ['image', 'directory'],
  selects: {
    names: ['.bitnami_components.json'],
    extensions: ['.spdx'],
    accepts: (path) =>
      `/${path}`.includes('/opt/bitnami/') && (path.endsWith('.json') || basename(path).startsWith('.spdx-')),
    maxBytes: MAX_BYTES,
  },
  read(file) {
    const packages = file.path.endsWith('.json') ? readComponents(file.text()) : readSpdx(file.text());
    const listed = packages.filter(({ type, version }) => version !== undefined && !isDistributionType(type));
    return listed.length === 0 ? undefined : detach(listed);
  },
  assemble: (evidence) =>
    evidence.flatMap(({ path, layer, facts }) =>
      facts.map((each): FoundPackage => {
        const kind = each.type === 'bitnami' && each.isDescribed ? 'application' : 'library';
        const home = kind === 'application' ? homeOf(path, each.name) : undefined;
        return { ...describeEmbedded(each, path, layer), kind, home };
      }),
    ),
};

/** `opt/bitnami/redis`: beside its document, or by its name below the list of all. */
function homeOf(path: string, name: string): string {
  return path.endsWith('.json') ? `${dirname(path)}/${name}` : dirname(path);
}

/** `{"redis": {"arch": "amd64", "distro": "debian-12", "version": "7.2.4-0", "digest": "…"}}` */
function readComponents(text: string): readonly EmbeddedPackage[] {
  return Object.entries(parseJsonObject(text))
    .slice(0, MAX_COMPONENTS)
    .flatMap(([name, component]): readonly EmbeddedPackage[] => {
      if (!isJsonObject(component) || !/^[\w.-]+$/.test(name)) return [];
      const [arch, distro] = [textField(component, 'arch'), textField(component, 'distro')];
      const digest = parseHash(`sha256:${textField(component, 'digest') ?? ''}`);
      return [
        {
          id: name,
          type: 'bitnami',
          namespace: undefined,
          name,
          version: textField(component, 'version'),
          qualifiers: stated({ arch, distro }),
          subpath: undefined,
          licences: [],
          hashes: digest === undefined ? [] : [digest],
          downloadUrl: undefined,
          cpes: [],
          supplier: undefined,
          dependsOn: [],
          isDescribed: true,
        },
      ];
    });
}
