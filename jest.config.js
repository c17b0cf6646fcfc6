/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // Half of the time is waiting for child processes and clocks: on two cores Jest would run one worker.
  maxWorkers: '100%',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'import'] },
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/{actions,packages}/*/test/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '/lib/'],
  transform: { '^.+\\.ts$': '<rootDir>/packages/tooling/jest-strip-types.mjs' },
  // Two cores may be shared with other work: a test that hangs is told from one that waits for its turn.
  testTimeout: 20_000,
  coverageProvider: 'v8',
  collectCoverageFrom: ['{actions,packages}/*/src/**/*.ts'],
};
