import { formatPurl } from '@artifact-lifecycle/sbom';
import { type BomComponent, indexBom, resolveRef } from './cyclonedx-refs.ts';
import type { Inheritance } from './inheritance.ts';
import type { Part } from './part.ts';
import { readPurl } from './purl-match.ts';
import type { VexComponent, VexDocument, VexProduct, VexStatement, VexStatus } from './statement.ts';

/** CycloneDX, "vulnerabilities[].analysis.state", in OpenVEX's words. */
const STATES = {
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  exploitable: 'affected',
  in_triage: 'under_investigation',
  false_positive: 'not_affected',
  not_affected: 'not_affected',
} as const;

const STATE_NAMES = [
  'resolved',
  'resolved_with_pedigree',
  'exploitable',
  'in_triage',
  'false_positive',
  'not_affected',
] as const;

/** One thing that is said of some versions of one thing. */
interface Said {
  readonly status: VexStatus;
  readonly product: VexProduct;
}

/**
 * Reads the analyses of a CycloneDX document, with components beside them or without (VEX).
 *
 * An analysis holds of what `affects` names: components of the document, or of another by BOM-Link or purl; of their
 * versions that are listed as affected. Versions listed as unaffected are that, whatever the analysis says. A
 * vulnerability without analysis says nothing here.
 */
export function readCycloneDxVex(document: Part, inherited: Inheritance): VexDocument {
  const bom = indexBom(document);
  const metadata = document.at('metadata');
  const issued = metadata?.at('timestamp')?.time() ?? inherited.issuedAt ?? 0;
  const author = metadata === undefined ? undefined : authorOf(metadata);
  const warnings: string[] = [];
  const statements = document.list('vulnerabilities').flatMap((vulnerability): readonly VexStatement[] => {
    const analysis = vulnerability.at('analysis');
    const state = analysis?.at('state')?.word(STATE_NAMES);
    const said = vulnerability.list('affects').flatMap((affected): readonly Said[] => {
      const ref = affected.need('ref').text();
      const named = resolveRef(ref, bom);
      if (named !== undefined)
        return sayOf(affected, named, bom.image, state === undefined ? undefined : STATES[state]);
      warnings.push(`${inherited.document}: ${affected.place} names nothing that has a purl or digest.`);
      return [];
    });
    if (said.length === 0) return [];
    const ids = [
      vulnerability.need('id'),
      ...vulnerability.list('references').flatMap((one) => one.at('id') ?? []),
    ];
    const at = (analysis?.at('lastUpdated') ?? analysis?.at('firstIssued'))?.time() ?? issued;
    return (['not_affected', 'fixed', 'under_investigation', 'affected'] as const).flatMap((status) => {
      const products = said.filter((one) => one.status === status).map(({ product }) => product);
      if (products.length === 0) return [];
      return {
        vulnerabilities: [...new Set(ids.map((id) => id.text()))],
        products,
        status,
        justification: analysis?.textAt('justification') ?? (state === 'false_positive' ? state : undefined),
        note: analysis === undefined ? undefined : noteOf(analysis),
        at,
        origin: {
          document: inherited.document,
          format: 'cyclonedx',
          author,
          place: vulnerability.place,
          issuedAt: issued,
        },
      };
    });
  });
  return { format: 'cyclonedx', statements, warnings };
}

function sayOf(
  affected: Part,
  named: BomComponent,
  image: BomComponent | undefined,
  status: VexStatus | undefined,
): readonly Said[] {
  const versions = affected.list('versions');
  if (versions.length === 0) {
    return status === undefined ? [] : [{ status, product: productOf(named, { ids: named.ids }, image) }];
  }
  return versions.flatMap((version): readonly Said[] => {
    const word = version.at('status')?.word(['affected', 'unaffected', 'unknown']) ?? 'affected';
    const said =
      word === 'unaffected'
        ? 'not_affected'
        : word === 'unknown' && status !== undefined
          ? 'under_investigation'
          : status;
    if (said === undefined) return [];
    return [{ status: said, product: productOf(named, limit(named, version), image) }];
  });
}

/** What is in a document about an image is meant as a part of that image, and not wherever else it may be. */
function productOf(named: BomComponent, limited: VexComponent, image: BomComponent | undefined): VexProduct {
  if (image !== undefined && named.isOwn && image !== named) {
    return { ids: image.ids, digests: image.digests, subcomponents: [limited] };
  }
  return { ...limited, digests: named.digests, subcomponents: [] };
}

/** The component in one version, or in a range (`vers:`). */
function limit({ ids }: BomComponent, version: Part): VexComponent {
  const range = version.textAt('range');
  const exact = version.textAt('version');
  if ((range === undefined) === (exact === undefined))
    return version.fail('has not one of version and range');
  const limited = ids.map((id) => {
    const parts = readPurl(id);
    return parts === undefined ? id : (formatPurl({ ...parts, version: exact }) ?? id);
  });
  return range === undefined ? { ids: limited } : { ids: limited, versions: range };
}

function noteOf(analysis: Part): string | undefined {
  const responses = analysis.list('response').map((response) => response.text().replaceAll('_', ' '));
  const notes = [
    analysis.noteAt('detail'),
    responses.length === 0 ? undefined : `Response: ${responses.join(', ')}.`,
  ];
  const said = notes.filter((note) => note !== undefined);
  return said.length === 0 ? undefined : said.join(' ');
}

function authorOf(metadata: Part): string | undefined {
  const names = metadata.list('authors').flatMap((one) => one.textAt('name') ?? one.textAt('email') ?? []);
  return names[0] ?? metadata.at('manufacturer')?.textAt('name') ?? metadata.at('supplier')?.textAt('name');
}
