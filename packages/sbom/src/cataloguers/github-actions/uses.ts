import { asText, field, isJsonObject, type JsonObject, listField, objectField } from '../json.ts';
import { parseYaml } from '../yaml.ts';

/** What a workflow or an action uses. */
export interface Use {
  /** `actions/cache/save@v3`, `docker://alpine:3.20`. */
  readonly value: string;
  /** The comment behind it, in which people say which version a commit is. */
  readonly comment: string | undefined;
}

/** The most uses read of one file; a workflow has at most 256 jobs. */
const MAX_USES = 10_000;

/**
 * Reads what a workflow (`jobs.*.uses`, `jobs.*.steps[*].uses`) or an action (`runs.steps[*].uses`, `runs.image`)
 * uses, in order, each once.
 *
 * @throws SuiteError `CONTENT_INVALID`, `LIMIT_EXCEEDED`
 */
export function readUses(text: string): readonly Use[] {
  const [document] = parseYaml(text);
  if (!isJsonObject(document)) return [];
  const runs = objectField(document, 'runs');
  const jobs = Object.values(objectField(document, 'jobs')).filter(isJsonObject);
  const values = [
    ...jobs.flatMap((job) => [field(job, 'uses'), ...usesOfSteps(job)]),
    ...usesOfSteps(runs),
    field(runs, 'image'),
  ].flatMap((value) => asText(value) ?? []);
  const comments = readComments(text);
  return [...new Set(values)].slice(0, MAX_USES).map((value) => ({ value, comment: comments.get(value) }));
}

function usesOfSteps(parent: JsonObject): readonly unknown[] {
  return listField(parent, 'steps').flatMap((step) => (isJsonObject(step) ? [field(step, 'uses')] : []));
}

/** Comments by the value before them; the first of each. */
function readComments(text: string): ReadonlyMap<string, string> {
  const comments = new Map<string, string>();
  for (const line of text.split('\n')) {
    const hash = line.indexOf(' #');
    const uses = line.indexOf('uses:');
    if (uses === -1 || hash < uses) continue;
    const value = line
      .slice(uses + 'uses:'.length, hash)
      .trim()
      .replace(/^["']|["']$/g, '');
    if (!comments.has(value)) comments.set(value, line.slice(hash + 2).trim());
  }
  return comments;
}
