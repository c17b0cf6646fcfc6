import { GITHUB_ISSUER, PREDICATE_TYPE } from '@artifact-lifecycle/trust';
import { pathOf } from './attestation.ts';
import { fromWorkspace } from './paths.ts';
import type { SignReport } from './sign-report.ts';

/** A command that verifies what was signed, to be copied into a shell: values are quoted. */
export function verifyCommand(report: SignReport): string {
  return commandsOf(report)[0]?.command ?? '';
}

/** Commands of several tools, the most common first. */
export function commandsOf(
  report: SignReport,
): readonly { readonly tool: string; readonly command: string; readonly language: string }[] {
  const { subjects, planned, identity, issuer, repository, instance, trustedRoot, workspace } = report;
  const [subject] = subjects;
  if (subject === undefined) return [];
  const isImage = subject.registry?.location.kind === 'registry';
  const image = `${subject.name}@${subject.digest}`;
  const root = trustedRoot === undefined ? [] : ['--trusted-root', fromWorkspace(trustedRoot, workspace)];
  const who =
    issuer === undefined
      ? ['--key', 'cosign.pub']
      : ['--certificate-identity', identity, '--certificate-oidc-issuer', issuer];
  const when = [
    ...(instance.tsaUrl === undefined ? [] : ['--use-signed-timestamps']),
    ...(instance.rekor === undefined ? ['--insecure-ignore-tlog'] : []),
  ];
  const types = planned
    .filter((one) => one.subject === subject)
    .map(({ statement }) => statement.predicateType);
  const isSigned = types.includes(PREDICATE_TYPE.signature);
  const type = ['--type', (isSigned ? undefined : types[0]) ?? PREDICATE_TYPE.signature];
  const common = [...who, ...root, ...when];
  const cosign = isImage
    ? ['cosign', ...(isSigned ? ['verify'] : ['verify-attestation', ...type]), ...common, image]
    : ['cosign', 'verify-blob-attestation', ...type, ...common, '--bundle', bundleOf(report), subject.name];
  const commands = [{ tool: 'cosign', command: shell(cosign), language: 'sh' }];
  if (issuer === GITHUB_ISSUER && repository !== '') {
    const gh = [
      'gh',
      'attestation',
      'verify',
      isImage ? `oci://${image}` : subject.name,
      '--repo',
      repository,
    ];
    commands.push({ tool: 'gh', command: shell(gh), language: 'sh' });
  }
  return [
    ...commands,
    { tool: 'verify', command: ownStep(report, isImage ? image : undefined), language: 'yaml' },
  ];
}

/** A step of our own. */
function ownStep(
  { subjects, identity, issuer, attestations, workspace }: SignReport,
  image: string | undefined,
): string {
  const bundles = attestations
    .filter(({ planned }) => planned.subject === subjects[0])
    .flatMap((one) => pathOf(one) ?? []);
  const lines = [
    '- uses: artifact-lifecycle/artifact-lifecycle/actions/verify@v1',
    '  with:',
    ...(image === undefined
      ? [
          `    subject-path: ${JSON.stringify(subjects[0]?.name ?? '')}`,
          ...(bundles.length === 0 ? [] : ['    bundle: |']),
          ...bundles.map((path) => `      ${fromWorkspace(path, workspace)}`),
        ]
      : [`    subject: ${JSON.stringify(image)}`]),
    ...(issuer === undefined
      ? ['    key: cosign.pub']
      : [
          `    certificate-identity: ${JSON.stringify(identity)}`,
          ...(issuer === GITHUB_ISSUER ? [] : [`    certificate-oidc-issuer: ${JSON.stringify(issuer)}`]),
        ]),
  ];
  return lines.join('\n');
}

/** The file of the first bundle about the first subject. */
function bundleOf({ attestations, subjects, workspace }: SignReport): string {
  const first = attestations.find(({ planned }) => planned.subject === subjects[0]);
  const path = first === undefined ? undefined : pathOf(first);
  return path === undefined ? 'BUNDLE' : fromWorkspace(path, workspace);
}

function shell(words: readonly string[]): string {
  return words.map(quote).join(' ');
}

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
