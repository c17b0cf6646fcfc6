import { distroQualifier } from '../../inventory/os-release.ts';
import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { describeEmbedded, type EmbeddedPackage, readSpdx } from './spdx-document.ts';

/** Packages of a document, or the names a database has. */
export type ApkDocumentFacts =
  | { readonly kind: 'document'; readonly packages: readonly EmbeddedPackage[] }
  | { readonly kind: 'database'; readonly names: readonly string[] };

/** The largest apk databases have some ten megabytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Packages of Wolfi and Chainguard that no database lists any more: each installs an SPDX document of its own
 * (`var/lib/db/sbom/bash-5.2-r1.spdx.json`). The database says more of its packages than their documents, so that
 * these count only where it has no such package; what the documents say of sources is of the build, not of the
 * image.
 */
export const apkDocuments: Cataloguer<ApkDocumentFacts> = {
  name: 'apk-documents',
  origins: ['image'],
  selects: {
    extensions: ['.spdx.json'],
    suffixes: ['lib/apk/db/installed'],
    accepts: (path) => !path.endsWith('.json') || `/${path}`.includes('/lib/db/sbom/'),
    maxBytes: MAX_BYTES,
  },
  read(file) {
    if (!file.path.endsWith('.json')) {
      const names = [...file.text().matchAll(/^P:(.+)$/gm)].map(([, name = '']) => name.trim());
      return detach({ kind: 'database', names });
    }
    const packages = readSpdx(file.text()).filter(
      ({ type, version }) => type === 'apk' && version !== undefined,
    );
    return packages.length === 0 ? undefined : detach({ kind: 'document', packages });
  },
  assemble(evidence, { os }) {
    const known = new Set(evidence.flatMap(({ facts }) => (facts.kind === 'database' ? facts.names : [])));
    return evidence.flatMap(({ path, layer, facts }) =>
      facts.kind === 'database'
        ? []
        : facts.packages
            .filter(({ name }) => !known.has(name))
            .map((each): FoundPackage => {
              const found = describeEmbedded(each, path, layer);
              const distro = os === undefined ? {} : { distro: distroQualifier(os) };
              return { ...found, qualifiers: { ...found.qualifiers, ...distro }, isDirect: false };
            }),
    );
  },
};
