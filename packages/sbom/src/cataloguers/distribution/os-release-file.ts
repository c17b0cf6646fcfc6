import type { OsRelease } from '../../inventory/os-release.ts';

/** os-release(5) says `linux` where there is no ID. */
export const DEFAULT_ID = 'linux';

/** A value that is longer is not kept: fields are names and addresses. */
const MAX_VALUE_LENGTH = 1000;

/** What an os-release says, and whether it says anything at all. */
export interface OsReleaseFile {
  readonly os: OsRelease;
  /** Whether there is an ID: where not, `os.id` is a default. */
  readonly hasId: boolean;
  readonly variantId: string | undefined;
  readonly supportEnd: string | undefined;
  readonly imageId: string | undefined;
  readonly imageVersion: string | undefined;
}

/** Reads an os-release(5): assignments as a shell has them, of which nothing is expanded. */
export function readOsReleaseFile(text: string): OsReleaseFile | undefined {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^\s*([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trimEnd()) ?? [];
    if (name !== undefined && value !== undefined)
      values.set(name, unquote(value).slice(0, MAX_VALUE_LENGTH));
  }
  if (values.size === 0) return undefined;
  const get = (name: string) => values.get(name) || undefined;
  const id = get('ID')?.toLowerCase();
  return {
    os: {
      id: id ?? DEFAULT_ID,
      idLike: (get('ID_LIKE') ?? '').split(/\s+/).filter((like) => like !== ''),
      versionId: get('VERSION_ID'),
      buildId: get('BUILD_ID'),
      name: get('NAME'),
      prettyName: get('PRETTY_NAME'),
      codename: get('VERSION_CODENAME'),
      cpe: get('CPE_NAME'),
      homeUrl: get('HOME_URL'),
    },
    hasId: id !== undefined,
    variantId: get('VARIANT_ID'),
    supportEnd: get('SUPPORT_END'),
    imageId: get('IMAGE_ID'),
    imageVersion: get('IMAGE_VERSION'),
  };
}

/** Takes the quotes off; in double quotes a backslash stands before `"`, `$`, `` ` `` and itself. */
function unquote(value: string): string {
  const [, single] = /^'([^']*)'/.exec(value) ?? [];
  if (single !== undefined) return single;
  if (!value.startsWith('"')) return value.replace(/\\(.)/g, '$1').trim();
  let text = '';
  for (let at = 1; at < value.length && value[at] !== '"'; at++) {
    if (value[at] === '\\' && '"$`\\'.includes(value[at + 1] ?? ' ')) at++;
    text += value[at] ?? '';
  }
  return text;
}
