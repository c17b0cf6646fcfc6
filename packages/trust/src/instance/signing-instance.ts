import type { Clock } from '@artifact-lifecycle/core';
import { loadKnownRoot } from '../root/known-root.ts';
import { emptyTrustedRoot, readTrustedRootFile } from '../root/trusted-root.ts';
import { chooseInstance, discloseSigning, type RepositoryFacts } from './choose-instance.ts';
import { customInstance, type InstanceSettings } from './custom-instance.ts';
import type { NamedTrustedRoot, OwnSigstore, SigstoreInstance, SigstoreSource } from './instance.ts';
import { githubInstance, publicGoodInstance } from './known-instances.ts';

/** Who signs where. */
export interface SigningChoice {
  readonly sigstore: SigstoreSource;
  /** What is named beside it, and wins. */
  readonly given: OwnSigstore;
  /** Whether a key signs: it needs no instance. */
  readonly hasKey: boolean;
  readonly signatory: RepositoryFacts;
}

/** What reading trusted roots takes; `directory` is where known ones are kept between runs. */
export interface SigningInstanceOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly directory: string | undefined;
  readonly signal: AbortSignal;
}

/** An instance, and what signing there tells the public of a repository that is not public. */
export interface ChosenInstance {
  readonly instance: SigstoreInstance;
  readonly disclosure: string | undefined;
}

/**
 * Decides whose Sigstore signs (contract: `sigstore`, `fulcio-url`, `rekor-url`, `rekor-version`, `tsa-url`,
 * `trusted-root`). A key needs no instance: with one, and without addresses, nothing is asked and nothing logged.
 *
 * @throws SuiteError `INPUT_INVALID`, and those of reading a trusted root
 */
export async function chooseSigningInstance(
  choice: SigningChoice,
  options: SigningInstanceOptions,
): Promise<ChosenInstance> {
  const { sigstore, hasKey, signatory } = choice;
  const settings = settingsOf(choice);
  const path = settings['trusted-root'];
  const known = path === undefined ? undefined : await readTrustedRootFile(path);
  const isAlone = hasKey && sigstore.kind === 'auto' && !namesAddress(settings);
  if (isAlone) {
    const trustedRoot = known?.root ?? (await emptyTrustedRoot());
    return { instance: { ...NOBODY, trustedRoot }, disclosure: undefined };
  }
  const isOwn = settings['fulcio-url'] !== undefined || sigstore.kind === 'own' || hasKey;
  const base =
    isOwn && sigstore.kind !== 'public-good' && sigstore.kind !== 'github'
      ? undefined
      : await knownInstance(choice, known, options);
  const root = known?.root ?? (base === undefined && hasKey ? await emptyTrustedRoot() : undefined);
  const instance = customInstance(settings, base, root);
  const wasAsked = sigstore.kind !== 'auto' || settings['rekor-url'] !== undefined;
  return { instance, disclosure: discloseSigning(instance, signatory.visibility, wasAsked) };
}

/** Who signs with a key alone: nobody certifies, logs or stamps. */
const NOBODY: Omit<SigstoreInstance, 'trustedRoot'> = {
  name: 'the key',
  isPublic: false,
  fulcioUrl: undefined,
  rekor: undefined,
  tsaUrl: undefined,
};

/** What is named beside it wins over the file or policy. */
function settingsOf({ sigstore, given }: SigningChoice): InstanceSettings {
  const own: OwnSigstore = sigstore.kind === 'own' ? sigstore : {};
  return {
    'fulcio-url': given.fulcioUrl ?? own.fulcioUrl,
    'rekor-url': given.rekorUrl ?? own.rekorUrl,
    'rekor-version': (given.rekorVersion ?? own.rekorVersion)?.toString(),
    'tsa-url': given.tsaUrl ?? own.tsaUrl,
    'trusted-root': given.trustedRoot ?? own.trustedRoot,
  };
}

function namesAddress(settings: InstanceSettings): boolean {
  const { 'fulcio-url': fulcio, 'rekor-url': rekor, 'tsa-url': tsa } = settings;
  return [fulcio, rekor, tsa].some((address) => address !== undefined && address !== 'none');
}

async function knownInstance(
  { sigstore, given, signatory }: SigningChoice,
  root: NamedTrustedRoot | undefined,
  { clock, directory, signal }: SigningInstanceOptions,
): Promise<SigstoreInstance> {
  const known = chooseInstance(sigstore.kind === 'own' ? 'auto' : sigstore.kind, signatory);
  const trusted = (root ?? (await loadKnownRoot(known, { directory, signal }))).root;
  if (known === 'github') return githubInstance(trusted, signatory.serverUrl);
  return publicGoodInstance(trusted, clock.now(), given.rekorVersion === 2 ? 2 : 1);
}
