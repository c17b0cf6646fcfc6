import type { Outputs } from '@artifact-lifecycle/core/action';
import { formatPlatform } from '@artifact-lifecycle/registry';
import type { Inventory, Package } from '@artifact-lifecycle/sbom';
import { countBySeverity, factsOfAssessments, mergeFindings } from '@artifact-lifecycle/vulnerabilities';
import type { Description, SbomReport } from './description.ts';
import type { sbom } from './inputs.ts';
import type { VulnerabilityResult } from './vulnerability-result.ts';

/** What counts as a package: all that is listed but the distribution itself, which is what packages are of. */
export function packagesOf({ packages }: Inventory): readonly Package[] {
  return packages.filter(({ kind }) => kind !== 'operating-system');
}

/** Packages of all platforms, each once, sorted by id. */
export function distinctPackages({ inventories }: Pick<Description, 'inventories'>): readonly Package[] {
  return everythingIn(inventories.map((one) => ({ packages: packagesOf(one) })));
}

/** All that is listed on any platform, the distributions among it, each once, sorted by id. */
export function everythingIn(inventories: readonly Pick<Inventory, 'packages'>[]): readonly Package[] {
  const byId = new Map(inventories.flatMap(({ packages }) => packages.map((one) => [one.id, one])));
  return [...byId].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** `linux/arm64`; `undefined` for what is no image. */
export function platformOf({ subject }: Inventory): string | undefined {
  return subject.kind === 'image' && subject.platform !== undefined
    ? formatPlatform(subject.platform)
    : undefined;
}

export function outputsOf(report: SbomReport): Outputs<typeof sbom> {
  const { isDryRun, description, documents, attached, diff, vulnerabilities } = report;
  return {
    sboms: documents.map((document) => {
      const { inventory, format, path, sha256 } = document;
      return {
        platform: platformOf(inventory),
        digest: inventory.subject.kind === 'image' ? inventory.subject.digest : undefined,
        format,
        path: isDryRun ? undefined : path,
        sha256,
        packages: packagesOf(inventory).length,
        referrer: attached.find((one) => one.document === document)?.referrer,
      };
    }),
    sbom: isDryRun ? undefined : documents[0]?.path,
    packages: distinctPackages(description).length,
    diff: diff?.diff,
    ...vulnerabilityOutputs(vulnerabilities),
  };
}

/** No counts where nobody could be asked: a zero would be read as an answer. */
function vulnerabilityOutputs(
  result: VulnerabilityResult | undefined,
): Pick<Outputs<typeof sbom>, 'vulnerabilities' | 'sarifFile' | 'vdrFile'> {
  switch (result?.kind) {
    case undefined:
      return {};
    case 'unknown': {
      const { code, message } = result.error;
      return { vulnerabilities: { error: { code, message } } };
    }
    case 'assessed': {
      const { assessments, files } = result;
      return {
        vulnerabilities: countBySeverity(mergeFindings(assessments)),
        sarifFile: files.sarif,
        vdrFile: files.vdr,
      };
    }
  }
}

/** What the summary says beyond the outputs, for the output `json`. */
export function factsOf({
  isDryRun,
  description,
  attached,
  diff,
  vulnerabilities,
}: SbomReport): Record<string, unknown> {
  const { inventories } = description;
  const packages = distinctPackages(description);
  return {
    dryRun: isDryRun,
    ...(description.kind === 'image' && { digest: description.root.digest }),
    ecosystems: countBy(packages, ({ type }) => type),
    licences: countBy(packages, ({ licence }) => licence ?? 'NOASSERTION'),
    layers: inventories.flatMap((inventory) =>
      inventory.layers.map((layer) => ({ platform: platformOf(inventory), ...layer })),
    ),
    unknowns: inventories.flatMap((inventory) =>
      inventory.unknowns.map((unknown) => ({ platform: platformOf(inventory), ...unknown })),
    ),
    attached: attached.map(({ format, subject, referrer, outcome }) => ({
      format,
      subject,
      referrer,
      outcome,
    })),
    ...(diff !== undefined && { diffWith: diff.before }),
    ...(vulnerabilities?.kind === 'assessed' && {
      vulnerabilityReport: factsOfAssessments(vulnerabilities.assessments),
    }),
  };
}

/** How many there are of each, the most first. */
export function countBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const item of items) {
    const key = keyOf(item);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}
