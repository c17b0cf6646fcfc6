import { resolve } from 'node:path';
import type { ActionContext, Inputs, SigstoreSetting } from '@artifact-lifecycle/core/action';
import {
  chooseInstance,
  customInstance,
  discloseSigning,
  emptyTrustedRoot,
  githubInstance,
  type InstanceSettings,
  loadKnownRoot,
  publicGoodInstance,
  readTrustedRootFile,
  type SigstoreInstance,
} from '@artifact-lifecycle/trust';
import type { signAttest } from './inputs.ts';

/** What is known of the repository that signs. */
export interface Signatory {
  /** By the verified token, else the event; `undefined` where nobody says. */
  readonly visibility: string | undefined;
  readonly serverUrl: string;
}

type Context = Pick<ActionContext, 'workspace' | 'log' | 'clock' | 'env' | 'signal'>;

/**
 * Decides whose Sigstore signs (contract: `sigstore`, `fulcio-url`, `rekor-url`, `rekor-version`, `tsa-url`,
 * `trusted-root`), and says so where a log tells the public of a repository that is not public. A key needs no
 * instance: with one, and without addresses, nothing is asked and nothing logged.
 *
 * @throws SuiteError `INPUT_INVALID`, and those of reading a trusted root
 */
export async function chooseSigstore(
  inputs: Inputs<typeof signAttest>,
  setting: SigstoreSetting,
  signatory: Signatory,
  context: Context,
): Promise<SigstoreInstance> {
  const settings = settingsOf(inputs, setting, context.workspace);
  const given =
    settings['trusted-root'] === undefined ? undefined : await readTrustedRootFile(settings['trusted-root']);
  const isAlone =
    inputs.key !== undefined && setting.kind === 'auto' && Object.keys(addressesOf(settings)).length === 0;
  if (isAlone) return { ...NOBODY, trustedRoot: given?.root ?? (await emptyTrustedRoot()) };
  const isOwn = settings['fulcio-url'] !== undefined || setting.kind === 'own' || inputs.key !== undefined;
  const base =
    isOwn && setting.kind !== 'public-good' && setting.kind !== 'github'
      ? undefined
      : await knownInstance(inputs, setting, signatory, given, context);
  const root =
    given?.root ?? (base === undefined && inputs.key !== undefined ? await emptyTrustedRoot() : undefined);
  const instance = customInstance(settings, base, root);
  const wasAsked = setting.kind !== 'auto' || settings['rekor-url'] !== undefined;
  const disclosure = discloseSigning(instance, signatory.visibility, wasAsked);
  if (disclosure !== undefined) context.log.warning(disclosure);
  return instance;
}

/** Who signs with a key alone: nobody certifies, logs or stamps. */
const NOBODY: Omit<SigstoreInstance, 'trustedRoot'> = {
  name: 'the key',
  isPublic: false,
  fulcioUrl: undefined,
  rekor: undefined,
  tsaUrl: undefined,
};

/** Inputs win over the file or policy. */
function settingsOf(
  inputs: Inputs<typeof signAttest>,
  setting: SigstoreSetting,
  workspace: string,
): InstanceSettings {
  const own = setting.kind === 'own' ? setting : undefined;
  return {
    'fulcio-url': inputs.fulcioUrl ?? own?.fulcioUrl,
    'rekor-url': inputs.rekorUrl ?? own?.rekorUrl,
    'rekor-version': (inputs.rekorVersion ?? own?.rekorVersion)?.toString(),
    'tsa-url': inputs.tsaUrl ?? own?.tsaUrl,
    'trusted-root': rootPath(inputs, setting, workspace),
  };
}

/** The trusted root that is given, from the root of the file system. */
export function rootPath(
  { trustedRoot }: Pick<Inputs<typeof signAttest>, 'trustedRoot'>,
  setting: SigstoreSetting,
  workspace: string,
): string | undefined {
  if (trustedRoot !== undefined) return resolve(workspace, trustedRoot);
  return setting.kind === 'own' ? setting.trustedRoot : undefined;
}

function addressesOf(settings: InstanceSettings): object {
  const { 'fulcio-url': fulcio, 'rekor-url': rekor, 'tsa-url': tsa } = settings;
  return Object.fromEntries(
    Object.entries({ fulcio, rekor, tsa }).filter(([, value]) => value !== undefined && value !== 'none'),
  );
}

async function knownInstance(
  inputs: Inputs<typeof signAttest>,
  setting: SigstoreSetting,
  signatory: Signatory,
  given: Awaited<ReturnType<typeof readTrustedRootFile>> | undefined,
  { clock, env, signal }: Context,
): Promise<SigstoreInstance> {
  const known = chooseInstance(setting.kind === 'own' ? 'auto' : setting.kind, signatory);
  const { root } = given ?? (await loadKnownRoot(known, { directory: env['RUNNER_TEMP'], signal }));
  if (known === 'github') return githubInstance(root, signatory.serverUrl);
  return publicGoodInstance(root, clock.now(), inputs.rekorVersion === 2 ? 2 : 1);
}
