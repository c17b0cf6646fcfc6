import { join } from 'node:path';
import type { Digest } from '@artifact-lifecycle/testing';
import type { Workplace } from '../bench/workplace.ts';
import { runStep, type StepResult } from './runner.ts';

/** What `dist/sbom` found in an image. */
export interface Listing {
  readonly result: StepResult;
  /** How many packages of each type. */
  readonly ecosystems: Readonly<Record<string, number>>;
  readonly documents: readonly ListedDocument[];
  readonly unknowns: number;
}

/** An entry of the output `sboms`, as far as it is told to people. */
export interface ListedDocument {
  readonly platform: string;
  readonly digest: Digest;
  readonly packages: number;
  readonly referrer: Digest;
}

/** Runs `dist/sbom` as GitHub's runner starts it, and attaches what it writes. */
export async function listContents(
  root: string,
  workplace: Workplace,
  image: string,
  onLine: (line: string) => void,
): Promise<Listing> {
  const result = await runStep({
    main: join(root, 'dist', 'sbom', 'index.js'),
    inputs: { image, attach: 'true' },
    directory: await workplace.place('job'),
    onLog: (text) => {
      const line = text.trimEnd().split('\n').at(-1) ?? '';
      if (!line.startsWith('::')) onLine(line);
    },
  });
  const json: { ecosystems?: Record<string, number>; unknowns?: readonly unknown[] } = JSON.parse(
    result.outputs.get('json') ?? '{}',
  );
  return {
    result,
    ecosystems: json.ecosystems ?? {},
    documents: JSON.parse(result.outputs.get('sboms') ?? '[]'),
    unknowns: json.unknowns?.length ?? 0,
  };
}
