export { type FileRemedies, readBoundedFile } from './bounded-file.ts';
export { cancellationOf, onAbort, throwIfCancelled, unlessCancelled } from './cancellation.ts';
export { type Clock, systemClock } from './clock.ts';
export {
  ERROR_CODES,
  type ErrorCode,
  type ErrorDetails,
  type FilePosition,
  isSuiteError,
  SuiteError,
} from './errors.ts';
export { findFiles } from './file-search.ts';
export { nearest } from './nearest.ts';
export {
  compilePattern,
  MAX_PATTERN_LENGTH,
  type Matcher,
  patternProblem,
  type RegularExpressionEngine,
  regularExpressionOf,
} from './pattern.ts';
export { Secret } from './secret.ts';
