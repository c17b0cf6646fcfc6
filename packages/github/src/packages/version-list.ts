import { SuiteError } from '@artifact-lifecycle/core';
import type { StoredImage } from '@artifact-lifecycle/retention';
import type { PackageType } from './package-target.ts';
import { readPackageVersion } from './package-version.ts';
import { type Listing, PAGE_SIZE, type Page, readPage, readPages } from './pages.ts';

/** A list that changes as often as this is being pushed to without a pause. */
const MAX_READINGS = 5;

/** Before it is read again, whoever changes it gets so long a time. */
const PAUSE = 2_000;

/**
 * Longer lists are not read at both ends a second time where only a plan is made of them: it is held against another
 * list before it is carried out, and a workflow has 1,000 requests an hour.
 */
const MAX_CONFIRMED_PAGES = 99;

/** A list, and whether things are deleted by it. */
export interface VersionListing extends Listing {
  readonly isDecisive?: boolean | undefined;
}

/** What one reading of all pages gave. */
interface Reading {
  readonly images: readonly StoredImage[];
  /** Whether something in it shows that the list changed meanwhile, so that a version may have slipped through. */
  readonly isTorn: boolean;
}

/**
 * Reads all versions of a package, sorted by id. Pages are cut out of a list that may change from one to the next: what
 * is deleted in between moves a version to a page that is read already. So a list that changed is read again, until one
 * is whole, or two are alike.
 *
 * @throws SuiteError `PLAN_STALE` where it does not come to rest
 */
export async function readVersions(
  listing: VersionListing,
  type: PackageType,
): Promise<readonly StoredImage[]> {
  let before: string | undefined;
  for (let count = 1; count <= MAX_READINGS; count += 1) {
    const { images, isTorn } = await readOnce(listing, type);
    const state = stateOf(images);
    if (!isTorn || state === before) return images;
    before = state;
    await listing.client.clock.sleep(PAUSE, listing.signal);
  }
  throw new SuiteError(
    'PLAN_STALE',
    `The list changed each of ${MAX_READINGS} times it was read (to ${listing.doing}).`,
    {
      remedy: 'Run it again when less is pushed and deleted there.',
    },
  );
}

async function readOnce(listing: VersionListing, type: PackageType): Promise<Reading> {
  const first = await readPage(listing, 1);
  const { last } = first;
  // The last page comes early: whatever is added or deleted from then on moves what is on it.
  const end = last === 1 ? first : await readPage(listing, last);
  const pages = last === 1 ? [first] : [first, ...(await readPages(listing, 2, last - 1)), end];
  const entries = pages.flatMap(({ items }) => items.map((item) => readPackageVersion(item, type)));
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const images = [...byId.values()].sort((a, b) => Number(a.id) - Number(b.id));
  const isTorn =
    byId.size < entries.length ||
    pages.slice(0, -1).some(({ items }) => items.length < PAGE_SIZE) ||
    pages.some((page) => page.last !== last) ||
    !(await isStill(listing, type, first, end));
  return { images, isTorn };
}

/** Whether the ends of a list are what they were; a list of one page came whole. */
async function isStill(listing: VersionListing, type: PackageType, first: Page, end: Page): Promise<boolean> {
  const { last } = first;
  if (last === 1 || (last > MAX_CONFIRMED_PAGES && listing.isDecisive !== true)) return true;
  const isSame = async (page: Page, number: number): Promise<boolean> => {
    const again = await readPage(listing, number);
    return again.last === page.last && stateOf(versionsOf(again, type)) === stateOf(versionsOf(page, type));
  };
  return (await isSame(end, last)) && isSame(first, 1);
}

function versionsOf({ items }: Page, type: PackageType): readonly StoredImage[] {
  return items.map((item) => readPackageVersion(item, type));
}

function stateOf(images: readonly StoredImage[]): string {
  return images.map(({ id, updatedAt, tags }) => `${id} ${updatedAt} ${tags.join(' ')}`).join('\n');
}
