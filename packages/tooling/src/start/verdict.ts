import type { StepResult } from './runner.ts';

/** What the output `json` of a promotion says, as far as it is told to people. */
export interface Verdict {
  readonly promoted: boolean;
  readonly digest: string | undefined;
  readonly references: readonly string[];
  readonly statistics: Readonly<
    Record<'requests' | 'bytesCopied' | 'blobsMounted' | 'blobsSkipped' | 'seconds', number>
  >;
  readonly error: { readonly code: string; readonly message: string; readonly remedy: string } | undefined;
}

/** Reads what a promotion found out from its outputs, as a later step of a workflow would. */
export function readVerdict({ outputs }: StepResult): Verdict {
  const json: { readonly error?: Verdict['error'] } = JSON.parse(outputs.get('json') ?? '{}');
  const statistics: Partial<Verdict['statistics']> = JSON.parse(outputs.get('statistics') ?? '{}');
  return {
    promoted: outputs.get('promoted') === 'true',
    digest: outputs.get('digest'),
    references: (outputs.get('references') ?? '').split('\n').filter((line) => line !== ''),
    statistics: { requests: 0, bytesCopied: 0, blobsMounted: 0, blobsSkipped: 0, seconds: 0, ...statistics },
    error: json.error,
  };
}
