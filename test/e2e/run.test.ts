import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { takePicture } from '../support/picture.ts';
import { jsonOf, openStage, REPOSITORY, type Stage, VERSION, writesOf } from '../support/stage.ts';

const OUTPUTS = ['promoted', 'digest', 'references', 'gates', 'matrix', 'statistics', 'json'];

describe('a promotion as the runner sees it', () => {
  let stage: Stage;
  let wanted: readonly string[];
  beforeAll(async () => {
    stage = await openStage();
    wanted = await takePicture({ host: stage.dev.host, name: REPOSITORY }, VERSION);
  });
  afterAll(() => stage.workplace.close());

  const pictureAt = (name: string, tag = VERSION): Promise<readonly string[]> =>
    takePicture({ host: stage.prod.host, name }, tag);

  it('copies everything, and says so in outputs, summary and log', async () => {
    const destination = `${stage.prod.host}/prod/told`;
    const result = await stage.promote({ source: stage.source, destination });
    expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
    expect([...result.outputs.keys()].toSorted()).toEqual(OUTPUTS.toSorted());
    const reference = `${destination}:${VERSION}@${stage.image.digest}`;
    expect(Object.fromEntries(result.outputs)).toMatchObject({
      promoted: 'true',
      digest: stage.image.digest,
      references: reference,
    });
    const statistics = JSON.parse(result.outputs.get('statistics') ?? '{}');
    expect(Object.keys(statistics).toSorted()).toEqual(
      ['blobsMounted', 'blobsSkipped', 'bytesCopied', 'requests', 'seconds'].toSorted(),
    );
    expect(jsonOf(result)).toMatchObject({ promoted: true, digest: stage.image.digest, statistics });

    expect(result.summary).toContain(stage.image.digest);
    // Dots are written as entities there, so that GitHub makes no links of names.
    expect(result.summary.replaceAll('&#46;', '.')).toContain(`<code>${destination}:${VERSION}</code>`);
    expect(result.summary.trimStart()).toMatch(/^###? /);
    expect(result.log).toContain(stage.image.digest);
    expect(await pictureAt('prod/told')).toEqual(wanted);
  }, 30_000);

  it('counts what it did as the registries count it', async () => {
    stage.dev.log.clear();
    stage.prod.log.clear();
    const result = await stage.promote({
      source: stage.source,
      destination: `${stage.prod.host}/prod/counted`,
    });
    const statistics = JSON.parse(result.outputs.get('statistics') ?? '{}');
    const sizes = stage.prod.store.blobs('prod/counted').reduce((sum, { size }) => sum + size, 0);
    expect(statistics).toMatchObject({
      requests: stage.dev.log.count() + stage.prod.log.count(),
      bytesCopied: sizes,
      blobsMounted: 0,
      blobsSkipped: 0,
    });
    // registry.md §0: two requests a new blob, and each digest once.
    const uploads = stage.prod.log.lines({ method: ['POST', 'PUT', 'PATCH'], path: /\/blobs\// });
    expect(uploads).toHaveLength(2 * stage.prod.store.blobs('prod/counted').length);
  }, 30_000);

  it('does nothing where everything is there, and succeeds', async () => {
    const inputs = { source: stage.source, destination: `${stage.prod.host}/prod/twice` };
    await stage.promote(inputs);
    stage.prod.log.clear();
    const again = await stage.promote(inputs);
    expect(again.exitCode).toBe(0);
    expect(writesOf(stage.prod)).toEqual([]);
    expect(Object.fromEntries(again.outputs)).toMatchObject({ promoted: 'true', digest: stage.image.digest });
    expect(JSON.parse(again.outputs.get('statistics') ?? '{}')).toMatchObject({ bytesCopied: 0 });
  }, 30_000);

  it('writes nothing in a dry run, and has the outputs of the real one', async () => {
    const inputs = { source: stage.source, destination: `${stage.prod.host}/prod/tried` };
    stage.prod.log.clear();
    stage.dev.log.clear();
    const dry = await stage.promote({ ...inputs, 'dry-run': 'true' });
    expect({ exit: dry.exitCode, log: dry.log }).toMatchObject({ exit: 0 });
    const written = stage.prod.log.lines({ method: ['POST', 'PUT', 'PATCH', 'DELETE'] });
    expect([...written, ...stage.dev.log.lines({ method: ['POST', 'PUT', 'PATCH', 'DELETE'] })]).toEqual([]);
    expect(stage.prod.store.repositories()).not.toContain('prod/tried');

    const real = await stage.promote(inputs);
    expect([...dry.outputs.keys()].toSorted()).toEqual([...real.outputs.keys()].toSorted());
    for (const name of ['digest', 'references']) expect(dry.outputs.get(name)).toBe(real.outputs.get(name));
    expect(dry.summary).toMatch(/would/i);
    expect(real.summary).not.toMatch(/would/i);
  }, 30_000);

  it('copies to several repositories and tags in one run', async () => {
    const first = `${stage.prod.host}/eu/api`;
    const second = `${stage.prod.host}/us/api`;
    const result = await stage.promote({
      source: stage.source,
      destination: `${first}\n# a region that came later\n${second}`,
      tags: '1.0.0\n1.0.0-a1b2c3d',
    });
    expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
    expect(result.outputs.get('references')?.split('\n').toSorted()).toEqual(
      [first, second]
        .flatMap((name) => ['1.0.0', '1.0.0-a1b2c3d'].map((tag) => `${name}:${tag}@${stage.image.digest}`))
        .toSorted(),
    );
    for (const name of ['eu/api', 'us/api']) {
      expect(await pictureAt(name)).toEqual(wanted);
      expect(await pictureAt(name, '1.0.0-a1b2c3d')).toEqual(wanted);
    }
  }, 30_000);

  it('leaves what is attached where it is told to', async () => {
    const result = await stage.promote({
      source: stage.source,
      destination: `${stage.prod.host}/prod/bare`,
      referrers: 'none',
    });
    expect(result.exitCode).toBe(0);
    const picture = await pictureAt('prod/bare');
    expect(picture.filter((line) => /^(referrer|cosign) /.test(line))).toEqual([]);
    expect(picture).toEqual(expect.arrayContaining([`root ${stage.image.digest}`]));
  }, 30_000);

  it('writes no summary where none is wanted', async () => {
    const result = await stage.promote({
      source: stage.source,
      destination: `${stage.prod.host}/prod/silent`,
      summary: 'false',
    });
    expect(result.exitCode).toBe(0);
    expect(result.summary).toBe('');
  }, 30_000);

  const older = findNode(20);
  const itOnNode20 = older === undefined ? it.skip : it;
  itOnNode20(
    `runs on ${older === undefined ? 'Node 20 (skipped: there is none)' : 'Node 20, which GitHub still starts on ARM32'}`,
    async () => {
      const destination = `${stage.prod.host}/prod/node20`;
      const result = await stage.promote({ source: stage.source, destination }, { node: older });
      expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
      expect(await pictureAt('prod/node20')).toEqual(wanted);
    },
    30_000,
  );
});

/** Finds a Node of a major version in the path, beside the one that npm puts there. */
function findNode(major: number): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => join(directory, process.platform === 'win32' ? 'node.exe' : 'node'))
    .find((file) => {
      if (!existsSync(file)) return false;
      return execFileSync(file, ['--version'], { encoding: 'utf8' }).startsWith(`v${major}.`);
    });
}
