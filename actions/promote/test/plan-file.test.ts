import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PromotionPlan, readPlan, writePlan } from '../src/plan-file.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

/** Nothing that may be missing is there. */
const PLAN: PromotionPlan = {
  version: 1,
  promotions: [
    {
      ...{ environment: null, source: '127.0.0.1/acme/build', tag: null, digest: DIGEST, version: null },
      destinations: [
        {
          destination: '127.0.0.1/acme/api',
          head: null,
          tags: [{ tag: '1.0.0', outcome: 'created', previous: null }],
        },
      ],
    },
  ],
};

describe('a plan file', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'plan-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('is read as it was written', async () => {
    const path = join(directory, 'plan.json');
    await writePlan(PLAN, path);
    expect(await readPlan(path)).toEqual(PLAN);
  });

  it('is none where none is', async () => {
    expect(await readPlan(join(directory, 'none.json'))).toBeUndefined();
  });

  it.each([
    { name: 'another version', text: JSON.stringify({ ...PLAN, version: 2 }) },
    { name: 'a field that is missing', text: JSON.stringify(PLAN).replace('"version":null,', '') },
    { name: 'a head that is no text', text: JSON.stringify(PLAN).replace('"head":null', '"head":1') },
    { name: 'no destinations', text: JSON.stringify(PLAN).replace('"destinations"', '"places"') },
    { name: 'no JSON', text: 'plan' },
  ])('is refused with $name', async ({ text }) => {
    const path = join(directory, 'broken.json');
    await writeFile(path, text);
    await expect(readPlan(path)).rejects.toMatchObject({ code: 'CONTENT_INVALID' });
  });
});
