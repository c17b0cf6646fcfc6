import { SuiteError } from '@artifact-lifecycle/core';
import { isHeadTag } from '@artifact-lifecycle/gates/names';
import { type Digest, tryParseDigest } from '@artifact-lifecycle/registry';
import type { StoredImage } from '../image/stored-image.ts';
import { type DigestTag, digestTagsOf, subjectsByTag } from './digest-tags.ts';
import type { GraphParts, ImageGraph, ImageNode } from './image-graph.ts';
import type { ManifestFacts, NodeKey } from './manifest-facts.ts';
import { claimOf } from './record-claim.ts';

const NONE: readonly number[] = [];

/** A node while edges are still found. Most have few or none: lists are made when they are needed. */
interface Draft {
  readonly key: NodeKey;
  readonly image: StoredImage;
  parents: number[] | undefined;
  children: number[] | undefined;
  subjects: number[] | undefined;
  referrers: number[] | undefined;
  chosenTags: readonly string[];
  isFollower: boolean;
  isOrphan: boolean;
  isReferrersList: boolean;
  doubt: string | undefined;
  facts: ManifestFacts | undefined;
}

/**
 * Puts together who lives and dies with whom: children of indexes at any depth, subjects by field, by tag
 * (`sha256-<hex>`, `.sig`, `.att`, `.sbom`) and by buildkit's annotation.
 *
 * @throws SuiteError `PROTOCOL_INVALID` where the list names an image twice
 */
export function assembleGraph(parts: GraphParts): ImageGraph {
  const drafts: Draft[] = [];
  const places = new Map<NodeKey, number>();
  const add = (key: NodeKey, image: StoredImage): number => {
    places.set(key, drafts.length);
    return drafts.push(draftOf(key, image, parts)) - 1;
  };
  for (const image of parts.images) {
    const key = image.digest ?? image.id;
    if (places.has(key)) {
      throw new SuiteError('PROTOCOL_INVALID', `The list of images names ${key} twice.`);
    }
    add(key, image);
  }
  const place: FindPlace = (key, of, mayAdd) => {
    const known = places.get(key);
    if (known !== undefined || parts.isComplete || !mayAdd) return known;
    const digest = tryParseDigest(key);
    // A service that lists tags only deletes by digest; what hangs on a tag is known by its index alone.
    return digest === undefined ? undefined : add(key, { id: key, digest, tags: [], pushedAt: of.pushedAt });
  };
  // The list grows while children are found.
  for (let at = 0; at < drafts.length; at += 1) linkChildren(at, drafts, place);
  const subjectOf = subjectsByTag(
    drafts.flatMap(({ image: { digest } }): readonly Digest[] => (digest === undefined ? [] : [digest])),
  );
  const isComplete = parts.isComplete;
  for (let at = 0; at < drafts.length; at += 1) linkSubjects(at, drafts, { places, subjectOf, isComplete });
  return {
    nodes: drafts.map(finish),
    records: findRecords(drafts, places),
    unread: new Map(
      Array.from(parts.unread).flatMap(([key, why]) => {
        const at = places.get(key);
        return at === undefined ? [] : [[at, why] as const];
      }),
    ),
  };
}

function draftOf(key: NodeKey, image: StoredImage, parts: GraphParts): Draft {
  return {
    key,
    image,
    parents: undefined,
    children: undefined,
    subjects: undefined,
    referrers: undefined,
    chosenTags: image.tags.some(isHeadTag) ? image.tags.filter((tag) => !isHeadTag(tag)) : image.tags,
    isFollower: false,
    isOrphan: false,
    isReferrersList: false,
    doubt: parts.unread.get(key),
    facts: parts.factsOf(key),
  };
}

/** Field by field: what is spread is made twice, and there may be a hundred thousand. */
function finish(draft: Draft): ImageNode {
  return {
    key: draft.key,
    image: draft.image,
    parents: draft.parents ?? NONE,
    children: draft.children ?? NONE,
    subjects: draft.subjects ?? NONE,
    referrers: draft.referrers ?? NONE,
    chosenTags: draft.chosenTags,
    isFollower: draft.isFollower,
    isOrphan: draft.isOrphan,
    isReferrersList: draft.isReferrersList,
    doubt: draft.doubt,
    blobs: draft.facts?.blobs,
  };
}

/** Where the image of a key is in the graph; with `mayAdd` one that the service did not list is added. */
type FindPlace = (key: NodeKey, of: StoredImage, mayAdd: boolean) => number | undefined;

function linkChildren(at: number, drafts: readonly Draft[], place: FindPlace): void {
  const draft = drafts[at];
  if (draft === undefined) return;
  const isOpaque = draft.facts?.kind === 'opaque';
  if (isOpaque) draft.doubt ??= `The manifest ${draft.key} is of a kind that is not understood here.`;
  const seen = new Set<number>([at]);
  for (const key of draft.facts?.children.map((child) => child.key) ?? draft.image.children ?? []) {
    // Digests of unknown bytes may be layers.
    const child = place(key, draft.image, !isOpaque);
    if (child === undefined || seen.has(child)) continue;
    seen.add(child);
    draft.children = appended(draft.children, child);
    const other = drafts[child];
    if (other !== undefined) other.parents = appended(other.parents, at);
  }
}

/** What subjects are looked up by. */
interface SubjectLookup {
  readonly places: ReadonlyMap<NodeKey, number>;
  readonly subjectOf: (base: string) => Digest | undefined;
  readonly isComplete: boolean;
}

function linkSubjects(at: number, drafts: readonly Draft[], lookup: SubjectLookup): void {
  const draft = drafts[at];
  if (draft === undefined) return;
  const { places } = lookup;
  for (const { key, about } of draft.facts?.children ?? []) {
    if (about !== undefined) link(places.get(key), places.get(about), drafts);
  }
  let names = false;
  const follow = (key: NodeKey | undefined): boolean => {
    if (key === undefined || key === draft.key) return false;
    names = true;
    const subject = places.get(key);
    if (subject === undefined) return false;
    link(at, subject, drafts);
    draft.isFollower = true;
    return true;
  };
  follow(draft.facts?.subject ?? draft.image.subject);
  const computed = digestTagsOf(draft.image.tags).filter((tag) => {
    const subject = lookup.subjectOf(tag.base);
    const wasNamed = names;
    if (follow(subject)) {
      if (tag.kind === 'referrers') listReferrers(draft, places.get(subject ?? ''), drafts);
      return true;
    }
    if (isLeftOver(tag, draft)) return true;
    // A tag that only looks so is one that somebody chose: of the hash of a commit's content, say.
    names = wasNamed;
    return false;
  });
  if (computed.length > 0) {
    const tags = new Set(computed.map(({ tag }) => tag));
    draft.chosenTags = draft.chosenTags.filter((tag) => !tags.has(tag));
  }
  if (!names || draft.isFollower) return;
  if (lookup.isComplete) draft.isOrphan = true;
  else draft.doubt ??= `What ${draft.key} refers to may be there: images without a tag are not listed.`;
}

/** Whether a computed tag whose subject is not there is what its name says. */
function isLeftOver(tag: DigestTag, { facts }: Draft): boolean {
  if (tag.kind !== 'referrers') return true;
  return facts?.kind === 'index' && facts.children.every(({ isArtifact }) => isArtifact);
}

/** What a list of referrers names refers to its subject; so those manifests need not be read. */
function listReferrers(list: Draft, subject: number | undefined, drafts: readonly Draft[]): void {
  list.isReferrersList = true;
  for (const child of list.children ?? []) link(child, subject, drafts);
}

function link(from: number | undefined, to: number | undefined, drafts: readonly Draft[]): void {
  if (from === undefined || to === undefined || from === to) return;
  const [referrer, subject] = [drafts[from], drafts[to]];
  if (referrer === undefined || subject === undefined || referrer.subjects?.includes(to)) return;
  referrer.subjects = appended(referrer.subjects, to);
  subject.referrers = appended(subject.referrers, from);
}

function appended(list: number[] | undefined, item: number): number[] {
  if (list === undefined) return [item];
  list.push(item);
  return list;
}

/** What claims to be a record: by its own manifest, or, where that was not read, by the list that names it. */
function findRecords(
  drafts: readonly Draft[],
  places: ReadonlyMap<NodeKey, number>,
): ReadonlyMap<number, 'record' | 'bundle'> {
  const found = new Map<number, 'record' | 'bundle'>();
  drafts.forEach(({ facts, image, isReferrersList, subjects }, at) => {
    if (facts?.kind === 'record') found.set(at, 'record');
    if (facts === undefined && subjects !== undefined && image.subject !== undefined && claimOf(image))
      found.set(at, 'bundle');
    if (!isReferrersList) return;
    for (const { key, kind, isArtifact } of facts?.children ?? []) {
      const child = places.get(key);
      if (child === undefined || drafts[child]?.facts !== undefined) continue;
      if (kind === 'record' || kind === 'bundle') found.set(child, kind);
      // Some write lists that say nothing of what they name.
      else if (kind === 'leaf' && !isArtifact) found.set(child, 'bundle');
    }
  });
  return found;
}
