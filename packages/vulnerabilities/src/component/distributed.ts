import type { Component } from './component.ts';

/** purl types of packages that a distribution gives out: what an image stands on. */
const DISTRIBUTED: ReadonlySet<string> = new Set(['alpm', 'apk', 'deb', 'ebuild', 'opkg', 'rpm']);

/** Whether a component is a distribution's own package. */
export function isDistributed({ type }: Pick<Component, 'type'>): boolean {
  return DISTRIBUTED.has(type);
}
