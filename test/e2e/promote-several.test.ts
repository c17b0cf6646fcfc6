import { makeImage, randomLayer, seed, startRegistry, type TestRegistry } from '@artifact-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import { runAction } from '../support/runner.ts';
import { jsonOf } from '../support/stage.ts';

const BASE = [0, 1, 2].map((layer) => randomLayer(`base ${layer}`, 30_000));
const NAMES = Array.from({ length: 24 }, (_, at) => `app${at}`);

describe('several images in one call, into no environment', () => {
  let workplace: Workplace;
  let dev: TestRegistry;
  let prod: TestRegistry;
  beforeEach(async () => {
    workplace = await openWorkplace('e2e');
    dev = await startRegistry({ referrers: 'none' });
    workplace.onClose(() => dev.close());
    prod = await startRegistry({ referrers: 'none' });
    workplace.onClose(() => prod.close());
    for (const name of NAMES) {
      const image = makeImage({
        layers: [...BASE, randomLayer(name, 5000), randomLayer(`${name} app`, 5000)],
      });
      await seed(dev, `dev/${name}`, image, { tags: ['1.0.0'] });
    }
  });
  afterEach(() => workplace.close());

  const promote = async () =>
    runAction('promote', {
      inputs: {
        source: NAMES.map((name) => `${dev.host}/dev/${name}:1.0.0`).join('\n'),
        destination: `${prod.host}/prod/`,
      },
      directory: await workplace.place('job'),
    });
  const promoted = () => NAMES.filter((name) => prod.store.manifest(`prod/${name}`, '1.0.0') !== undefined);

  it('are promoted together: what they share is read and sent once, and mounted for the others', async () => {
    const result = await promote();
    expect(result.exitCode).toBe(0);
    expect(promoted()).toEqual(NAMES);
    for (const { descriptor } of BASE) {
      expect(dev.log.count({ method: 'GET', path: new RegExp(`/blobs/${descriptor.digest}$`) })).toBe(1);
    }
    const own = NAMES.length * 3;
    expect(prod.log.count({ method: 'PUT', path: /\/blobs\// })).toBe(BASE.length + own);
    expect(prod.log.count({ method: 'POST', when: ({ query }) => query.has('mount') })).toBe(
      BASE.length * (NAMES.length - 1),
    );
    expect(prod.log.count({ method: 'HEAD', path: /\/blobs\// })).toBe(BASE.length + own);
    expect(jsonOf(result)).toMatchObject({ blobsCopied: BASE.length + own });
    // What was promoted once is looked at: two requests an image, and one to learn that there are no referrers.
    for (const { log } of [dev, prod]) log.clear();
    expect((await promote()).exitCode).toBe(0);
    expect(prod.log.count()).toBe(NAMES.length);
    expect(dev.log.count()).toBe(NAMES.length * 3);
  }, 60_000);

  it('are told of where one fails, and the next run completes them', async () => {
    const fault = prod.faults.add(
      { method: 'PUT', path: /^\/v2\/prod\/app3\/manifests\// },
      { kind: 'answer', status: 403, body: '{"errors":[{"code":"DENIED","message":"no"}]}' },
    );
    const result = await promote();
    fault.remove();
    expect(result.exitCode).toBe(1);
    const { promotions } = jsonOf(result) as {
      promotions: readonly { state: string; destinations: readonly string[] }[];
    };
    const told = promotions.map(
      ({ state, destinations }) => `${destinations[0]?.split('/').at(-1)} ${state}`,
    );
    expect(told[3]).toBe('app3 failed');
    expect(promotions.filter(({ state }) => state === 'failed')).toHaveLength(1);
    expect(told.filter((line) => line.endsWith(' promoted'))).toEqual(
      promoted().map((name) => `${name} promoted`),
    );
    expect(told).toHaveLength(NAMES.length);
    expect((await promote()).exitCode).toBe(0);
    expect(promoted()).toEqual(NAMES);
  }, 60_000);
});
