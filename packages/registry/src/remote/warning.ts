import { printable } from './error-body.ts';

/** Longer headers of this kind are no sentence for a person. */
const MAX_WARNING_HEADER_LENGTH = 4096;

/**
 * The texts of a registry's `Warning` headers (distribution-spec, "Warnings"): those of the form
 * `299 - "text"` only. They are shown to people and never acted on.
 */
export function readWarnings(header: string): readonly string[] {
  const quoted = /(?:^|,)\s*299 - "((?:[^"\\]|\\.)*)"/g;
  return [...header.slice(0, MAX_WARNING_HEADER_LENGTH).matchAll(quoted)]
    .map(([, text = '']) => printable(text.replace(/\\(.)/g, '$1')))
    .filter((text) => text !== '');
}
