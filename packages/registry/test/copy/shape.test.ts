import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { shapes, signed } from './samples.ts';
import { openScene, v1 } from './scene.ts';

const roads = [
  { source: 'api', destination: 'api' },
  { source: 'api', destination: 'tag' },
  { source: 'tag', destination: 'api' },
  { source: 'tag', destination: 'tag' },
] as const;

describe.each(roads)('a copy from referrers by $source to referrers by $destination', (road) => {
  it.each(shapes)('brings %s whole, and again brings nothing', async (_name, sample) => {
    const scene = await openScene(sample, road);
    const report = await scene.copy();
    expect(scene.destination.picture(v1)).toEqual(scene.source.picture(v1));
    expect(report.digest).toBe(sample.root.digest);
    expect(report.destinations[0]?.tags).toEqual([{ tag: 'v1', outcome: 'created' }]);
    expect(report.warnings).toEqual([]);
    const written = scene.world.calls.filter((call) => / (?:WRITE|PUT) /.test(call));
    expect(new Set(written).size).toBe(written.length);
    expect(scene.world.writes.filter((call) => call.startsWith('source.test'))).toEqual([]);
    scene.world.calls.length = 0;
    const again = await scene.copy();
    expect(scene.world.writes).toEqual([]);
    expect(again.destinations[0]?.tags).toEqual([{ tag: 'v1', outcome: 'same' }]);
    expect(again.statistics).toEqual({
      bytesCopied: 0,
      blobsCopied: 0,
      blobsMounted: 0,
      blobsSkipped: 0,
      manifestsCopied: 0,
    });
  });

  it('leaves no tag with incomplete content, wherever it is killed, and the next run completes it', async () => {
    const whole = await openScene(signed, road);
    await whole.copy();
    const wanted = whole.source.picture(v1);
    const requests = whole.world.calls.length;
    expect(requests).toBeGreaterThan(50);
    for (let nth = 1; nth <= requests; nth++) {
      for (const when of ['before', 'after'] as const) {
        const scene = await openScene(signed, road);
        scene.world.killAt(nth, when);
        await expect(scene.copy()).rejects.toMatchObject({ code: 'UNREACHABLE' });
        scene.world.heal();
        if (scene.destination.tags.has(v1)) expect(scene.destination.picture(v1)).toEqual(wanted);
        const report = await scene.copy();
        expect(scene.destination.picture(v1)).toEqual(wanted);
        expect(report.destinations[0]?.error).toBeUndefined();
      }
    }
  });

  it('survives several kills in a row, of any shape, in any order of steps', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...shapes.map(([, sample]) => sample)),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.boolean()), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 8 }),
        async (sample, kills, concurrency) => {
          const scene = await openScene(sample, road);
          const wanted = scene.source.picture(v1);
          for (const [nth, before] of kills) {
            scene.world.killAt(nth, before ? 'before' : 'after');
            await scene.copy({}, { concurrency }).catch((error: unknown) => {
              expect(error).toMatchObject({ code: 'UNREACHABLE' });
            });
            scene.world.heal();
            if (scene.destination.tags.has(v1)) expect(scene.destination.picture(v1)).toEqual(wanted);
          }
          await scene.copy({}, { concurrency });
          expect(scene.destination.picture(v1)).toEqual(wanted);
        },
      ),
      { numRuns: 25 },
    );
  });
});
