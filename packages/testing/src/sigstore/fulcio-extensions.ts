import type { Extension } from './certificate.ts';
import { derUtf8 } from './der.ts';
import type { JsonObject } from './service.ts';

/** Sigstore's arc: extension N is `1.3.6.1.4.1.57264.1.N`. */
const ARC = '1.3.6.1.4.1.57264.1';

/** Extensions up to this one hold raw text, later ones a DER UTF8String (fulcio, "oid-info"). */
const LAST_RAW = 6;

/** Where the repositories of the tokens are: what Fulcio's configuration says for GitHub. */
const SERVER = 'https://github.com';

/** Extensions by number; a text is written as that number is written, bytes as they are, `null` removes it. */
export type ExtensionChanges = Readonly<Record<number, string | Uint8Array | null>>;

/** The extensions of a token of GitHub (fulcio, "config/identity/config.yaml"), in the order of their numbers. */
export function writeExtensions(claims: JsonObject, changes: ExtensionChanges = {}): readonly Extension[] {
  const values = new Map<number, string | Uint8Array>();
  for (const [number, value] of githubValues(claims)) if (value !== '') values.set(number, value);
  for (const [number, value] of Object.entries(changes)) {
    if (value === null) values.delete(Number(number));
    else values.set(Number(number), value);
  }
  return [...values]
    .sort(([a], [b]) => a - b)
    .map(([number, value]) => ({
      oid: `${ARC}.${number}`,
      value: typeof value !== 'string' ? value : number <= LAST_RAW ? Buffer.from(value) : derUtf8(value),
    }));
}

function githubValues(claims: JsonObject): readonly (readonly [number, string])[] {
  const claim = (name: string): string => {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    return typeof value === 'string' ? value : '';
  };
  const at = (name: string): string => (claim(name) === '' ? '' : `${SERVER}/${claim(name)}`);
  const run = `${at('repository')}/actions/runs/${claim('run_id')}/attempts/${claim('run_attempt')}`;
  const common = [
    [1, claim('iss')],
    [8, claim('iss')],
    [24, claim('sub')],
  ] as const;
  if (claim('job_workflow_ref') === '') return common;
  return [
    ...common,
    [2, claim('event_name')],
    [3, claim('sha')],
    [4, claim('workflow')],
    [5, claim('repository')],
    [6, claim('ref')],
    [9, at('job_workflow_ref')],
    [10, claim('job_workflow_sha')],
    [11, claim('runner_environment')],
    [12, at('repository')],
    [13, claim('sha')],
    [14, claim('ref')],
    [15, claim('repository_id')],
    [16, at('repository_owner')],
    [17, claim('repository_owner_id')],
    [18, at('workflow_ref')],
    [19, claim('workflow_sha')],
    [20, claim('event_name')],
    [21, run],
    [22, claim('repository_visibility')],
    [23, claim('environment')],
  ];
}

/** A name a certificate is for. */
export interface AlternativeName {
  readonly kind: 'uri' | 'email' | 'dns';
  readonly value: string;
}

/** Whom a token's certificate is for: the workflow that runs, or the person by e-mail. */
export function nameOf(claims: JsonObject): AlternativeName | undefined {
  const { job_workflow_ref: workflow, email, email_verified: isVerified } = claims;
  if (typeof workflow === 'string' && workflow !== '') return { kind: 'uri', value: `${SERVER}/${workflow}` };
  if (typeof email === 'string' && isVerified === true) return { kind: 'email', value: email };
  return undefined;
}
