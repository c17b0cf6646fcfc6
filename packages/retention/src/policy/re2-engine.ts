import { type Matcher, type RegularExpressionEngine, SuiteError } from '@artifact-lifecycle/core';
import { quote } from '@artifact-lifecycle/core/policy';
import { RE2JS } from 're2js';

/**
 * Compiles `/…/` patterns by RE2's rules: time linear in the tag, and an expression that would become too large is
 * refused, which JavaScript's own engine can do neither of.
 *
 * @throws SuiteError `INPUT_INVALID`
 */
export const re2Engine: RegularExpressionEngine = (expression): Matcher => {
  const compiled = compile(expression);
  return (value) => compiled.testExact(value);
};

function compile(expression: string): RE2JS {
  try {
    return RE2JS.compile(expression);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^error parsing regexp: /, '') : 'not valid';
    throw new SuiteError(
      'INPUT_INVALID',
      `The pattern ${quote(`/${expression}/`)} is no RE2 expression: ${quote(why).slice(1, -1)}.`,
      { remedy: 'Correct the expression, or write a glob; RE2 knows no look-around and no back references.' },
    );
  }
}
