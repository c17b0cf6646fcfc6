import { inflateSync } from 'node:zlib';
import { SuiteError } from '@artifact-lifecycle/core';
import { readExecutables, sectionBytes } from '../executable/executable.ts';
import { field, isJsonObject, isTrue, listField, parseJsonObject, textField } from '../json.ts';

/** A crate that cargo-auditable recorded in a binary. */
export interface AuditedCrate {
  readonly name: string;
  readonly version: string;
  /** `crates.io`, `git`, `local`, `registry`, or another registry's name. */
  readonly source: string;
  /** Whether only the build needed it, so that nothing of it is in the binary. */
  readonly isForBuild: boolean;
  readonly isRoot: boolean;
  /** Indices of crates in the same list. */
  readonly dependencies: readonly number[];
}

/** The sections that hold it: today's, and that of the first releases. */
const SECTIONS = ['.dep-v0', '.rust-deps-v0'];

/** What rust-audit-info takes, too; a thousand crates are 100 kB. */
const LARGEST_DATA = 8 * 1024 * 1024;

/**
 * Reads the crates that cargo-auditable recorded in an executable (cargo-auditable, PARSING.md); `undefined` where
 * it recorded nothing.
 *
 * @throws SuiteError `CONTENT_INVALID` where what it recorded is broken, `LIMIT_EXCEEDED`
 */
export function readAuditData(bytes: Buffer): readonly AuditedCrate[] | undefined {
  for (const executable of readExecutables(bytes)) {
    const section = sectionBytes(executable, ...SECTIONS);
    if (section !== undefined) return parseAuditData(inflate(section));
  }
  return undefined;
}

function inflate(section: Buffer): string {
  try {
    return inflateSync(section, { maxOutputLength: LARGEST_DATA }).toString('utf8');
  } catch (cause) {
    throw new SuiteError('CONTENT_INVALID', 'What cargo-auditable recorded cannot be inflated.', { cause });
  }
}

function parseAuditData(text: string): readonly AuditedCrate[] {
  const packages = listField(parseJsonObject(text), 'packages');
  return packages.map((value): AuditedCrate => {
    // A crate that cannot be read keeps its place: others name their dependencies by it.
    const crate = isJsonObject(value) ? value : {};
    return {
      name: textField(crate, 'name') ?? '',
      version: textField(crate, 'version') ?? '',
      source: textField(crate, 'source') ?? '',
      isForBuild: field(crate, 'kind') === 'build',
      isRoot: isTrue(crate, 'root'),
      dependencies: listField(crate, 'dependencies').filter(
        (index): index is number => typeof index === 'number' && Number.isInteger(index),
      ),
    };
  });
}
