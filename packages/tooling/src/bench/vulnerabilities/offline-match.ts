import { systemClock } from '@artifact-lifecycle/core';
import {
  componentsOfPurls,
  matchAdvisories,
  openAdvisoryDirectory,
} from '@artifact-lifecycle/vulnerabilities';
import { makePurls } from './generated-records.ts';
import type { MatchResources } from './report.ts';

// `offline-match.js DIRECTORY PACKAGES`: indexes a directory and holds packages against it, in this process alone, and
// prints what that took as JSON.

const [directory = '', packages = '1000'] = process.argv.slice(2);
const { signal } = new AbortController();
const { components } = componentsOfPurls(makePurls(Number(packages)));
const source = openAdvisoryDirectory({ directory, clock: systemClock });

const begin = performance.now();
const index = await source.index({ signal });
const indexed = performance.now();
const candidates = await source.find(components, { signal });
const read = performance.now();
const { findings } = matchAdvisories(candidates);
const matched = performance.now();

const resources: MatchResources = {
  records: index.records,
  packages: components.length,
  candidates: candidates.reduce((sum, { advisories }) => sum + advisories.length, 0),
  findings: findings.length,
  indexSeconds: (indexed - begin) / 1000,
  readSeconds: (read - indexed) / 1000,
  matchSeconds: (matched - read) / 1000,
  // Kibibytes.
  memory: process.resourceUsage().maxRSS * 1024,
};
console.log(JSON.stringify(resources));
