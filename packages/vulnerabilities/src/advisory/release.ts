/** A release of a distribution, as the purl qualifier `distro` says it. */
export interface Release {
  /** `debian`, `opensuse-leap`; `undefined` where only a version stands there. */
  readonly id: string | undefined;
  /** `12`, `3.20.3`. */
  readonly version: string | undefined;
}

/** Code names that people write in place of a version (purl-spec's own examples do). */
const CODE_NAMES: ReadonlyMap<string, Release> = new Map(
  (
    [
      ['debian', 'jessie', '8'],
      ['debian', 'stretch', '9'],
      ['debian', 'buster', '10'],
      ['debian', 'bullseye', '11'],
      ['debian', 'bookworm', '12'],
      ['debian', 'trixie', '13'],
      ['debian', 'forky', '14'],
      ['ubuntu', 'trusty', '14.04'],
      ['ubuntu', 'xenial', '16.04'],
      ['ubuntu', 'bionic', '18.04'],
      ['ubuntu', 'focal', '20.04'],
      ['ubuntu', 'jammy', '22.04'],
      ['ubuntu', 'noble', '24.04'],
      ['ubuntu', 'resolute', '26.04'],
    ] as const
  ).map(([id, name, version]) => [name, { id, version }]),
);

/** Reads `debian-12`, `opensuse-leap-15.5`, `bookworm`, and `3.20.3` as Trivy writes it. */
export function readRelease(distro: string | undefined): Release {
  if (distro === undefined) return { id: undefined, version: undefined };
  const text = distro.toLowerCase();
  const named = CODE_NAMES.get(text.slice(text.lastIndexOf('-') + 1));
  if (named !== undefined) return named;
  if (/^\d/.test(text)) return { id: undefined, version: text };
  const dash = text.lastIndexOf('-');
  return /^-\d/.test(text.slice(dash))
    ? { id: text.slice(0, dash), version: text.slice(dash + 1) }
    : { id: text, version: undefined };
}

/** `9` of `9.4`. */
export function majorOf({ version }: Release): string | undefined {
  return /^\d+/.exec(version ?? '')?.[0];
}
