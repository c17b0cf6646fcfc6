import * as core from '@actions/core';
import type { FilePosition } from '../errors.ts';

/** What an annotation carries besides its text. */
export interface Annotation {
  readonly title?: string;
  readonly position?: FilePosition;
}

export type AnnotationKind = 'notice' | 'warning' | 'error';

/**
 * Where an action meets what runs it: GitHub's runner in one implementation, a recorder in tests. The
 * runner's file commands (`GITHUB_OUTPUT`) and escaping live behind it.
 */
export interface Runner {
  /** Prints text as it is: text from outside is made harmless before it comes here. */
  print(text: string): void;
  debug(text: string): void;
  annotate(kind: AnnotationKind, text: string, annotation: Annotation): void;
  startGroup(title: string): void;
  endGroup(): void;
  /** Hides a text in everything printed from now on. */
  mask(secret: string): void;
  setOutput(name: string, value: string): void;
  /** An OIDC token for the audience; needs the permission `id-token: write`. */
  requestIdToken(audience: string): Promise<string>;
}

const ANNOTATE = { notice: core.notice, warning: core.warning, error: core.error } as const;

/** GitHub's runner, by the toolkit's commands; it reads the environment of the process. */
export const githubRunner: Runner = {
  print: (text) => core.info(text),
  // The runner would drop it else, after a write that this process waits for: one for each request.
  debug: (text) => {
    if (core.isDebug()) core.debug(text);
  },
  annotate(kind, text, { title, position }) {
    ANNOTATE[kind](text, {
      ...(title !== undefined && { title }),
      ...(position !== undefined && {
        file: position.file,
        startLine: position.line,
        startColumn: position.column,
      }),
    });
  },
  startGroup: (title) => core.startGroup(title),
  endGroup: () => core.endGroup(),
  mask: (secret) => core.setSecret(secret),
  setOutput: (name, value) => core.setOutput(name, value),
  requestIdToken: (audience) => core.getIDToken(audience),
};
