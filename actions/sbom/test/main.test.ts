import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAction } from '@artifact-lifecycle/core/action';
import { seed, startRegistry, type TestRegistry } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordRunner } from '../../../packages/core/test/action/recording-runner.ts';
import { makePackageImage } from '../../../test/support/package-image.ts';
import { sbom } from '../src/inputs.ts';
import { main } from '../src/main.ts';

const REPOSITORY = 'acme/app';

describe('the sbom action', () => {
  const image = makePackageImage();
  let registry: TestRegistry;
  let reference: string;

  beforeAll(async () => {
    registry = await startRegistry();
    await seed(registry, REPOSITORY, image, { tags: ['1.0'] });
    reference = `${registry.host}/${REPOSITORY}:1.0`;
  });
  afterAll(() => registry.close());

  const run = async (
    inputs: Readonly<Record<string, string>>,
    files: Readonly<Record<string, string>> = {},
  ) => {
    const workspace = mkdtempSync(join(tmpdir(), 'sbom-main-test-'));
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(workspace, path, '..'), { recursive: true });
      writeFileSync(join(workspace, path), content);
    }
    const summaryFile = join(workspace, 'summary.md');
    writeFileSync(summaryFile, '');
    // Whoever runs this has credentials of their own.
    const docker = join(workspace, 'docker');
    mkdirSync(docker);
    writeFileSync(join(docker, 'config.json'), '{}');
    const runner = recordRunner();
    const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
    const exitCode = await runAction(sbom, main, {
      env: {
        ...Object.fromEntries(given),
        GITHUB_WORKSPACE: workspace,
        GITHUB_STEP_SUMMARY: summaryFile,
        RUNNER_TEMP: workspace,
        DOCKER_CONFIG: docker,
      },
      runner,
      host: new EventEmitter(),
      isTerminal: false,
    });
    const directory = join(workspace, inputs['output-dir'] ?? 'sbom');
    return {
      exitCode,
      runner,
      json: JSON.parse(runner.outputs.get('json') ?? '{}'),
      summary: readFileSync(summaryFile, 'utf8'),
      written: existsSync(directory) ? readdirSync(directory).sort() : [],
    };
  };

  it.each([
    {
      name: 'a document that is none',
      before: 'notes.json',
      code: 'CONTENT_INVALID',
      says: /^notes\.json cannot be compared with\. .*CycloneDX/,
    },
    { name: 'a text', before: 'notes.txt', code: 'CONTENT_INVALID', says: /^notes\.txt .*It is not JSON/ },
    { name: 'a directory', before: 'folder', code: 'INPUT_INVALID', says: /folder.*directory/ },
    { name: 'an image that is not there', before: undefined, code: 'NOT_FOUND', says: /missing/i },
  ])('reads, writes and attaches nothing where the other side is $name', async ({ before, code, says }) => {
    registry.log.clear();
    const { exitCode, json, written } = await run(
      { image: reference, attach: 'true', 'diff-with': before ?? `${registry.host}/${REPOSITORY}:0.9` },
      { 'notes.json': '{"a":1}', 'notes.txt': 'a note', 'folder/x': '' },
    );
    expect({ exitCode, written, code: json.error.code }).toEqual({ exitCode: 1, written: [], code });
    expect(json.error.message).toMatch(says);
    expect(registry.log.lines({ path: /\/blobs\// })).toEqual([]);
  });

  it('names the other document as it was typed', async () => {
    const document = { bomFormat: 'CycloneDX', specVersion: '1.6', components: [] };
    const { json, summary } = await run(
      { image: reference, platforms: 'linux/amd64', 'diff-with': 'old/sbom.json' },
      { 'old/sbom.json': JSON.stringify(document) },
    );
    expect(json.diffWith).toBe('old/sbom.json');
    expect(summary).toContain('Compared with <code>old/sbom.json</code>: 5 added');
  });

  it('warns where it finds no package, and says what else could be meant', async () => {
    const { exitCode, runner, summary } = await run({ path: 'image.tar' }, { 'image.tar': 'something' });
    expect(exitCode).toBe(0);
    expect(summary).toContain('⚠️ image.tar holds 0 packages');
    expect(runner.annotations).toEqual([
      expect.objectContaining({ kind: 'warning', text: expect.stringContaining('docker-archive:FILE') }),
    ]);
  });

  it('says in a dry run what it would write, and not that it lies anywhere', async () => {
    const { runner, written } = await run({ image: reference, 'dry-run': 'true' });
    expect(written).toEqual([]);
    expect(runner.lines.join('\n')).not.toContain('.cdx.json');
  });
});
