export { type Clock, systemClock } from './clock.ts';
export { ERROR_CODES, type ErrorCode, type ErrorDetails, type FilePosition, isSuiteError, SuiteError } from './errors.ts';
