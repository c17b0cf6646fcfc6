import type { Json } from './account-view.ts';

/** What a member of a body may be: GitHub's description in the few words that these routes need. */
export interface MemberForm {
  readonly type: 'string' | 'boolean' | 'object' | 'strings' | 'object-or-string';
  readonly isRequired?: boolean;
  readonly enum?: readonly string[];
  readonly maxLength?: number;
  readonly pattern?: string;
}

/** The members a body may have; others are refused, though GitHub passes over them: a test must see them. */
export type BodyForm = Readonly<Record<string, MemberForm>>;

const STATES = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success'];
const DIGEST: MemberForm = {
  type: 'string',
  isRequired: true,
  maxLength: 71,
  pattern: '^sha256:[a-f0-9]{64}$',
};
const REPOSITORY: MemberForm = { type: 'string', maxLength: 100, pattern: '^[A-Za-z0-9.\\-_]+$' };

/** `POST /repos/{owner}/{repo}/deployments`. */
export const DEPLOYMENT_FORM: BodyForm = {
  ref: { type: 'string', isRequired: true },
  task: { type: 'string' },
  auto_merge: { type: 'boolean' },
  required_contexts: { type: 'strings' },
  payload: { type: 'object-or-string' },
  environment: { type: 'string' },
  description: { type: 'string' },
  transient_environment: { type: 'boolean' },
  production_environment: { type: 'boolean' },
};

/** `POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses`; GitHub Docs bound the description. */
export const DEPLOYMENT_STATUS_FORM: BodyForm = {
  state: { type: 'string', isRequired: true, enum: STATES },
  target_url: { type: 'string' },
  log_url: { type: 'string' },
  description: { type: 'string', maxLength: 140 },
  environment: { type: 'string' },
  environment_url: { type: 'string' },
  auto_inactive: { type: 'boolean' },
};

/** `POST /orgs/{org}/artifacts/metadata/storage-record`. */
export const STORAGE_RECORD_FORM: BodyForm = {
  name: { type: 'string', isRequired: true, maxLength: 256 },
  digest: DIGEST,
  version: { type: 'string', maxLength: 100 },
  artifact_url: { type: 'string', maxLength: 152, pattern: '^https://' },
  path: { type: 'string', maxLength: 512 },
  registry_url: { type: 'string', isRequired: true, maxLength: 256, pattern: '^https://' },
  repository: { type: 'string', maxLength: 128 },
  status: { type: 'string', enum: ['active', 'eol', 'deleted'] },
  github_repository: REPOSITORY,
  return_records: { type: 'boolean' },
};

/** `POST /orgs/{org}/artifacts/metadata/deployment-record`, but for tags and risks. */
export const DEPLOYMENT_RECORD_FORM: BodyForm = {
  name: { type: 'string', isRequired: true, maxLength: 256 },
  digest: DIGEST,
  version: { type: 'string', maxLength: 100 },
  status: { type: 'string', isRequired: true, enum: ['deployed', 'decommissioned'] },
  logical_environment: { type: 'string', isRequired: true, maxLength: 128 },
  physical_environment: { type: 'string', maxLength: 128 },
  cluster: { type: 'string', maxLength: 128 },
  deployment_name: { type: 'string', isRequired: true, maxLength: 256 },
  tags: { type: 'object' },
  github_repository: REPOSITORY,
  return_records: { type: 'boolean' },
};

/** A fault of a body, as `validation-error` lists it. */
export interface BodyFault {
  readonly resource: string;
  readonly field: string;
  readonly code: 'missing_field' | 'invalid' | 'unknown_field';
}

/** What is wrong with a body. */
export function findBodyFaults(form: BodyForm, body: Json, resource: string): readonly BodyFault[] {
  const missing = Object.entries(form)
    .filter(([field, { isRequired }]) => isRequired === true && body[field] === undefined)
    .map(([field]): BodyFault => ({ resource, field, code: 'missing_field' }));
  const others = Object.entries(body).flatMap(([field, value]): readonly BodyFault[] => {
    const member = Object.hasOwn(form, field) ? form[field] : undefined;
    if (member === undefined) return [{ resource, field, code: 'unknown_field' }];
    return isOfForm(value, member) ? [] : [{ resource, field, code: 'invalid' }];
  });
  return [...missing, ...others];
}

function isOfForm(value: unknown, { type, enum: allowed, maxLength, pattern }: MemberForm): boolean {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'object':
      return isObject;
    case 'object-or-string':
      return isObject || typeof value === 'string';
    case 'strings':
      return Array.isArray(value) && value.every((each) => typeof each === 'string');
    case 'string':
      return (
        typeof value === 'string' &&
        (allowed === undefined || allowed.includes(value)) &&
        (maxLength === undefined || value.length <= maxLength) &&
        (pattern === undefined || new RegExp(pattern).test(value))
      );
  }
}
