import { type Inventory, imageName, linkTo } from '@artifact-lifecycle/sbom';
import { cpesIn, dependentsOf, namesOfImage, type VexSubject } from '@artifact-lifecycle/vulnerabilities';
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
  if (description.kind === 'image') {
    const { reference, root, images } = description;
    const manifest = images.find((image) => image.inventory === inventory)?.manifest;
    const names = namesOfImage({
      repository: imageName(reference.location),
      tag: reference.tag,
      digests: [...(manifest === undefined ? [] : [manifest.digest]), root.digest],
      inventory,
    });
    return { ...names, ids: [...names.ids, ...links] };
  }
  const subject = description.document?.subject;
  const digest = /^sha256:[0-9a-f]{64}$/.exec(subject?.version ?? '')?.[0];
  return {
    ids: [
      ...(subject?.purl === undefined ? [] : [subject.purl]),
      subject?.name ?? inventory.subject.name,
      ...links,
    ],
    digests: digest === undefined ? [] : [digest],
    cpes: cpesIn(inventory),
    dependents: description.document?.dependents ?? dependentsOf(inventory),
  };
}
