import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { findStale, generateFiles } from '../packages/tooling/src/generate/generated-files.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('what is generated', () => {
  it('is what the specs say: run npm run generate where this fails', async () => {
    const stale = findStale(root, await generateFiles(root));
    expect(stale.map(({ path }) => path)).toEqual([]);
  });

  it('covers every folder in actions', async () => {
    const paths = (await generateFiles(root)).map(({ path }) => path);
    const folders = readdirSync(fileURLToPath(new URL('../actions', import.meta.url)));
    expect(paths).toEqual(expect.arrayContaining(folders.map((name) => `actions/${name}/action.yml`)));
    expect(folders).toContain('promote');
  });

  it('is found stale where its text is another', () => {
    expect(
      findStale(root, [
        { path: 'LICENSE', text: 'MIT' },
        { path: 'missing.md', text: '' },
      ]),
    ).toHaveLength(2);
  });
});
