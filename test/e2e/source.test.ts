import { join } from 'node:path';
import { makeReferrer } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeDockerArchive, writeLayout } from '../support/files.ts';
import { takePicture } from '../support/picture.ts';
import { makeStageImage, openStage, type Stage, VERSION, writesOf } from '../support/stage.ts';

describe('sources that are files', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.workplace.close());

  it('promotes from an OCI layout, with what is attached there', async () => {
    const image = makeStageImage('layout');
    const sbom = makeReferrer({ subject: image, artifactType: 'application/vnd.cyclonedx+json' });
    const layout = await stage.workplace.place('layout');
    await writeLayout(layout, image, VERSION, [sbom]);
    const destination = `${stage.prod.host}/prod/layout`;
    const result = await stage.promote({ source: `oci:${layout}:${VERSION}`, destination });
    expect({ exit: result.exitCode, log: result.log }).toMatchObject({ exit: 0 });
    expect(result.outputs.get('references')).toBe(`${destination}:${VERSION}@${image.digest}`);
    const picture = await takePicture({ host: stage.prod.host, name: 'prod/layout' }, VERSION);
    expect(picture).toContain(`root ${image.digest}`);
    expect(picture).toContain(`referrer ${sbom.digest} of ${image.digest} application/vnd.cyclonedx+json`);
  }, 30_000);

  it('promotes to an OCI layout and from there on, and nothing is lost', async () => {
    const layout = await stage.workplace.place('between');
    const out = await stage.promote({ source: stage.source, destination: `oci:${layout}` });
    expect({ exit: out.exitCode, log: out.log }).toMatchObject({ exit: 0 });
    const back = await stage.promote({
      source: `oci:${layout}:${VERSION}`,
      destination: `${stage.prod.host}/prod/between`,
    });
    expect({ exit: back.exitCode, log: back.log }).toMatchObject({ exit: 0 });
    expect(await takePicture({ host: stage.prod.host, name: 'prod/between' }, VERSION)).toEqual(
      await takePicture({ host: stage.dev.host, name: 'dev/api' }, VERSION),
    );
  }, 30_000);

  it('promotes what docker save wrote, to the same digest each time', async () => {
    const file = join(await stage.workplace.place('archive'), 'api.tar');
    await writeDockerArchive(file, `acme/api:${VERSION}`, [
      [{ path: 'bin/app', content: '#!/bin/sh\necho hello\n', mode: 0o755 }],
      [{ path: 'etc/app.json', content: '{}' }],
    ]);
    const promote = (name: string) =>
      stage.promote({
        source: `docker-archive:${file}`,
        destination: `${stage.prod.host}/prod/${name}`,
        tags: VERSION,
      });
    const first = await promote('archive');
    expect({ exit: first.exitCode, log: first.log }).toMatchObject({ exit: 0 });
    const second = await promote('archive-again');
    expect(second.outputs.get('digest')).toBe(first.outputs.get('digest'));
    const picture = await takePicture({ host: stage.prod.host, name: 'prod/archive' }, VERSION);
    expect(picture).toContain(`root ${first.outputs.get('digest')}`);
    expect(picture.filter((line) => line.startsWith('blob '))).toHaveLength(3);
  }, 30_000);

  it.each([
    ['a layout that is no directory', 'oci:does/not/exist:1.0.0', 'NOT_FOUND'],
    ['an archive that does not exist', 'docker-archive:missing.tar', 'NOT_FOUND'],
  ])(
    'refuses %s',
    async (_name, source, code) => {
      stage.prod.log.clear();
      const result = await stage.promote({
        source,
        destination: `${stage.prod.host}/prod/none`,
        tags: VERSION,
      });
      expect(result.exitCode).toBe(1);
      expect(result.outputs.get('error-code')).toBe(code);
      expect(writesOf(stage.prod)).toEqual([]);
    },
    30_000,
  );
});
