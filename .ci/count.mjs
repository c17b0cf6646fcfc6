// Reads Jest's report: prints the time of each group of suites and what was skipped, and on the last line how many
// tests passed, failed and were skipped.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const groups = new Map();
for (const suite of report.testResults) {
  const path = relative(process.cwd(), suite.name).replaceAll('\\', '/');
  const name = path.split('/').slice(0, 2).join('/');
  const group = groups.get(name) ?? { tests: 0, seconds: 0, skipped: new Set() };
  groups.set(name, group);
  group.seconds += (suite.endTime - suite.startTime) / 1000;
  for (const test of suite.assertionResults) {
    group.tests += 1;
    if (test.status === 'pending' || test.status === 'todo')
      group.skipped.add(test.ancestorTitles[0] ?? test.title);
  }
}
for (const [name, { tests, seconds, skipped }] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
  console.log(`       ${name.padEnd(24)} ${seconds.toFixed(1).padStart(7)} s  ${tests} tests`);
  for (const title of skipped) console.log(`         skipped: ${title}`);
}
// A suite that does not load has no tests of its own, and is one failure.
const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
console.log(report.numPassedTests, failed, report.numPendingTests + report.numTodoTests);
