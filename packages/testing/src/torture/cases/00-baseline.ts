import { REFERRERS } from '../images.ts';
import type { Scenario } from '../scenario.ts';

/** What every client can do where nothing goes wrong: without these a failure below would say nothing. */
export const BASELINE: readonly Scenario[] = [
  {
    id: '0a',
    name: 'copies an index with its platforms',
    source: 'distribution-spec',
    outcome: 'copied',
  },
  {
    id: '0b',
    name: 'carries what refers to the image and to its platforms, by the API',
    source: 'distribution-spec, "Listing Referrers"',
    referrers: REFERRERS,
    outcome: 'copied',
  },
  {
    id: '0c',
    name: 'logs in with a user name and password',
    source: 'RFC 7617',
    login: true,
    outcome: 'copied',
  },
];
