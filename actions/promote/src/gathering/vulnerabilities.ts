import type { Gatherer } from './scene.ts';

export const gatherVulnerabilities: Gatherer<'vulnerabilities'> = async () => ({
  verdict: 'error',
  reason: 'x',
  evidence: {},
});
