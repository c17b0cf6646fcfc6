import { createSummary } from '@artifact-lifecycle/core/action';
import { parseDigest, parseLocation, type Registry } from '@artifact-lifecycle/registry';
import {
  GITHUB_ISSUER,
  makePredicateStatement,
  makeSignatureStatement,
  type SigstoreInstance,
} from '@artifact-lifecycle/trust';
import { describe, expect, it } from '@jest/globals';
import type { Attestation } from '../src/attestation.ts';
import { outputsOf } from '../src/report.ts';
import type { SignReport } from '../src/sign-report.ts';
import { statementSubject } from '../src/subject.ts';
import { summarise, verdictOf } from '../src/summary.ts';
import { commandsOf } from '../src/verify-command.ts';

const DIGEST = parseDigest(`sha256:${'a'.repeat(64)}`, 'digest');
const IDENTITY = 'https://github.com/acme/app/.github/workflows/it is.yml@refs/heads/main';
const INSTANCE = { name: 'the instance', rekor: { url: 'https://rekor.example', version: 1 } };
const registry = { location: parseLocation('ghcr.io/acme/app', 'location') } as unknown as Registry;
const image = { name: 'ghcr.io/acme/app', label: 'app', digest: DIGEST, registry, isIndex: false };
const file = { name: "it's.tgz", label: 'x', digest: DIGEST, registry: undefined, isIndex: false };

const signature = (subject: typeof image | typeof file) =>
  ({ subject, kind: 'signature', statement: makeSignatureStatement([statementSubject(subject)]) }) as const;
const tested = {
  subject: image,
  kind: 'predicate',
  statement: makePredicateStatement([statementSubject(image)], 'https://acme.example/t/v1', {}),
} as const;

const kept = (planned: Attestation['planned']): Attestation => ({
  planned,
  outcome: 'signed',
  signed: { statement: planned.statement, bytes: Buffer.from('{}') } as unknown as Attestation['signed'],
  origins: [{ kind: 'file', path: '/work/attestations/x.sigstore.json', line: undefined }],
});

function report(changed: Partial<SignReport> = {}): SignReport {
  const planned = changed.planned ?? [signature(image)];
  return {
    isDryRun: false,
    subjects: [image],
    planned,
    attestations: planned.map(kept),
    instance: INSTANCE as unknown as SigstoreInstance,
    identity: IDENTITY,
    issuer: GITHUB_ISSUER,
    repository: 'acme/app',
    run: undefined,
    trustedRoot: undefined,
    workspace: '/work',
    directory: '/work/attestations',
    ...changed,
  };
}

const commandOf = (changed: Partial<SignReport>, tool = 'cosign'): string | undefined =>
  commandsOf(report(changed)).find((one) => one.tool === tool)?.command;

describe('the command that verifies', () => {
  it.each([
    {
      name: 'an image, its identity quoted',
      changed: {},
      command: `cosign verify --certificate-identity '${IDENTITY}' --certificate-oidc-issuer ${GITHUB_ISSUER} ghcr.io/acme/app@${DIGEST}`,
    },
    {
      name: 'what only another statement is about',
      changed: { planned: [tested] },
      command: `cosign verify-attestation --type https://acme.example/t/v1 --certificate-identity '${IDENTITY}' --certificate-oidc-issuer ${GITHUB_ISSUER} ghcr.io/acme/app@${DIGEST}`,
    },
    {
      name: 'a file, by its bundle, with a key and no log',
      changed: {
        subjects: [file],
        planned: [signature(file)],
        issuer: undefined,
        instance: { name: 'the key' } as unknown as SigstoreInstance,
      },
      command: `cosign verify-blob-attestation --type https://sigstore.dev/cosign/sign/v1 --key cosign.pub --insecure-ignore-tlog --bundle attestations/x.sigstore.json 'it'\\''s.tgz'`,
    },
  ])('is that of cosign for $name', ({ changed, command }) => {
    expect(commandOf(changed)).toBe(command);
  });

  it('names the trusted root of an instance of one’s own', () => {
    expect(commandOf({ trustedRoot: '/work/ci/root.json' })).toContain('--trusted-root ci/root.json');
  });

  it('is that of gh where GitHub’s issuer vouches, and nowhere else', () => {
    expect(commandOf({}, 'gh')).toBe(
      `gh attestation verify oci://ghcr.io/acme/app@${DIGEST} --repo acme/app`,
    );
    expect(commandOf({ issuer: 'https://issuer.example' }, 'gh')).toBeUndefined();
  });

  it('is a step of our own, too', () => {
    expect(commandOf({}, 'verify')).toBe(`- uses: artifact-lifecycle/artifact-lifecycle/actions/verify@v1
  with:
    subject: "ghcr.io/acme/app@${DIGEST}"
    certificate-identity: "${IDENTITY}"`);
  });
});

describe('the report', () => {
  it('gives paths from the workspace, and whole ones where they lie elsewhere', () => {
    expect(outputsOf(report())).toMatchObject({
      bundlePath: 'attestations/attestations.jsonl',
      bundles: [{ path: 'attestations/x.sigstore.json', outcome: 'signed' }],
    });
    expect(outputsOf(report({ directory: '/tmp/out' }))).toMatchObject({
      bundlePath: '/tmp/out/attestations.jsonl',
    });
  });

  it.each([
    { name: 'done', changed: {}, verdict: 'Signed 1 statement about 1 subject' },
    {
      name: 'broken off',
      changed: { attestations: [] },
      verdict: 'Stopped after 0 of 1 statement about 1 subject; the next run signs the rest',
    },
    {
      name: 'nothing new',
      changed: { attestations: [{ ...kept(signature(image)), outcome: 'found' as const }] },
      verdict: 'Nothing to do: 1 statement about 1 subject, signed already',
    },
    {
      name: 'a dry run',
      changed: { isDryRun: true, attestations: [] },
      verdict: 'Dry run: 1 statement about 1 subject would be signed; nothing was written',
    },
  ])('says what came of it: $name', ({ changed, verdict }) => {
    expect(verdictOf(report(changed))).toBe(verdict);
  });

  it('draws the chain from the commit to the log', () => {
    const summary = createSummary();
    const run = { url: 'https://github.com/acme/app/actions/runs/7/attempts/1', sha: 'c'.repeat(40) };
    summarise(report({ run, planned: [signature(image), tested] }), summary);
    const text = summary.render();
    expect(text.slice(text.indexOf('flowchart'), text.indexOf('\n```', text.indexOf('flowchart')))).toBe(
      `flowchart LR
  commit["commit ccccccc"]
  run["7/attempts/1"]
  commit --> run --> digest
  digest["app sha256:aaaaaaaaaaaa"]
  signature["signature"]
  digest --> signature
  signature --> log
  predicate["predicate"]
  digest --> predicate
  predicate --> log
  log["transparency log rekor.example"]`,
    );
  });
});
