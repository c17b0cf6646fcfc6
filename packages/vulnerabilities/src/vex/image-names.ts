import type { Inventory } from '@artifact-lifecycle/sbom';
import { dependentsOf } from './dependents.ts';
import { imageSubject, type VexSubject } from './subject.ts';

/** A platform of an image that was looked into. */
export interface InventoriedImage {
  /** `ghcr.io/acme/api`. */
  readonly repository: string;
  readonly tag: string | undefined;
  /** Of the manifest that was looked into, and of the index it was reached by. */
  readonly digests: readonly string[];
  readonly inventory: Inventory;
}

/** How statements may name a platform of an image: all names of it, its distribution, and who depends on whom in it. */
export function namesOfImage({ repository, tag, digests, inventory }: InventoriedImage): VexSubject {
  const { platform } = inventory.subject.kind === 'image' ? inventory.subject : { platform: undefined };
  return imageSubject({
    repository,
    tag,
    digests: [...new Set(digests)],
    architecture: platform?.architecture,
    cpes: cpesIn(inventory),
    dependents: dependentsOf(inventory),
  });
}

/** CPEs of the distribution that an inventory stands on. */
export function cpesIn({ packages }: Inventory): readonly string[] {
  return packages.flatMap(({ kind, cpes }) => (kind === 'operating-system' ? (cpes ?? []) : []));
}
