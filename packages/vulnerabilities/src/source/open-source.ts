import { resolve } from 'node:path';
import type { Clock } from '@artifact-lifecycle/core';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import type { AdvisorySource, ExploitationSource } from './advisory-source.ts';
import { openAdvisoryDirectory } from './directory/advisory-directory.ts';
import { createExploitationApi } from './exploitation-api.ts';
import { openExploitationFiles } from './exploitation-files.ts';
import { createGitHubApi } from './github-api.ts';
import { createOsvApi } from './osv-api.ts';

/** Where services are; each without a slash at its end. */
export interface AdvisoryUrls {
  readonly osv: string;
  readonly github: string;
  readonly epss: string;
  readonly kev: string;
}

/** The services themselves. */
export const ADVISORY_URLS: AdvisoryUrls = {
  osv: 'https://api.osv.dev',
  github: 'https://api.github.com',
  epss: 'https://api.first.org/data/v1/epss',
  kev: 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json',
};

/** Mirrors of the services, as a runner without the internet has them in its environment; GitHub is where the runner says. */
export function advisoryUrls(env: Readonly<Record<string, string | undefined>>): Partial<AdvisoryUrls> {
  const urls = {
    osv: env['OSV_API_URL'],
    github: env['GITHUB_API_URL'],
    epss: env['EPSS_API_URL'],
    kev: env['KEV_CATALOGUE_URL'],
  };
  return Object.fromEntries(
    Object.entries(urls).flatMap(([name, url]) => (url ? [[name, url.replace(/\/+$/, '')]] : [])),
  );
}

/** What sources are opened with. */
export interface AdvisoryOptions {
  readonly http: HttpClient;
  readonly clock: Clock;
  /** `osv`, `github`, or a directory of OSV records (contract: `advisories`); one of these names is written `./osv`. */
  readonly advisories: string;
  /** Where relative directories start. */
  readonly root: string;
  /** Milliseconds; of a directory (contract: `max-advisory-age`). */
  readonly maxAge?: number | undefined;
  /** For GitHub's advisories. */
  readonly token?: string | undefined;
  /** {@link ADVISORY_URLS} for what is not given: mirrors, and servers of tests. */
  readonly urls?: Partial<AdvisoryUrls> | undefined;
}

/** Who knows advisories, and who knows what is exploited. Nobody is asked before something is wanted. */
export interface AdvisorySources {
  readonly advisories: AdvisorySource;
  readonly exploitation: ExploitationSource;
}

/**
 * Opens the sources that a run asks, once for the run: what they fetch and index is kept in them.
 *
 * Beside a directory of advisories may lie EPSS scores (`epss.csv`, `epss.csv.gz`, `epss.json`) and CISA's catalogue
 * (`kev.json`); where one does not, its service is asked.
 */
export function openAdvisorySources(options: AdvisoryOptions): AdvisorySources {
  const { http, clock, advisories, maxAge, token } = options;
  const urls = { ...ADVISORY_URLS, ...options.urls };
  const services = createExploitationApi({ http, epssUrl: urls.epss, kevUrl: urls.kev });
  switch (advisories) {
    case 'osv':
      return { advisories: createOsvApi({ http, url: urls.osv }), exploitation: services };
    case 'github':
      return { advisories: createGitHubApi({ http, url: urls.github, token }), exploitation: services };
    default: {
      const directory = resolve(options.root, advisories);
      return {
        // It is called as it was named: where the workspace lies is the machine's own.
        advisories: {
          ...openAdvisoryDirectory({ directory, clock, maxAge }),
          title: `directory ${advisories}`,
        },
        exploitation: openExploitationFiles(directory, services),
      };
    }
  }
}
