import type { FoundPackage } from '../../inventory/package.ts';
import type { Cataloguer } from '../cataloguer.ts';
import { detach } from '../detached.ts';
import { readUses, type Use } from './uses.ts';

/** GitHub reads no larger workflows. */
const MAX_BYTES = 1024 * 1024;

/** `.github/workflows/release.yml`, and actions wherever they lie. */
const WORKFLOW = /(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/;
const ACTION = /(?:^|\/)action\.ya?ml$/;

/**
 * Actions, reusable workflows and images that workflows and composite actions use. What lies in the repository
 * itself (`./…`) is no package.
 */
export const githubActions: Cataloguer<readonly Use[]> = {
  name: 'github-actions',
  origins: ['directory'],
  selects: {
    extensions: ['.yml', '.yaml'],
    accepts: (path) => WORKFLOW.test(path) || ACTION.test(path),
    maxBytes: MAX_BYTES,
  },
  read(file) {
    const uses = readUses(file.text());
    return uses.length === 0 ? undefined : detach(uses);
  },
  assemble: (evidence) =>
    evidence.flatMap(({ path, layer, facts }) =>
      facts.flatMap((use): readonly FoundPackage[] => {
        const found = describeUse(use);
        if (found === undefined) return [];
        const scope = 'development';
        return [
          { ...found, key: `${path}#${use.value}`, scope, isDirect: true, occurrences: [{ path, layer }] },
        ];
      }),
    ),
};

type Described = Omit<FoundPackage, 'key' | 'occurrences'>;

function describeUse({ value, comment }: Use): Described | undefined {
  if (value.startsWith('docker://')) return describeImage(value.slice('docker://'.length));
  const [, owner, name, subpath, version] =
    /^([A-Za-z0-9][\w-]*)\/([\w.-]+)(?:\/([^@\s]+))?@([^\s@]+)$/.exec(value) ?? [];
  if (owner === undefined || name === undefined) return undefined;
  // A commit says what runs; the comment behind it says which version people think that is.
  const stated = /(?:^|[\s@])(v?\d+(?:\.\d+)*(?:[-+][\w.-]+)?)(?:\s|$)/.exec(
    (comment ?? '').slice(0, 200),
  )?.[1];
  const isCommit = /^[0-9a-f]{7,64}$/.test(version ?? '');
  return {
    type: 'github',
    namespace: owner,
    name,
    version,
    subpath,
    kind: 'application',
    sourceUrl: `https://github.com/${owner}/${name}`,
    properties: isCommit && stated !== undefined ? { 'github-actions.version': stated } : {},
  };
}

/** `ghcr.io/acme/tool:1.2@sha256:…` as a package of type `oci` (purl-spec, `oci`). */
function describeImage(reference: string): Described | undefined {
  const [repository = '', pin] = reference.split('@');
  const digest = /^sha256:[0-9a-f]{64}$/.test(pin ?? '') ? pin : undefined;
  const [, place, tag] = /^([^:\s]+(?::\d+(?=\/)[^:\s]+)?)(?::([\w.-]+))?$/.exec(repository) ?? [];
  const name = place?.split('/').at(-1);
  if (place === undefined || name === undefined || name === '') return undefined;
  const hasHost = /^[^/]*(?:[.:]|localhost)[^/]*\//.test(place);
  const familiar = place.includes('/') ? place : `library/${place}`;
  return {
    type: 'oci',
    name,
    version: digest,
    kind: 'application',
    qualifiers: {
      repository_url: hasHost ? place : `docker.io/${familiar}`,
      ...(tag === undefined ? {} : { tag }),
    },
  };
}
