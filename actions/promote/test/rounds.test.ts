import { type Digest, digestOf, parseLocation } from '@artifact-lifecycle/registry';
import { describe, expect, it } from '@jest/globals';
import type { PlannedPromotion } from '../src/preparation.ts';
import { formRounds } from '../src/rounds.ts';
import { judgedPromotion } from './support/judged.ts';

/** `production` comes into an environment, `oci:…` into a directory, anything else into a registry. */
function promotionTo(place: string): PlannedPromotion {
  const digest: Digest = digestOf(Buffer.from(place), 'sha256');
  const judged = judgedPromotion(digest);
  const isStation = place === 'production';
  const location = parseLocation(isStation ? 'ghcr.io/acme/api' : place, 'test');
  const to = isStation ? { name: place, environment: {} } : undefined;
  return {
    ...judged,
    request: { ...judged.request, to: to as PlannedPromotion['request']['to'] },
    plan: { destinations: [{ registry: { location } }] } as unknown as PlannedPromotion['plan'],
  };
}

describe('what is carried out at the same time', () => {
  it.each<[string, readonly string[], readonly number[]]>([
    ['nothing', [], []],
    ['copies between registries', ['ghcr.io/a/a', 'ghcr.io/a/b', 'ghcr.io/a/a'], [3]],
    ['not what comes into environments', ['production', 'production'], [1, 1]],
    ['not what is asked for after an environment', ['ghcr.io/a/a', 'production', 'ghcr.io/a/b'], [1, 1, 1]],
    ['not what is written to a directory', ['oci:a', 'oci:a', 'ghcr.io/a/a', 'ghcr.io/a/b'], [1, 1, 2]],
  ])('is %s', (_name, places, sizes) => {
    const ready = places.map(promotionTo);
    const rounds = formRounds(ready);
    expect(rounds.map((round) => round.length)).toEqual(sizes);
    expect(rounds.flat()).toEqual(ready);
  });
});
