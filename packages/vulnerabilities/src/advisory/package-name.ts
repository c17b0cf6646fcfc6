/** Ecosystems whose names have no case. */
const WITHOUT_CASE: ReadonlySet<string> = new Set([
  'bitnami',
  'github actions',
  'hex',
  'nuget',
  'packagist',
  'pub',
  'swifturl',
  'vscode',
]);

/** An ecosystem as a record writes it, taken apart: `Debian:12` is `debian` and `12`. */
export interface EcosystemParts {
  /** In lower case: records of older tools write `go`. */
  readonly base: string;
  /** As it is written, without the colon; `undefined` where there is none. */
  readonly suffix: string | undefined;
}

/** Takes an ecosystem apart at its first colon (OSV schema, "affected[].package"). */
export function splitEcosystem(ecosystem: string): EcosystemParts {
  const colon = ecosystem.indexOf(':');
  return colon < 0
    ? { base: ecosystem.toLowerCase(), suffix: undefined }
    : { base: ecosystem.slice(0, colon).toLowerCase(), suffix: ecosystem.slice(colon + 1) };
}

/**
 * Spells a package's name in the one way in which names of its ecosystem are compared: PyPI's as PEP 503 says, without
 * case where the ecosystem has none, a Swift package's address without scheme and `.git`.
 *
 * @param ecosystem with or without its suffix
 */
export function normaliseName(ecosystem: string, name: string): string {
  const { base, suffix } = splitEcosystem(ecosystem);
  // Root's records are of other ecosystems' packages: `Root:PyPI`.
  const of = base === 'root' && suffix !== undefined ? splitEcosystem(suffix).base : base;
  if (of === 'pypi') return name.replace(/[-_.]+/g, '-').toLowerCase();
  if (!WITHOUT_CASE.has(of)) return name;
  const lower = name.toLowerCase();
  return of === 'swifturl' ? lower.replace(/^https?:\/\//, '').replace(/\.git$/, '') : lower;
}
