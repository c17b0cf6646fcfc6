import { SuiteError } from '@artifact-lifecycle/core';
import {
  loadPolicy,
  openDocument,
  type Policy,
  parseRetention,
  type Retention,
  type Source,
} from '@artifact-lifecycle/core/policy';
import { classPolicy } from './classes/class-policy.ts';
import type { RetentionEnvironments } from './classes/compiled-class.ts';
import { type EcrPolicy, MAX_ECR_POLICY_LENGTH } from './ecr/ecr-policy.ts';
import { ecrRetention } from './ecr/ecr-retention.ts';
import { readEcrPolicy } from './ecr/read-ecr-policy.ts';
import { type GooglePolicy, readGooglePolicy } from './foreign/google-policy.ts';
import { googleRetention } from './foreign/google-retention.ts';
import { type HarborPolicy, readHarborPolicy } from './foreign/harbor-policy.ts';
import { harborRetention } from './foreign/harbor-retention.ts';
import type { RetentionPolicy } from './retention-decision.ts';
import { ShapeReader } from './shape-reader.ts';

/** A retention policy as it was read, whatever its shape; {@link retentionFor} makes it one for a repository. */
export type RetentionSource =
  | {
      readonly shape: 'classes';
      readonly retention: Retention | undefined;
      readonly environments: RetentionEnvironments;
    }
  | { readonly shape: 'ecr'; readonly policy: EcrPolicy }
  | { readonly shape: 'google'; readonly policy: GooglePolicy }
  | { readonly shape: 'harbor'; readonly policy: HarborPolicy };

/** What the policy file says of retention. */
export function retentionOfPolicy(policy: Policy): RetentionSource {
  return {
    shape: 'classes',
    retention: policy.retention,
    environments: policy.environments ?? new Map(),
  };
}

/**
 * Reads the input `retention`, a text or a file: our YAML, or the policies of Amazon ECR, Google Artifact Registry
 * or Harbor as they are. The shape is told by what stands at the top.
 *
 * @param environments those of the policy file, which our classes may name.
 * @throws SuiteError `INPUT_INVALID`, `POLICY_INVALID` for a file; all mistakes with lines and columns
 */
export function readRetention(
  text: string,
  source: Source,
  environments: RetentionEnvironments = new Map(),
): RetentionSource {
  const document = openDocument(text, source);
  const shape = shapeOf(document.data);
  switch (shape) {
    case 'classes':
      return { shape, retention: parseRetention(text, source.name, source.kind), environments };
    case 'policy':
      return retentionOfPolicy(loadPolicy(text, source.name));
    case undefined:
      throw document.refuse([{ path: [], message: UNKNOWN_SHAPE }]);
    default:
      break;
  }
  const reader = new ShapeReader();
  if (shape === 'ecr' && text.length > MAX_ECR_POLICY_LENGTH) {
    const fact = `the policy is ${text.length} characters long; Amazon ECR takes at most ${MAX_ECR_POLICY_LENGTH}`;
    reader.report([], fact);
  }
  const read = readShape(shape, document.data, reader);
  if (read === undefined || reader.problems.length > 0) throw document.refuse(reader.problems);
  return read;
}

/** A policy as it is in force in one repository. @throws SuiteError `INPUT_INVALID`, `POLICY_INVALID` */
export function retentionFor(source: RetentionSource, target: string): RetentionPolicy {
  switch (source.shape) {
    case 'classes':
      return classPolicy({ ...source, target });
    case 'ecr':
      return ecrRetention(source.policy);
    case 'google':
      return googleRetention(source.policy, target);
    case 'harbor':
      return harborRetention(source.policy, target);
  }
}

const UNKNOWN_SHAPE =
  'this is no retention policy: it must have classes, or be the JSON of Amazon ECR (rules with rulePriority), ' +
  'Google Artifact Registry (a list of policies with action) or Harbor (rules with template)';

function readShape(
  shape: 'ecr' | 'google' | 'harbor',
  data: unknown,
  reader: ShapeReader,
): RetentionSource | undefined {
  switch (shape) {
    case 'ecr': {
      const policy = readEcrPolicy(data, reader);
      return policy === undefined ? undefined : { shape, policy };
    }
    case 'google': {
      const policy = readGooglePolicy(data, reader);
      return policy === undefined ? undefined : { shape, policy };
    }
    case 'harbor': {
      const policy = readHarborPolicy(data, reader);
      return policy === undefined ? undefined : { shape, policy };
    }
  }
}

function shapeOf(data: unknown): 'classes' | 'policy' | 'ecr' | 'google' | 'harbor' | undefined {
  if (Array.isArray(data)) return data.some((item) => has(item, 'action')) ? 'google' : undefined;
  if (has(data, 'classes')) return 'classes';
  if (has(data, 'rules')) return isHarbor(data) ? 'harbor' : 'ecr';
  if (has(data, 'version') || has(data, 'retention') || has(data, 'environments')) return 'policy';
  const values = isMapping(data) ? Object.values(data) : [];
  return values.length > 0 && values.every((item) => has(item, 'action')) ? 'google' : undefined;
}

function isHarbor(data: Readonly<Record<string, unknown>>): boolean {
  if (has(data, 'algorithm') || has(data, 'trigger') || has(data, 'scope')) return true;
  const rules: readonly unknown[] = Array.isArray(data['rules']) ? data['rules'] : [];
  return rules.some((rule) => has(rule, 'template') || has(rule, 'tag_selectors'));
}

function has(data: unknown, key: string): data is Readonly<Record<string, unknown>> {
  return isMapping(data) && Object.hasOwn(data, key);
}

function isMapping(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

/**
 * The policy, which there must be: from the input or from the policy file.
 *
 * @throws SuiteError `INPUT_INVALID`
 */
export function requireRetention(source: RetentionSource | undefined): RetentionSource {
  if (source !== undefined && (source.shape !== 'classes' || hasRules(source))) return source;
  throw new SuiteError('INPUT_INVALID', 'There is no retention policy.', {
    remedy: 'Write retention classes into the policy file, or give the input retention.',
  });
}

function hasRules({
  retention,
  environments,
}: Extract<RetentionSource, { readonly shape: 'classes' }>): boolean {
  return retention !== undefined || [...environments.values()].some((its) => its.retention !== undefined);
}
