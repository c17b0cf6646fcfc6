import { GITHUB_ISSUER } from '@artifact-lifecycle/trust';
import type { SignReport } from './sign-report.ts';

/** A command that verifies what was signed, to be copied into a shell: values are quoted. */
export function verifyCommand(report: SignReport): string {
  return commandsOf(report)[0]?.command ?? '';
}

/** Commands of several tools, the most common first. */
export function commandsOf({
  subjects,
  identity,
  issuer,
  repository,
  instance,
}: SignReport): readonly { readonly tool: string; readonly command: string }[] {
  const [subject] = subjects;
  if (subject === undefined) return [];
  const isImage = subject.registry?.location.kind === 'registry';
  const who =
    issuer === undefined
      ? '--key cosign.pub'
      : `--certificate-identity ${quote(identity)} --certificate-oidc-issuer ${quote(issuer)}`;
  const log = instance.rekor === undefined ? ' --insecure-ignore-tlog' : '';
  const cosign = isImage
    ? `cosign verify ${who}${log} ${quote(`${subject.name}@${subject.digest}`)}`
    : `cosign verify-blob-attestation ${who}${log} --bundle BUNDLE ${quote(subject.name)}`;
  const gh =
    issuer === GITHUB_ISSUER && repository !== ''
      ? [
          {
            tool: 'gh',
            command: `gh attestation verify ${quote(isImage ? `oci://${subject.name}@${subject.digest}` : subject.name)} --repo ${quote(repository)}`,
          },
        ]
      : [];
  return [{ tool: 'cosign', command: cosign }, ...gh];
}

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
