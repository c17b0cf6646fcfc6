import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workplace } from '../bench/workplace.ts';
import { runStep, type StepResult } from './runner.ts';
import { COMMIT } from './scene.ts';

/** What `dist/tag` calls an artifact. */
export interface ArtifactName {
  readonly result: StepResult;
  readonly version: string;
  /** `host/name:tag`. */
  readonly tags: readonly string[];
}

/**
 * Runs `dist/tag` as GitHub's runner does when a git tag is pushed, with an event that was made up: the version and
 * the tags of what is built come from it.
 */
export async function nameArtifact(
  root: string,
  workplace: Workplace,
  image: string,
  gitTag: string,
): Promise<ArtifactName> {
  const directory = await workplace.place('job');
  const event = join(directory, 'event.json');
  const repository = {
    name: 'artifact-lifecycle',
    description: 'The demonstration',
    html_url: 'https://github.com/acme/artifact-lifecycle',
    default_branch: 'main',
    license: { spdx_id: 'Apache-2.0' },
  };
  await writeFile(event, JSON.stringify({ ref: `refs/tags/${gitTag}`, repository }));
  const result = await runStep({
    main: join(root, 'dist', 'tag', 'index.js'),
    inputs: { images: image, tags: 'type=semver,pattern={{version}}', flavor: 'latest=false' },
    directory,
    env: {
      GITHUB_EVENT_NAME: 'push',
      GITHUB_EVENT_PATH: event,
      GITHUB_REF: `refs/tags/${gitTag}`,
      GITHUB_SHA: COMMIT,
    },
  });
  const tags = (result.outputs.get('tags') ?? '').split('\n').filter((tag) => tag !== '');
  return { result, version: result.outputs.get('version') ?? '', tags };
}
