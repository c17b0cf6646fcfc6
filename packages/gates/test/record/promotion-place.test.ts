import { describe, expect, it } from '@jest/globals';
import { foreignPromotionProblem, PROMOTION_RECORD_TYPE } from '../../src/names.ts';

const VSA = 'https://slsa.dev/verification_summary/v1';
const OWN = { id: 'https://github.com/artifact-lifecycle/artifact-lifecycle/actions/promote' };
const HERE = 'ghcr.io/acme/api';

describe('what promotions say of a place', () => {
  it.each([
    { name: 'a record of it', type: PROMOTION_RECORD_TYPE, predicate: { destination: { name: HERE } } },
    { name: 'a summary of it', type: VSA, predicate: { verifier: OWN, resourceUri: `${HERE}@sha256:0` } },
    { name: "somebody else's summary", type: VSA, predicate: { verifier: { id: 'x' }, resourceUri: 'y' } },
    { name: 'something else', type: 'https://spdx.dev/Document', predicate: { destination: { name: 'x' } } },
  ])('counts there: $name', ({ type, predicate }) => {
    expect(foreignPromotionProblem({ predicateType: type, predicate }, HERE)).toBeUndefined();
  });

  it.each([
    { name: 'a record', type: PROMOTION_RECORD_TYPE, predicate: { destination: { name: `${HERE}-dev` } } },
    { name: 'a record of nothing', type: PROMOTION_RECORD_TYPE, predicate: {} },
    { name: 'a summary', type: VSA, predicate: { verifier: OWN, resourceUri: `${HERE}-dev@sha256:0` } },
    { name: 'a summary of nothing', type: VSA, predicate: { verifier: OWN } },
  ])('does not count elsewhere: $name', ({ type, predicate }) => {
    expect(foreignPromotionProblem({ predicateType: type, predicate }, HERE)).toMatch(
      /is of ("ghcr\.io\/acme\/api-dev.*"|nothing), not of ghcr\.io\/acme\/api\.$/,
    );
  });
});
