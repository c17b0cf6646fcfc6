import { dirname } from 'node:path/posix';
import type { FoundPackage, Hash } from '../../inventory/package.ts';
import type { Cataloguer, Evidence } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { parseHash } from '../hash.ts';
import { asText, field, listField, parseJsonObject, textField } from '../json.ts';
import { publicUrl } from '../public-url.ts';
import { stated } from '../stated.ts';

/** What a record in `conda-meta` says of an installed package (conda, `PrefixRecord`). */
export interface CondaFacts {
  readonly name: string;
  readonly version: string;
  readonly build: string | undefined;
  readonly channel: string | undefined;
  readonly subdir: string | undefined;
  readonly fileName: string | undefined;
  readonly licence: string | undefined;
  readonly url: string | undefined;
  readonly hashes: readonly Hash[];
  /** Names of packages, without those that stand for the machine (`__glibc`). */
  readonly depends: readonly string[];
  readonly isRequested: boolean;
}

/** Records list every file of the package: the largest have some ten megabytes. */
const MAX_BYTES = 64 * 1024 * 1024;

const MAX_DEPENDS = 5000;

/** Packages that conda, mamba or micromamba installed. */
export const condaMeta: Cataloguer<CondaFacts> = {
  name: 'conda-meta',
  origins: ['image', 'directory'],
  selects: { folders: ['conda-meta'], accepts: (path) => path.endsWith('.json'), maxBytes: MAX_BYTES },
  read(file) {
    const facts = parseRecord(file.text());
    return facts === undefined ? undefined : detach(facts);
  },
  assemble(evidence) {
    const keys = new Map(evidence.map(({ path, facts }) => [`${dirname(path)}/${facts.name}`, path]));
    return evidence.map((each) => describe(each, keys));
  },
};

function parseRecord(text: string): CondaFacts | undefined {
  const record = parseJsonObject(text);
  const [name, version] = [textField(record, 'name'), textField(record, 'version')];
  if (name === undefined || version === undefined) return undefined;
  const requested = [field(record, 'requested_spec'), ...listField(record, 'requested_specs')];
  const [sha256, md5] = [textField(record, 'sha256'), textField(record, 'md5')];
  return {
    name,
    version,
    build: textField(record, 'build') ?? textField(record, 'build_string'),
    channel: textField(record, 'channel') ?? textField(record, 'schannel'),
    subdir: textField(record, 'subdir'),
    fileName: textField(record, 'fn'),
    licence: textField(record, 'license'),
    url: publicUrl(textField(record, 'url')),
    hashes: [
      ...(sha256 === undefined ? [] : [`sha256:${sha256}`]),
      ...(md5 === undefined ? [] : [`md5:${md5}`]),
    ].flatMap((hash) => parseHash(hash) ?? []),
    depends: listField(record, 'depends')
      .slice(0, MAX_DEPENDS)
      .flatMap((each) => asText(each)?.split(/[\s=<>!~[]/, 1) ?? [])
      .filter((each) => each !== '' && !each.startsWith('__')),
    isRequested: requested.some((spec) => spec !== 'None' && asText(spec) !== undefined),
  };
}

function describe(
  { path, layer, facts }: Evidence<CondaFacts>,
  keys: ReadonlyMap<string, string>,
): FoundPackage {
  const { name, version, build, subdir, fileName, licence, url, hashes, depends, isRequested } = facts;
  const needed = depends.map((each) => keys.get(`${dirname(path)}/${each}`));
  const channel = shortChannel(facts.channel, subdir);
  const archive = /\.(conda|tar\.bz2)$/.exec(fileName ?? url ?? '')?.[1];
  const qualifiers = { build, channel, subdir, type: archive };
  return {
    key: path,
    type: 'conda',
    name,
    version,
    qualifiers: stated(qualifiers),
    licences: licence === undefined ? [] : [{ text: licence }],
    downloadUrl: url,
    hashes,
    dependsOn: [...new Set(needed.flatMap((key) => key ?? []))].filter((key) => key !== path).sort(),
    completeness: needed.includes(undefined) ? 'incomplete' : 'complete',
    isDirect: isRequested,
    occurrences: [{ path, layer }],
    home: dirname(dirname(path)),
  };
}

/** `https://repo.anaconda.com/pkgs/main/linux-64` is `main`, as purl-spec's `conda` writes it. */
function shortChannel(channel: string | undefined, subdir: string | undefined): string | undefined {
  if (channel === undefined || !URL.canParse(channel)) return channel;
  const segments = new URL(channel).pathname
    .split('/')
    .filter((segment) => segment !== '' && segment !== subdir);
  if (segments[0] === 'pkgs') segments.shift();
  // Private channels carry tokens as `/t/<token>/`.
  if (segments[0] === 't') segments.splice(0, 2);
  return segments.join('/') || undefined;
}
