import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One case of the truth data: what docker/metadata-action makes of an event and inputs. */
export interface TruthCase {
  readonly id: string;
  readonly suite: string;
  readonly context: {
    readonly event_name: string;
    readonly ref: string;
    readonly sha: string;
    readonly payload: {
      readonly number?: number;
      readonly base_ref?: string | null;
      readonly repository?: { readonly default_branch?: string };
      readonly pull_request?: {
        readonly base: { readonly ref: string };
        readonly head: { readonly ref: string; readonly sha: string };
      };
    };
  };
  readonly env: Readonly<Record<string, string>>;
  readonly commit_date?: string;
  readonly inputs: {
    readonly images: readonly string[];
    readonly tags?: readonly string[];
    readonly flavor?: readonly string[];
    readonly labels?: readonly string[];
    readonly annotations?: readonly string[];
    readonly bakeTarget?: string;
    readonly sepTags?: string;
  };
  readonly expected: {
    readonly error?: string;
    readonly version: {
      readonly main: string | null;
      readonly partial: readonly string[];
      readonly latest: boolean;
    };
    readonly tags: readonly string[];
    readonly tag_names: readonly string[];
    readonly labels: readonly string[];
    readonly annotations: readonly string[];
    readonly warnings: readonly string[];
    readonly json?: unknown;
    readonly bake_file?: unknown;
    readonly bake_file_tags?: unknown;
    readonly bake_file_labels?: unknown;
    readonly bake_file_annotations?: unknown;
    readonly annotation_levels?: string;
    readonly tags_joined?: string;
  };
}

/** One case of the parsers. */
export interface ParserCase {
  readonly kind: 'tag' | 'tags' | 'flavor' | 'images';
  readonly input: string | readonly string[];
  readonly expected: unknown;
}

/** The truth data. */
export interface Truth {
  readonly clock: { readonly now: string; readonly default_commit_date: string };
  readonly repository_api: {
    readonly name: string;
    readonly description: string;
    readonly html_url: string;
    readonly default_branch: string;
    readonly license: { readonly spdx_id: string };
  };
  readonly cases: readonly TruthCase[];
  readonly parser_cases: readonly ParserCase[];
}

/** The truth data, or `undefined` where ARTIFACT_LIFECYCLE_DATA names no directory that holds it. */
export function readTruth(): Truth | undefined {
  const directory = process.env['ARTIFACT_LIFECYCLE_DATA'];
  if (!directory) return undefined;
  return JSON.parse(readFileSync(join(directory, 'metadata-action-cases.json'), 'utf8'));
}
