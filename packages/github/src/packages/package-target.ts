import { SuiteError } from '@artifact-lifecycle/core';
import { parseRepository } from '@artifact-lifecycle/registry';

/** What GitHub Packages keeps (REST API, "Packages", `package_type`). */
export type PackageType = 'container' | 'npm' | 'maven' | 'nuget' | 'rubygems';

/** A package of GitHub, or a pattern of such. */
export interface PackageTarget {
  /** As it was written. */
  readonly text: string;
  readonly type: PackageType;
  /** A user or an organisation. */
  readonly owner: string;
  /** As the API names it: `app`, `team/app`; for npm without its scope. May hold `*`. */
  readonly name: string;
}

/** What tells whose packages are meant. */
export interface TargetContext {
  /** Who owns packages whose names do not say so: the owner of the workflow's repository. */
  readonly owner: string;
  /** `ghcr.io`, or `containers.` and the host of a GitHub Enterprise. */
  readonly registryHost: string;
}

const PREFIX = /^(npm|maven|nuget|rubygems):(.*)$/s;

/** Names as these ecosystems have them; nothing that has a meaning in a path. */
const NAME = /^[A-Za-z0-9_.*-][A-Za-z0-9_.*~-]{0,213}$/;
const OWNER = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})$/;

/**
 * Reads a target that is a package of GitHub: `ghcr.io/acme/app`, `npm:@acme/lib`, `maven:com.acme.lib`, `nuget:Lib`,
 * `rubygems:lib`; `*` stands for any part of a name. `undefined` for repositories elsewhere.
 *
 * @throws SuiteError `INPUT_INVALID`
 */
export function parsePackageTarget(text: string, context: TargetContext): PackageTarget | undefined {
  const [, type, rest = ''] = PREFIX.exec(text) ?? [];
  if (type === 'npm') return readNpm(text, rest, context);
  if (type === 'maven' || type === 'nuget' || type === 'rubygems') {
    // Maven's coordinates are written with a colon, too; GitHub names the package with a dot.
    return check({
      text,
      type,
      owner: context.owner,
      name: type === 'maven' ? rest.replace(':', '.') : rest,
    });
  }
  const start = `${context.registryHost}/`;
  if (!text.toLowerCase().startsWith(start)) return undefined;
  const [owner = '', ...parts] = text.slice(start.length).split('/');
  const name = parts.join('/');
  // A letter in the place of each star, so that the grammar of names judges the rest.
  parseRepository(`${start}${owner}/${name.replaceAll('*', 'x')}`, 'targets');
  if (name === '' || owner.includes('*')) throw invalid(text, 'names no package of an owner');
  return { text, type: 'container', owner, name };
}

function readNpm(text: string, rest: string, { owner }: TargetContext): PackageTarget {
  if (!rest.startsWith('@')) return check({ text, type: 'npm', owner, name: rest });
  const slash = rest.indexOf('/');
  return check({ text, type: 'npm', owner: rest.slice(1, Math.max(1, slash)), name: rest.slice(slash + 1) });
}

function check(target: PackageTarget): PackageTarget {
  if (!OWNER.test(target.owner)) throw invalid(target.text, 'does not say whose package it is');
  if (!NAME.test(target.name)) throw invalid(target.text, `has no name of a ${target.type} package`);
  return target;
}

function invalid(text: string, fact: string): SuiteError {
  return new SuiteError('INPUT_INVALID', `targets: ${JSON.stringify(text.slice(0, 200))} ${fact}.`, {
    remedy: 'Write ghcr.io/acme/app, npm:@acme/lib, maven:com.acme.lib, nuget:Lib or rubygems:lib.',
  });
}
