/** `owner/name`, the file, and where it was taken from: a ref, or a commit. A file's name has no slash, a ref has. */
const WORKFLOW_REF =
  /^([^/@\s]{1,100}\/[^/@\s]{1,100})\/(\.github\/workflows\/[^/]{1,255}?)@(refs\/[^\s]{1,1024}|[0-9a-f]{40}|[0-9a-f]{64})$/;

/** A workflow as claims name it. */
export interface WorkflowReference {
  readonly repository: string;
  readonly path: string;
  readonly ref: string;
}

/** Takes `owner/name/.github/workflows/x.yml@ref` apart, also where the ref has an `@` itself; `undefined` for others. */
export function parseWorkflowRef(text: string): WorkflowReference | undefined {
  const [, repository, path, ref] = WORKFLOW_REF.exec(text) ?? [];
  return repository === undefined || path === undefined || ref === undefined
    ? undefined
    : { repository, path, ref };
}

/** The path of a workflow as provenance has it: where it lies in another repository than the source, behind its name. */
export function pathFrom({ repository, path }: WorkflowReference, source: string): string {
  return repository === source ? path : `${repository}/${path}`;
}
