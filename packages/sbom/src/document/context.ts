import type { Inventory, Subject } from '../inventory/inventory.ts';
import type { Party } from '../inventory/package.ts';

/** What a document says beside the inventory. */
export interface DocumentContext {
  /** Of this suite: `1.2.3`. */
  readonly toolVersion: string;
  /** What SOURCE_DATE_EPOCH says; it wins over everything. */
  readonly created: Date | undefined;
  /** Stands in where neither SOURCE_DATE_EPOCH nor the image has a date: the only way two runs can differ. */
  readonly now: Date;
  /** Who makes the document and answers for it; with an address (BSI TR-03183-2 v2.1, 5.2.1). */
  readonly author?: Party | undefined;
  /** Who hands out what is described, where its labels do not say. */
  readonly supplier?: Party | undefined;
}

/** How all documents call this suite. */
export const TOOL_NAME = 'artifact-lifecycle-sbom';

/** Documents say years in four digits, and software of before Unix is a clock that was not set. */
const YEAR_10000 = Date.UTC(10_000, 0);

/**
 * The date of a document, in whole seconds: what SOURCE_DATE_EPOCH says, else when the image was created, else the
 * date that stands in. The same image gives the same bytes on every day.
 */
export function documentDate({ subject }: Pick<Inventory, 'subject'>, context: DocumentContext): Date {
  // An image that says no date, or one before Unix (Go's zero), is as old as Unix: it has the same bytes every day, too.
  const image = subject.kind === 'image' ? (readDate(subject.created) ?? new Date(0)) : undefined;
  const date = context.created ?? image ?? context.now;
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}

function readDate(text: string | undefined): Date | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return time >= 0 && time < YEAR_10000 ? new Date(time) : undefined;
}

/** Whether the document is of what was built, or of what a build starts from (CISA 2025, "generation context"). */
export function lifecyclePhase(subject: Subject): 'post-build' | 'pre-build' {
  return subject.kind === 'directory' ? 'pre-build' : 'post-build';
}

/** `2026-11-25T12:00:00Z`, the form that SPDX demands and all others take. */
export function formatDate(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
