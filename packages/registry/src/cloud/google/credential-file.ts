import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readBoundedFile, SuiteError } from '@artifact-lifecycle/core';
import { parseJson } from '@artifact-lifecycle/core/http';
import { field, isJsonObject, type JsonObject } from '../../oci/json.ts';
import { isSafeAddress } from '../endpoint.ts';
import { isGoogleAddress } from './google-endpoint.ts';

/** A file with a key has some 3 KiB. */
const MAX_FILE_BYTES = 64 * 1024;

/** What such a file may hold: a service account's key, or how a token of another issuer is come by. */
export type GoogleFile =
  | {
      readonly kind: 'service-account';
      readonly email: string;
      readonly keyId: string | undefined;
      readonly key: KeyObject;
      readonly tokenUrl: URL;
    }
  | {
      readonly kind: 'federation';
      readonly audience: string;
      readonly tokenType: string;
      readonly tokenUrl: URL;
      readonly impersonationUrl: URL | undefined;
      readonly source: SubjectSource;
    };

/** Where the token of another issuer is. */
export interface SubjectSource {
  readonly place:
    | { readonly kind: 'url'; readonly url: URL; readonly headers: Readonly<Record<string, string>> }
    | { readonly kind: 'file'; readonly path: string };
  /** The field of a JSON object that holds it; absent: it is the whole text. */
  readonly field: string | undefined;
}

/**
 * Reads the file that `GOOGLE_APPLICATION_CREDENTIALS` names (Application Default Credentials; AIP-4110, AIP-4117).
 *
 * @throws SuiteError `NOT_FOUND`, `CONTENT_INVALID` naming the file, never its content; `UNSUPPORTED` for a type that
 *   has no place in a workflow
 */
export async function readGoogleFile(path: string): Promise<GoogleFile> {
  const what = `GOOGLE_APPLICATION_CREDENTIALS ${path}`;
  const bytes = await readBoundedFile(path, MAX_FILE_BYTES, what);
  let content: unknown;
  try {
    content = parseJson(bytes, 'file');
  } catch {
    throw broken(what, 'is not JSON');
  }
  if (!isJsonObject(content)) throw broken(what, 'is no JSON object');
  switch (field(content, 'type')) {
    case 'service_account':
      return readServiceAccount(content, what);
    case 'external_account':
      return readFederation(content, what);
    default:
      throw new SuiteError('UNSUPPORTED', `${what} holds neither a service account's key nor a federation.`, {
        remedy: 'Run google-github-actions/auth, or give gcp-workload-identity-provider in "registries".',
      });
  }
}

function readServiceAccount(content: JsonObject, what: string): GoogleFile {
  let key: KeyObject;
  try {
    key = createPrivateKey(textAt(content, 'private_key', what));
  } catch {
    throw broken(what, 'has no private_key that can be read');
  }
  if (key.asymmetricKeyType !== 'rsa') throw broken(what, 'has a private_key that is not RSA');
  return {
    kind: 'service-account',
    email: textAt(content, 'client_email', what),
    keyId: optionalTextAt(content, 'private_key_id', what),
    key,
    tokenUrl: googleUrlAt(content, 'token_uri', what),
  };
}

function readFederation(content: JsonObject, what: string): GoogleFile {
  const source = field(content, 'credential_source');
  if (!isJsonObject(source)) throw broken(what, 'has no credential_source');
  return {
    kind: 'federation',
    audience: textAt(content, 'audience', what),
    tokenType: textAt(content, 'subject_token_type', what),
    tokenUrl: googleUrlAt(content, 'token_url', what),
    impersonationUrl:
      field(content, 'service_account_impersonation_url') === undefined
        ? undefined
        : googleUrlAt(content, 'service_account_impersonation_url', what),
    source: readSource(source, what),
  };
}

function readSource(source: JsonObject, what: string): SubjectSource {
  const format = field(source, 'format');
  const isJson = isJsonObject(format) && field(format, 'type') === 'json';
  const name = isJson ? textAt(format, 'subject_token_field_name', what) : undefined;
  const path = optionalTextAt(source, 'file', what);
  if (path !== undefined) return { place: { kind: 'file', path }, field: name };
  const text = optionalTextAt(source, 'url', what);
  if (text === undefined) {
    throw new SuiteError('UNSUPPORTED', `${what} has a credential_source that is neither a file nor a URL.`);
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !isSafeAddress(url))
    throw broken(what, 'has a credential_source that is not https');
  const given = field(source, 'headers') ?? {};
  if (!isJsonObject(given)) throw broken(what, 'has a credential_source with bad headers');
  const headers = Object.keys(given).map((key) => [key.toLowerCase(), textAt(given, key, what)] as const);
  return { place: { kind: 'url', url, headers: Object.fromEntries(headers) }, field: name };
}

function googleUrlAt(content: JsonObject, key: string, what: string): URL {
  const text = textAt(content, key, what);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && isGoogleAddress(url)) return url;
  throw broken(what, `has a ${key} that is no address of Google's`);
}

function textAt(content: JsonObject, key: string, what: string): string {
  const text = optionalTextAt(content, key, what);
  if (text === undefined) throw broken(what, `has no ${key}`);
  return text;
}

function optionalTextAt(content: JsonObject, key: string, what: string): string | undefined {
  const value = field(content, key);
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw broken(what, `has a ${key} that is no text`);
}

function broken(what: string, problem: string): SuiteError {
  return new SuiteError('CONTENT_INVALID', `${what} ${problem}.`, {
    remedy: 'Have it written anew by google-github-actions/auth or gcloud.',
  });
}
