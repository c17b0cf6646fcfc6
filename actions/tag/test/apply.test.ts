import { systemClock } from '@artifact-lifecycle/core';
import type { Log } from '@artifact-lifecycle/core/action';
import { createHttpClient } from '@artifact-lifecycle/core/http';
import { createConnections } from '@artifact-lifecycle/registry';
import { makeImage, makeIndex, seed, startRegistry, type TestRegistry } from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Application } from '../src/application.ts';
import { applyTags } from '../src/apply.ts';

describe('applyTags', () => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry();
  });
  afterAll(() => registry.close());

  const apply = async (
    name: string,
    isChannel: (tag: string) => boolean,
    doesVerify = false,
    onChange: (application: Application) => void = () => undefined,
  ): Promise<readonly string[]> => {
    const warnings: string[] = [];
    const clock = systemClock;
    const http = createHttpClient({ userAgent: 'test', clock, environment: {} });
    const connections = createConnections({ http, clock, credentials: [] });
    const hear = () => undefined;
    const log: Log = {
      info: hear,
      debug: hear,
      notice: hear,
      error: hear,
      mask: hear,
      group: (_, work) => work(),
      warning: (text) => void warnings.push(text),
    };
    try {
      await applyTags(
        {
          source: `${registry.host}/${name}:build`,
          tags: ['2.1.0', '2.1', 'main'],
          isChannel,
          expected: doesVerify ? { revision: 'a'.repeat(40), event: undefined, tags: [] } : undefined,
          isDryRun: false,
        },
        connections,
        { onChange },
        { clock, env: {}, signal: new AbortController().signal, log },
      );
    } finally {
      http.close();
    }
    return warnings;
  };

  it('warns of channels that let a whole version move, and of no others', async () => {
    await seed(registry, 'acme/wide', makeImage(), { tags: ['build'] });
    expect(await apply('acme/wide', (tag) => tag.startsWith('2.'))).toEqual([
      expect.stringContaining('2.1.0 is a whole version'),
    ]);
    expect(await apply('acme/wide', (tag) => tag === '2.1' || tag === 'main')).toEqual([]);
  });

  it('says of no tag that it was set where another one is refused', async () => {
    await seed(registry, 'acme/half', makeImage(), { tags: ['build'] });
    await seed(registry, 'acme/half', makeImage({ layers: ['older'] }), { tags: ['2.1', 'main'] });
    const states: unknown[] = [];
    const hear = ({ fates }: Application) =>
      void states.push(Object.fromEntries(fates.map(({ tag, outcome }) => [tag, outcome])));
    await expect(apply('acme/half', (tag) => tag === 'main', false, hear)).rejects.toMatchObject({
      code: 'TAG_EXISTS',
    });
    expect(states).toEqual([{ '2.1.0': 'unset', '2.1': 'refused', main: 'unset' }]);
  });

  it('stops at an index that names one index many times, before it has asked a thousand times', async () => {
    const inner = makeIndex(
      Array.from({ length: 90 }, (_, at) => makeIndex([], { annotations: { at: `${at}` } })),
    );
    const outer = makeIndex(Array.from({ length: 90 }, () => inner));
    await seed(registry, 'acme/deep', outer, { tags: ['build'] });
    registry.log.clear();
    await expect(apply('acme/deep', () => false, true)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(registry.log.lines({ method: 'GET' }).length).toBeLessThan(200);
  });
});
