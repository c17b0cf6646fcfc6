import type { Answer } from '../registry/answer.ts';
import type { Exchange } from '../registry/exchange.ts';
import { type Service, startService } from '../sigstore/service.ts';
import { answerEpss, answerKev } from './exploitation.ts';
import { answerAdvisories } from './github-advisories.ts';
import type { AdvisoryServicesOptions } from './options.ts';
import { answerBatch, answerQuery, answerRecord } from './osv.ts';

/** OSV's API, GitHub's advisories, EPSS and KEV on one port of 127.0.0.1: they refuse what the real ones refuse. */
export interface AdvisoryServices extends Service {
  /** Base addresses, for whoever asks: each without a slash at its end. */
  readonly urls: {
    readonly osv: string;
    readonly github: string;
    readonly epss: string;
    readonly kev: string;
  };
}

const EPSS_PATH = '/data/v1/epss';
const KEV_PATH = '/sites/default/files/feeds/known_exploited_vulnerabilities.json';
const RECORD = /^\/v1\/vulns\/([^/]+)$/;

/** Starts the services; records are read at each request, so that a test may add to its list. */
export async function startAdvisoryServices(
  options: AdvisoryServicesOptions = {},
): Promise<AdvisoryServices> {
  const find = (exchange: Exchange): (() => Answer | Promise<Answer>) | undefined => {
    const { method, path } = exchange;
    if (method === 'POST' && path === '/v1/querybatch') return () => answerBatch(exchange, options);
    if (method === 'POST' && path === '/v1/query') return () => answerQuery(exchange, options);
    if (method !== 'GET') return undefined;
    const [, id] = RECORD.exec(path) ?? [];
    if (id !== undefined) return () => answerRecord(id, options);
    if (path === '/advisories') return () => answerAdvisories(exchange, options);
    if (path === EPSS_PATH) return () => answerEpss(exchange, options);
    if (path === KEV_PATH) return () => answerKev(options);
    return undefined;
  };
  const service = await startService(find);
  const { url } = service;
  return {
    ...service,
    urls: { osv: url, github: url, epss: `${url}${EPSS_PATH}`, kev: `${url}${KEV_PATH}` },
  };
}
