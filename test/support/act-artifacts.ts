import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workplace } from '../../packages/tooling/src/bench/workplace.ts';

/** In place of actions that are fetched from GitHub: what they would leave, from this machine. */
const CHECKOUT = `
name: stand-in
description: Copies a repository to where a checkout of it would be.
inputs:
  repository: { default: "", description: Whose. }
  path: { default: ., description: Where to. }
runs:
  using: composite
  steps:
    - shell: bash
      env:
        TARGET: \${{ inputs.path }}
        FROM: \${{ inputs.repository == '' && 'CALLER' || 'SUITE' }}
      run: mkdir -p "$TARGET" && cp -R "$FROM/." "$TARGET/"
`;
const UPLOAD = `
name: stand-in
description: Copies files to where artifacts are kept.
inputs:
  name: { required: true, description: The artifact. }
  path: { required: true, description: Its file. }
  if-no-files-found: { default: warn, description: What then. }
outputs:
  artifact-id:
    description: Its id.
    value: \${{ steps.copy.outputs.id }}
runs:
  using: composite
  steps:
    - shell: bash
      id: copy
      env:
        NAME: \${{ inputs.name }}
        FILE: \${{ inputs.path }}
        MISSING: \${{ inputs.if-no-files-found }}
      run: |
        mkdir -p "KEPT/$NAME"
        if [ -e "$FILE" ] || [ "$MISSING" = error ]; then mv "$FILE" "KEPT/$NAME/"; fi
        echo "id=$NAME" >> "$GITHUB_OUTPUT"
`;
const DOWNLOAD = `
name: stand-in
description: Brings artifacts back, by their id, or by a pattern of names each in a directory of its own.
inputs:
  artifact-ids: { default: "", description: The artifact. }
  pattern: { default: "", description: Or those of such names. }
  path: { required: true, description: Where to. }
runs:
  using: composite
  steps:
    - shell: bash
      env:
        NAME: \${{ inputs.artifact-ids }}
        PATTERN: \${{ inputs.pattern }}
        TARGET: \${{ inputs.path }}
      run: |
        mkdir -p "$TARGET"
        if [ -n "$PATTERN" ]; then cp -R "KEPT/"$PATTERN "$TARGET/"; else cp "KEPT/$NAME/"* "$TARGET/"; fi
`;

/** Repositories on this machine that stand for those of the caller and of the suite. */
export interface StandIns {
  readonly workflow: string;
  readonly caller: string;
  readonly suite: string;
  /** Where artifacts are kept, a directory each. */
  readonly artifacts: string;
}

/** Arguments of act that put these in place of the actions that a workflow pins; an upload takes its file away. */
export async function standInForArtifacts(
  { workflow, caller, suite, artifacts }: StandIns,
  workplace: Workplace,
): Promise<readonly string[]> {
  const texts = {
    'actions/checkout': CHECKOUT.replace('CALLER', caller).replace('SUITE', suite),
    'actions/upload-artifact': UPLOAD.replaceAll('KEPT', artifacts),
    'actions/download-artifact': DOWNLOAD.replaceAll('KEPT', artifacts),
  };
  const options: string[] = [];
  for (const [action, text] of Object.entries(texts)) {
    const directory = await workplace.place('stand-in');
    await writeFile(join(directory, 'action.yml'), text);
    const [pin = ''] = new RegExp(`${action}@[0-9a-f]{40}`).exec(workflow) ?? [];
    options.push('--local-repository', `${pin}=${directory}`);
  }
  return options;
}
