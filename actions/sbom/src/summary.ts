import { formatBytes, formatCount, type Line, type Summary } from '@artifact-lifecycle/core/action';
import { formatReference } from '@artifact-lifecycle/registry';
import { type Changed, FORMAT_FACTS, type Inventory, type OneSided } from '@artifact-lifecycle/sbom';
import type { Comparison, SbomReport } from './description.ts';
import { countBy, distinctPackages, packagesOf, platformOf } from './outputs.ts';
import { summariseVulnerabilities, vulnerabilityVerdict } from './vulnerability-summary.ts';

/** More rows than these say nothing to a reader; the documents have all. */
const MAX_LAYERS = 5;
const MAX_LICENCES = 15;
const MAX_UNKNOWNS = 50;
const MAX_CHANGES = 200;

/** What a run came to, in one line: the verdict of log and summary. */
export function verdictOf({
  isDryRun,
  description,
  documents,
  attached,
  vulnerabilities,
}: SbomReport): string {
  const packages = formatCount(distinctPackages(description).length, 'package');
  const name = nameOf(description.inventories);
  const places =
    description.inventories.length > 1
      ? ` on ${formatCount(description.inventories.length, 'platform')}`
      : '';
  const known = vulnerabilityVerdict(vulnerabilities);
  if (isDryRun) return `Dry run: ${name} holds ${packages}${places}${known}; nothing was written`;
  const written = formatCount(documents.length, 'document');
  return attached.length === 0
    ? `${name} holds ${packages}${places}${known}; ${written} written`
    : `${name} holds ${packages}${places}${known}; ${written} written and attached`;
}

/** Writes the job summary: the verdict, what has changed, then what is inside. */
export function summarise(report: SbomReport, summary: Summary): void {
  const { isDryRun, description, diff, vulnerabilities } = report;
  const { inventories } = description;
  const unknowns = inventories.flatMap(({ unknowns }) => unknowns);
  const packages = distinctPackages(description);
  const isWhole = unknowns.length === 0 && packages.length > 0 && vulnerabilities?.kind !== 'unknown';
  const mark = isDryRun ? '📝' : isWhole ? '✅' : '⚠️';
  summary.heading(`${mark} ${verdictOf(report)}`);
  if (description.kind === 'image') {
    summary.paragraph([
      { code: formatReference({ ...description.reference, digest: undefined }) },
      ' is ',
      { code: description.root.digest },
    ]);
  }
  summariseVulnerabilities(vulnerabilities, summary);
  if (diff !== undefined) summariseDiff(diff, summary);
  summary.bars(
    Object.entries(countBy(packages, ({ type }) => type)).map(([type, count]) => ({
      label: { code: type },
      value: count,
    })),
  );
  listDocuments(report, summary);
  const licences = Object.entries(countBy(packages, ({ licence }) => licence ?? 'unknown'));
  summary.details(`Licences: ${formatCount(licences.length, 'expression')}`, (inner) => {
    inner.table(
      ['Licence', 'Packages'],
      licences.slice(0, MAX_LICENCES).map(([licence, count]) => [{ code: licence }, count]),
    );
    if (licences.length > MAX_LICENCES) {
      inner.paragraph(`${licences.length - MAX_LICENCES} more stand in the documents.`);
    }
  });
  listLayers(inventories, summary);
  listUnknowns(inventories, summary);
}

function listDocuments({ isDryRun, documents, attached }: SbomReport, summary: Summary): void {
  const rows = documents.map((document): readonly Line[] => {
    const { inventory, format, fileName, path } = document;
    const referrer = attached.find((one) => one.document === document);
    return [
      platformOf(inventory) ?? '',
      FORMAT_FACTS[format].title,
      packagesOf(inventory).length,
      { code: isDryRun ? fileName : path },
      referrer === undefined ? '' : { code: referrer.referrer },
    ];
  });
  const hasReferrers = attached.length > 0;
  const header = ['Platform', 'Format', 'Packages', 'File', ...(hasReferrers ? ['Attached as'] : [])];
  summary.table(header, rows);
}

/** What people read in a pull request: what came, what went, what has another version. */
function summariseDiff({ before, diff }: Comparison, summary: Summary): void {
  const { added, removed, changed } = diff;
  const total = added.length + removed.length + changed.length;
  if (total === 0) {
    summary.paragraph(['The same packages as in ', { code: before }, '.']);
    return;
  }
  summary.paragraph([
    'Compared with ',
    { code: before },
    `: ${added.length} added, ${removed.length} removed, ${changed.length} changed.`,
  ]);
  const rows: readonly (readonly Line[])[] = [
    ...added.map((one) => row('➕', one, '', versionsText(one.versions))),
    ...removed.map((one) => row('➖', one, versionsText(one.versions), '')),
    ...changed.map((one) => row('🔄', one, ...changeTexts(one))),
  ];
  summary.table(['', 'Type', 'Package', 'Before', 'After'], rows.slice(0, MAX_CHANGES));
  if (rows.length > MAX_CHANGES) {
    summary.paragraph(`${rows.length - MAX_CHANGES} more stand in the output "diff".`);
  }
}

function row(
  mark: string,
  { type, name }: Pick<OneSided, 'type' | 'name'>,
  before: string,
  after: string,
): readonly Line[] {
  return [mark, type === undefined ? '' : { code: type }, name, before, after];
}

function versionsText(versions: readonly string[]): string {
  return versions.join(', ') || 'unknown';
}

/** Where the versions are the same, the licences have changed. */
function changeTexts({ before, after, licences }: Changed): readonly [before: string, after: string] {
  if (before.length > 0 || after.length > 0) return [versionsText(before), versionsText(after)];
  const text = (expressions: readonly string[]): string => `licence ${expressions.join(', ') || 'unknown'}`;
  return [text(licences?.before ?? []), text(licences?.after ?? [])];
}

function listLayers(inventories: readonly Inventory[], summary: Summary): void {
  const layers = inventories.flatMap((inventory) =>
    inventory.layers.map((layer) => ({
      layer,
      platform: platformOf(inventory) ?? '',
      packages: inventory.packages.filter(({ occurrences }) =>
        occurrences.some((occurrence) => occurrence.layer === layer.digest),
      ).length,
    })),
  );
  if (layers.length === 0) return;
  const largest = layers
    .toSorted((a, b) => b.layer.uncompressedSize - a.layer.uncompressedSize)
    .slice(0, MAX_LAYERS);
  summary.details(`Largest of ${formatCount(layers.length, 'layer')}`, (inner) => {
    inner.table(
      ['Layer', 'Platform', 'Unpacked', 'In the registry', 'Files', 'Packages'],
      largest.map(({ layer, platform, packages }) => [
        { code: layer.digest.slice(0, 19) },
        platform,
        formatBytes(layer.uncompressedSize),
        formatBytes(layer.size),
        layer.files,
        packages,
      ]),
    );
  });
}

function listUnknowns(inventories: readonly Inventory[], summary: Summary): void {
  const unknowns = inventories.flatMap((inventory) =>
    inventory.unknowns.map((unknown) => ({ ...unknown, platform: platformOf(inventory) ?? '' })),
  );
  if (unknowns.length === 0) return;
  summary.details(`What could not be read: ${formatCount(unknowns.length, 'file')}`, (inner) => {
    inner.table(
      ['File', 'Platform', 'Wanted by', 'Reason'],
      unknowns
        .slice(0, MAX_UNKNOWNS)
        .map(({ path, platform, by, reason }) => [{ code: path }, platform, by, reason]),
    );
    if (unknowns.length > MAX_UNKNOWNS) {
      inner.paragraph(`${unknowns.length - MAX_UNKNOWNS} more stand in the documents.`);
    }
  });
}

function nameOf(inventories: readonly Inventory[]): string {
  return inventories[0]?.subject.name ?? 'nothing';
}
