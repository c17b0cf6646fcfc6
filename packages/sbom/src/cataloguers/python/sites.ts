/** A virtual environment, by its `pyvenv.cfg` (PEP 405). */
export interface VirtualEnvironment {
  /** The folder it lies in. */
  readonly root: string;
  /** Whether it sees the packages of the Python it was made with. */
  readonly includesSystem: boolean;
  /** The folder of that Python's program: `/usr/local/bin`. */
  readonly home: string | undefined;
}

/** A distribution and the folder it was installed into. */
export interface Installed {
  readonly key: string;
  /** Normalised. */
  readonly name: string;
  /** `usr/lib/python3/dist-packages`. */
  readonly site: string;
}

/** Finds the distribution that an import from a site would find; `undefined` where none is there. */
export type FindInstalled = (site: string, name: string) => string | undefined;

/** `usr/local/lib/python3.12/site-packages`: the prefix, Python's version, and Debian's layout or everybody's. */
const LAYOUT = /^(?:(.*)\/)?lib(?:32|64)?\/python(\d+(?:\.\d+)?)t?\/(site|dist)-packages$/;

/** Sites that see each other, and the versions of Python that do. */
interface Place {
  readonly scope: string;
  readonly version: string;
}

/**
 * Knows which distribution another one finds. A site sees itself first; then those of the same Python, `lib64`
 * beside `lib`, Debian's `python3` beside `python3.11`, `usr/local` beside `usr`; and a virtual environment sees
 * its own only, unless its `pyvenv.cfg` says otherwise.
 */
export function indexSites(
  installed: readonly Installed[],
  environments: readonly VirtualEnvironment[],
): FindInstalled {
  const byRoot = new Map(environments.map((environment) => [environment.root, environment]));
  const keys = new Map<string, string>();
  const places = new Map<string, readonly string[]>();
  const placesOf = (site: string): readonly string[] => {
    const known = places.get(site);
    if (known !== undefined) return known;
    const found = lookUpOrder(site, byRoot);
    places.set(site, found);
    return found;
  };
  for (const { key, name, site } of installed) {
    keys.set(`${site}\n${name}`, key);
    const place = placeOf(site, byRoot);
    if (place === undefined) continue;
    keys.set(`${place.scope}\n${place.version}\n${name}`, key);
    // What is asked for by the major version only may be of any minor one.
    keys.set(`${place.scope}\n${majorOf(place.version)}.*\n${name}`, key);
  }
  return (site, name) => {
    for (const place of placesOf(site)) {
      const key = keys.get(`${place}\n${name}`);
      if (key !== undefined) return key;
    }
    return undefined;
  };
}

function lookUpOrder(site: string, byRoot: ReadonlyMap<string, VirtualEnvironment>): readonly string[] {
  const own = placeOf(site, byRoot);
  if (own === undefined) return [site];
  const order = [site, ...placesIn(own)];
  const environment = environmentOf(site, byRoot);
  if (environment?.includesSystem === true) {
    const prefix = (environment.home ?? '/usr/bin').replace(/^\/+/, '').replace(/\/?[^/]*$/, '');
    const layouts = [systemScope(prefix, 'site'), systemScope(prefix, 'dist')];
    order.push(...layouts.flatMap((scope) => placesIn({ scope, version: own.version })));
  }
  return order;
}

function placesIn({ scope, version }: Place): readonly string[] {
  const major = majorOf(version);
  const versions = version === major ? [major, `${major}.*`] : [version, major];
  return versions.map((each) => `${scope}\n${each}`);
}

function placeOf(site: string, byRoot: ReadonlyMap<string, VirtualEnvironment>): Place | undefined {
  const [, prefix = '', version, layout] = LAYOUT.exec(site) ?? [];
  if (version === undefined || layout === undefined) return undefined;
  const environment = environmentOf(site, byRoot);
  return { scope: environment === undefined ? systemScope(prefix, layout) : environment.root, version };
}

function systemScope(prefix: string, layout: string): string {
  const isSystem = ['', 'usr', 'usr/local'].includes(prefix);
  return isSystem && layout === 'dist' ? 'usr dist' : `${prefix} ${layout}`;
}

/** The environment a site lies in: `root/lib/python3.12/site-packages`. */
function environmentOf(
  site: string,
  byRoot: ReadonlyMap<string, VirtualEnvironment>,
): VirtualEnvironment | undefined {
  const prefix = LAYOUT.exec(site)?.[1];
  return prefix === undefined ? undefined : byRoot.get(prefix);
}

function majorOf(version: string): string {
  return version.split('.')[0] ?? version;
}
