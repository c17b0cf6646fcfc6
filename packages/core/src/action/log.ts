import type { Annotation, AnnotationKind, Runner } from './runner.ts';

/** What an action says while it works. Texts may hold anything from outside: they cannot issue commands. */
export interface Log {
  info(text: string): void;
  /** Shown only where the runner is asked for debug logs. */
  debug(text: string): void;
  notice(text: string, annotation?: Annotation): void;
  warning(text: string, annotation?: Annotation): void;
  error(text: string, annotation?: Annotation): void;
  /** Folds what the work prints under a title. Groups do not nest: an inner title is printed as a line. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** Hides a secret from now on, in its own form and as base64. */
  mask(secret: string): void;
}

/** A log that can be ended, which says what did not fit into annotations. */
export interface ActionLog extends Log {
  /** Annotates in any case: what ends the run must be seen. */
  verdict(text: string, annotation: Annotation): void;
  finish(): void;
}

/** GitHub shows 10 annotations of a kind per step and drops the rest without a word. */
export const MAX_ANNOTATIONS = 10;

/** Kept for "and so many more", and for the error that ends a run. */
const RESERVED_ANNOTATIONS: Readonly<Record<AnnotationKind, number>> = { notice: 1, warning: 1, error: 2 };

/** Shorter texts are masked by the runner alone: here they would blank out half of every line. */
const MIN_OWN_MASK_LENGTH = 6;

/**
 * Opens a log on a runner.
 *
 * @param clearLine takes away what a progress bar has drawn, before anything else is written.
 */
export function createLog(runner: Runner, clearLine: () => void = () => undefined): ActionLog {
  const secrets = new Set<string>();
  const counts: Record<AnnotationKind, number> = { notice: 0, warning: 0, error: 0 };
  let grouped = false;

  const hide = (text: string): string => {
    let hidden = text;
    for (const secret of secrets) hidden = hidden.replaceAll(secret, '***');
    return hidden;
  };
  const print = (text: string): void => {
    clearLine();
    runner.print(harmless(hide(text)));
  };
  const show = (kind: AnnotationKind, text: string, annotation: Annotation): void => {
    clearLine();
    runner.annotate(kind, text, annotation);
  };
  const annotate = (kind: AnnotationKind, text: string, annotation: Annotation = {}): void => {
    counts[kind] += 1;
    if (counts[kind] <= MAX_ANNOTATIONS - RESERVED_ANNOTATIONS[kind]) show(kind, hide(text), annotation);
    else print(`${kind}: ${text}`);
  };

  return {
    info: print,
    debug: (text) => runner.debug(hide(text)),
    notice: (text, annotation) => annotate('notice', text, annotation),
    warning: (text, annotation) => annotate('warning', text, annotation),
    error: (text, annotation) => annotate('error', text, annotation),
    async group(title, work) {
      if (grouped) {
        print(title);
        return work();
      }
      grouped = true;
      clearLine();
      runner.startGroup(hide(title));
      try {
        return await work();
      } finally {
        grouped = false;
        clearLine();
        runner.endGroup();
      }
    },
    mask(secret) {
      // The runner warns about an empty mask, which would be the reader's only trace of it.
      if (secret === '') return;
      for (const form of [secret, Buffer.from(secret).toString('base64')]) {
        runner.mask(form);
        if (form.length >= MIN_OWN_MASK_LENGTH) secrets.add(form);
      }
    },
    verdict: (text, annotation) => show('error', hide(text), annotation),
    finish() {
      for (const kind of ['notice', 'warning', 'error'] as const) {
        const hidden = counts[kind] - (MAX_ANNOTATIONS - RESERVED_ANNOTATIONS[kind]);
        if (hidden > 0) show(kind, `${hidden} more of these are in the log.`, {});
      }
    },
  };
}

/**
 * Takes from a text the power to command the runner: it obeys a line that starts with `::`, and `##[`
 * anywhere (actions/runner, ActionCommand.cs). A zero-width space keeps the text readable.
 *
 * White space before the colons is what .NET trims, which is JavaScript's and U+0085; line ends are no part of
 * it, since a search that crosses them takes time quadratic in the blank lines of a text.
 */
function harmless(text: string): string {
  return text.replace(/(^|[\r\n])((?:[^\S\r\n]|\u0085)*)::/g, '$1$2:\u200b:').replaceAll('##[', '##\u200b[');
}
