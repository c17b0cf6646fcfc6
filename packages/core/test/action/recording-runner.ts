import type { Annotation, AnnotationKind, Runner } from '../../src/action/runner.ts';

/** One annotation, as a reader of the run sees it. */
export interface Recorded extends Annotation {
  readonly kind: AnnotationKind;
  readonly text: string;
}

/** A runner that remembers what it was told. */
export interface RecordingRunner extends Runner {
  readonly lines: string[];
  readonly debugged: string[];
  readonly annotations: Recorded[];
  readonly masks: string[];
  readonly outputs: Map<string, string>;
}

export function recordRunner(overrides: Partial<Runner> = {}): RecordingRunner {
  const lines: string[] = [];
  const debugged: string[] = [];
  const annotations: Recorded[] = [];
  const masks: string[] = [];
  const outputs = new Map<string, string>();
  return {
    lines,
    debugged,
    annotations,
    masks,
    outputs,
    print: (text) => void lines.push(text),
    debug: (text) => void debugged.push(text),
    annotate: (kind, text, annotation) => void annotations.push({ kind, text, ...annotation }),
    startGroup: (title) => void lines.push(`▼ ${title}`),
    endGroup: () => void lines.push('▲'),
    mask: (secret) => void masks.push(secret),
    setOutput: (name, value) => void outputs.set(name, value),
    requestIdToken: async () => 'header.payload.signature',
    ...overrides,
  };
}
