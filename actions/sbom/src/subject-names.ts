import type { Digest } from '@artifact-lifecycle/registry';
import { type Inventory, imageName, linkTo, type ReadDocument } from '@artifact-lifecycle/sbom';
import { dependentsOf, imageSubject, type VexSubject } from '@artifact-lifecycle/vulnerabilities';
import type { Description, SbomDocument } from './description.ts';

/** How statements may name what an inventory is of: an image by all its names, a path by what its document says. */
export function namesOf(
  description: Description,
  inventory: Inventory,
  documents: readonly SbomDocument[],
): VexSubject {
  const links = documents
    .filter((document) => document.inventory === inventory)
    .map(({ bytes }) => linkTo(bytes).uri);
  const dependents = dependentsOf(inventory);
  if (description.kind === 'image') {
    const { reference, root, images } = description;
    const manifest = images.find((image) => image.inventory === inventory)?.manifest;
    const { platform } = inventory.subject.kind === 'image' ? inventory.subject : { platform: undefined };
    const names = imageSubject({
      repository: imageName(reference.location),
      tag: reference.tag,
      digests: [...new Set<Digest>([...(manifest === undefined ? [] : [manifest.digest]), root.digest])],
      architecture: platform?.architecture,
      cpes: cpesIn(inventory),
      dependents,
    });
    return { ...names, ids: [...names.ids, ...links] };
  }
  const names = namesOfPath(description.document?.subject, inventory);
  return {
    ids: [...names.ids, ...links],
    digests: names.digests,
    cpes: cpesIn(inventory),
    // A document that was read says no relations: statements that need them hold of nothing.
    ...(description.document === undefined ? { dependents } : {}),
  };
}

/** A document of an image names the image, which statements may mean. */
function namesOfPath(subject: ReadDocument['subject'], { subject: path }: Inventory): VexSubject {
  if (subject === undefined) return { ids: [path.name], digests: [] };
  const { type, purl, name, version, qualifiers } = subject;
  const { repository_url: repository, tag, arch: architecture } = qualifiers;
  const digests = version !== undefined && /^sha256:[0-9a-f]{64}$/.test(version) ? [version] : [];
  if (type === 'oci') return imageSubject({ repository: repository ?? name, tag, digests, architecture });
  return { ids: [...(purl === undefined ? [] : [purl]), name], digests };
}

function cpesIn({ packages }: Inventory): readonly string[] {
  return packages.flatMap(({ kind, cpes }) => (kind === 'operating-system' ? (cpes ?? []) : []));
}
