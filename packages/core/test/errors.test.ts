import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES, isSuiteError, SuiteError } from '../src/errors.ts';

describe('an error of the suite', () => {
  it('has the remedy of its code where it has none of its own', () => {
    expect(new SuiteError('TAG_EXISTS', 'Fact.').remedy).toBe(ERROR_CODES.TAG_EXISTS.remedy);
    expect(new SuiteError('TAG_EXISTS', 'Fact.', { remedy: 'Do this.' }).remedy).toBe('Do this.');
  });

  it.each(Object.entries(ERROR_CODES))(
    '%s says what it means and what to do, in sentences',
    (_, { meaning, remedy }) => {
      for (const sentence of [meaning, remedy]) expect(sentence).toMatch(/^[A-Z].*\.$/);
    },
  );

  it.each([
    ['of any code', new SuiteError('INTERNAL', 'x'), [], true],
    ['of one of several', new SuiteError('INTERNAL', 'x'), ['NOT_FOUND', 'INTERNAL'], true],
    ['of another code', new SuiteError('INTERNAL', 'x'), ['NOT_FOUND'], false],
    ['that is none', new Error('x'), [], false],
  ] as const)('is told from others: %s', (_, error, codes, expected) => {
    expect(isSuiteError(error, ...codes)).toBe(expected);
  });
});
