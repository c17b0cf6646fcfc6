import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digestOfTag, takePicture } from '../support/picture.ts';
import {
  jsonOf,
  makeStageImage,
  openStage,
  type Stage,
  seedImage,
  VERSION,
  writesOf,
} from '../support/stage.ts';

describe('tags at the destination', () => {
  let stage: Stage;
  let newer: string;
  beforeAll(async () => {
    stage = await openStage();
    const image = makeStageImage('newer');
    await seedImage(stage.dev, 'dev/api', image, '1.1.0');
    newer = image.digest;
  });
  afterAll(() => stage.workplace.close());

  const at = (name: string) => ({ host: stage.prod.host, name });
  const publish = async (name: string, tags: string): Promise<void> => {
    const { exitCode, log } = await stage.promote({
      source: stage.source,
      destination: `${stage.prod.host}/${name}`,
      tags,
    });
    if (exitCode !== 0) throw new Error(log);
  };
  const next = (): string => stage.source.replace(VERSION, '1.1.0');

  it('refuses to move a published tag, naming both digests', async () => {
    await publish('prod/fixed', VERSION);
    stage.prod.log.clear();
    const result = await stage.promote({
      source: next(),
      destination: `${stage.prod.host}/prod/fixed`,
      tags: VERSION,
    });
    expect(result.exitCode).toBe(1);
    expect(result.outputs.get('error-code')).toBe('TAG_EXISTS');
    expect(jsonOf(result)).toMatchObject({
      error: {
        message: expect.stringContaining(stage.image.digest),
        remedy: expect.stringContaining('channels'),
      },
    });
    expect(jsonOf(result)).toMatchObject({ error: { message: expect.stringContaining(newer) } });
    expect(writesOf(stage.prod)).toEqual([]);
    expect(await digestOfTag(at('prod/fixed'), VERSION)).toBe(stage.image.digest);
  }, 30_000);

  it('sets no tag where one of several may not move', async () => {
    await publish('prod/partly', VERSION);
    stage.prod.log.clear();
    const result = await stage.promote({
      source: next(),
      destination: `${stage.prod.host}/prod/unused\n${stage.prod.host}/prod/partly`,
      tags: `1.1.0\n${VERSION}`,
    });
    expect(result.outputs.get('error-code')).toBe('TAG_EXISTS');
    expect(writesOf(stage.prod)).toEqual([]);
    expect(await digestOfTag(at('prod/partly'), '1.1.0')).toBeUndefined();
  }, 30_000);

  it('moves a tag that is a channel, and no other', async () => {
    await publish('prod/channel', `${VERSION}\nlatest\n1`);
    const result = await stage.promote({
      source: next(),
      destination: `${stage.prod.host}/prod/channel`,
      tags: '1.1.0\nlatest\n1',
      channels: 'latest\n1',
    });
    expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
    for (const tag of ['latest', '1', '1.1.0'])
      expect(await digestOfTag(at('prod/channel'), tag)).toBe(newer);
    expect(await digestOfTag(at('prod/channel'), VERSION)).toBe(stage.image.digest);
    expect(result.summary).toMatch(/moved/i);
  }, 30_000);

  it('takes only the digest it resolved when the tag moves at the source meanwhile', async () => {
    const wanted = await takePicture({ host: stage.dev.host, name: 'dev/api' }, VERSION);
    await seedImage(stage.dev, 'dev/moving', stage.image, VERSION);
    const moving = stage.dev.faults.add(
      { method: 'GET', path: /^\/v2\/dev\/moving\/blobs\//, nth: 1 },
      {
        kind: 'hook',
        run: async () => {
          await seedImage(stage.dev, 'dev/moving', makeStageImage('moved meanwhile'), VERSION);
        },
      },
    );
    const result = await stage.promote({
      source: `${stage.dev.host}/dev/moving:${VERSION}`,
      destination: `${stage.prod.host}/prod/resolved`,
    });
    moving.remove();
    expect(moving.hits).toBe(1);
    expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
    expect(result.outputs.get('digest')).toBe(stage.image.digest);
    expect(await takePicture(at('prod/resolved'), VERSION)).toEqual(wanted);
  }, 30_000);

  it('fails loudly when someone else sets the tag at the same moment', async () => {
    await seedImage(stage.prod, 'prod/raced', makeStageImage('newer'), 'other');
    const racing = stage.prod.faults.add(
      { method: 'PUT', path: `/v2/prod/raced/manifests/${VERSION}`, nth: 1 },
      {
        kind: 'hook',
        at: 'answer',
        run: async () => {
          const other = stage.prod.store.manifest('prod/raced', 'other');
          if (other !== undefined) await stage.prod.store.putTag('prod/raced', VERSION, other.digest);
        },
      },
    );
    const result = await stage.promote({
      source: stage.source,
      destination: `${stage.prod.host}/prod/raced`,
    });
    racing.remove();
    expect(racing.hits).toBe(1);
    expect(result.exitCode).toBe(1);
    expect(result.outputs.get('error-code')).toBe('PLAN_STALE');
    expect(jsonOf(result)).toMatchObject({ error: { message: expect.stringContaining(newer) } });
  }, 30_000);
});
