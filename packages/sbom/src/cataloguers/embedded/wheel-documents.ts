import { parseDocument } from '../../document/reading/parse-document.ts';
import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { stated } from '../stated.ts';
import { isKnownType } from './spdx-document.ts';

type Described = Omit<FoundPackage, 'occurrences'>;

/** They list the libraries of one wheel. */
const MAX_BYTES = 16 * 1024 * 1024;

const MAX_PACKAGES = 10_000;

/**
 * What wheels bring inside of them: shared libraries that auditwheel copied in, crates that maturin linked, by the
 * documents in `*.dist-info/sboms` (PEP 770).
 */
export const wheelDocuments: Cataloguer<readonly Described[]> = {
  name: 'wheel-documents',
  origins: ['image', 'directory'],
  selects: {
    extensions: ['.json'],
    accepts: (path) => /\.dist-info\/sboms\/[^/]+$/i.test(path),
    maxBytes: MAX_BYTES,
  },
  read(file) {
    const listed = parseDocument(file.bytes).packages.slice(0, MAX_PACKAGES);
    const described = listed.flatMap((each): readonly Described[] => {
      const { purl, type, namespace, name, version, qualifiers, licence } = each;
      if (purl === undefined || type === undefined || version === undefined || !isKnownType(type)) return [];
      return [
        {
          ...{ key: `${file.path}#${purl}`, type, namespace, name, version },
          qualifiers: stated(qualifiers),
          licences: licence === undefined ? [] : [{ text: licence, style: 'spdx' }],
          cpes: each.cpes,
        },
      ];
    });
    return described.length === 0 ? undefined : detach(described);
  },
  assemble: (evidence) =>
    evidence.flatMap(({ path, layer, facts }) =>
      facts.map((each) => ({ ...each, occurrences: [{ path, layer }] })),
    ),
};
