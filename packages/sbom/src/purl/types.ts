/** What a purl type asks of its parts, beyond what holds for every purl (purl-spec, the `types` folder). */
export interface TypeRules {
  /** Parts that have no case, and are written in lower case. */
  readonly lowerCase?: readonly ('namespace' | 'name' | 'version')[];
  readonly namespace?: 'required' | 'prohibited';
  /** Rewrites a name that has several spellings. */
  readonly spell?: (name: string) => string;
  /** What names and versions look like, where the type is narrow. */
  readonly name?: RegExp;
  readonly version?: RegExp;
  /** Qualifiers without which nobody knows which package is meant. */
  readonly qualifiers?: readonly string[];
  /** Whether the name is all behind the first segment, slashes and all. */
  readonly hasPathAsName?: boolean;
  /** Whether a reader refuses keys of qualifiers that are not in lower case; the official suite wants both. */
  readonly refusesUpperKeys?: boolean;
}

const NO_CASE: TypeRules = { lowerCase: ['namespace', 'name'] };
const OWNER_AND_NAME: TypeRules = { ...NO_CASE, namespace: 'required' };

/**
 * Types with rules of their own; any other type is taken as it is. `golang` is not among them: its definition wants
 * lower case, but module paths have case, every tool keeps it, and advisories are looked up by it.
 */
export const TYPE_RULES: ReadonlyMap<string, TypeRules> = new Map<string, TypeRules>([
  ['alpm', OWNER_AND_NAME],
  ['apk', NO_CASE],
  ['bitbucket', OWNER_AND_NAME],
  ['bitnami', { lowerCase: ['name'], namespace: 'prohibited' }],
  ['brew', NO_CASE],
  [
    'chrome-extension',
    // Four numbers at most (developer.chrome.com, "Version"); names are 32 letters from a to p.
    { namespace: 'prohibited', name: /^[a-p]{32}$/, version: /^\d{1,5}(?:\.\d{1,5}){0,3}$/ },
  ],
  ['cargo', { namespace: 'prohibited' }],
  ['composer', NO_CASE],
  // A distribution, not one of its modules.
  ['cpan', { name: /^(?!.*::)/ }],
  ['deb', NO_CASE],
  ['gem', { namespace: 'prohibited', refusesUpperKeys: true }],
  ['git', { ...OWNER_AND_NAME, hasPathAsName: true }],
  ['github', OWNER_AND_NAME],
  ['hex', NO_CASE],
  ['huggingface', { lowerCase: ['version'] }],
  ['julia', { namespace: 'prohibited', qualifiers: ['uuid'] }],
  ['nuget', { namespace: 'prohibited' }],
  ['oci', { lowerCase: ['name'], namespace: 'prohibited' }],
  ['otp', { lowerCase: ['name'], namespace: 'prohibited' }],
  ['pub', { lowerCase: ['name'], namespace: 'prohibited' }],
  ['pypi', { lowerCase: ['name'], namespace: 'prohibited', spell: (name) => name.replaceAll('_', '-') }],
  ['qpkg', { lowerCase: ['namespace'] }],
  ['rpm', { lowerCase: ['namespace'], refusesUpperKeys: true }],
  ['swift', { namespace: 'required' }],
  ['vcpkg', { namespace: 'prohibited' }],
  ['vscode-extension', { ...NO_CASE, namespace: 'required' }],
]);
