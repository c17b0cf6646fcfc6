import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type AdvisoryServices,
  type Sigstore,
  seed,
  startAdvisoryServices,
  startRegistry,
  startSigstore,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import type { StepResult } from '../../packages/tooling/src/start/runner.ts';
import { runAction } from '../support/runner.ts';
import { jsonOf } from '../support/stage.ts';
import {
  advisoryFiles,
  KNOWN_FINDINGS,
  KNOWN_RECORDS,
  makeVulnerableImage,
  openVex,
} from '../support/vulnerable-image.ts';

const REPOSITORY = 'acme/app';
const WORKFLOW = 'acme/vex/.github/workflows/attest.yml@refs/heads/main';

type Texts = Readonly<Record<string, string>>;

interface Job extends StepResult {
  readonly directory: string;
}

/** `CVE-2021-23337 lodash 4.17.15`, sorted. */
function findingsOf(result: StepResult): readonly string[] {
  const { vulnerabilityReport } = jsonOf(result) as {
    readonly vulnerabilityReport?: {
      readonly findings: readonly {
        readonly id: string;
        readonly package: { readonly name: string; readonly version: string };
      }[];
    };
  };
  return (vulnerabilityReport?.findings ?? [])
    .map(({ id, package: { name, version } }) => `${id} ${name} ${version}`)
    .sort();
}

const codeOf = ({ exitCode, outputs }: StepResult) => ({ exit: exitCode, code: outputs.get('error-code') });

describe('known vulnerabilities, as the runner sees them', () => {
  let workplace: Workplace;
  let registry: TestRegistry;
  let services: AdvisoryServices;
  let sigstore: Sigstore;
  let reference: string;
  const image = makeVulnerableImage();

  beforeAll(async () => {
    workplace = await openWorkplace('e2e');
    registry = await startRegistry();
    workplace.onClose(() => registry.close());
    services = await startAdvisoryServices({ records: KNOWN_RECORDS });
    workplace.onClose(() => services.close());
    sigstore = await startSigstore({ claims: { job_workflow_ref: WORKFLOW } });
    workplace.onClose(() => sigstore.close());
    await seed(registry, REPOSITORY, image, { tags: ['1.0'] });
    reference = `${registry.host}/${REPOSITORY}:1.0`;
  });
  afterAll(async () => {
    expect(services.defects).toEqual([]);
    await workplace.close();
  });

  const run = async (inputs: Texts, files: Texts = {}, env: Texts = {}): Promise<Job> => {
    const directory = await workplace.place('job');
    for (const [path, content] of Object.entries(files)) {
      const file = join(directory, 'workspace', path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    const result = await runAction('sbom', {
      inputs,
      directory,
      env: { OSV_API_URL: services.urls.osv, ...env },
    });
    return { ...result, directory };
  };
  const read = (job: Job, path: string): Promise<string> =>
    readFile(join(job.directory, 'workspace', path), 'utf8');

  it('are the same in an image and in its documents, by a service and by a directory', async () => {
    const formats = 'cyclonedx-json\nspdx-json\nspdx-json@3.0';
    const first = await run({ image: reference, vulnerabilities: 'report', formats });
    expect({ ...codeOf(first), found: findingsOf(first), log: first.log }).toMatchObject({
      exit: 0,
      code: undefined,
      found: KNOWN_FINDINGS,
    });
    expect(JSON.parse(first.outputs.get('vulnerabilities') ?? '')).toMatchObject({ critical: 1, unknown: 2 });
    expect(first.summary).toContain('CVE-2021-44228');
    for (const { path } of JSON.parse(first.outputs.get('sboms') ?? '[]')) {
      const document = await read(first, path);
      expect(document).not.toContain('CVE-');
      const again = await run(
        { path: 'document.json', vulnerabilities: 'report', advisories: 'advisories' },
        { 'document.json': document, ...advisoryFiles() },
        { OSV_API_URL: 'http://127.0.0.1:9' },
      );
      expect({ path, ...codeOf(again), found: findingsOf(again) }).toEqual({
        path,
        exit: 0,
        code: undefined,
        found: KNOWN_FINDINGS,
      });
    }
  }, 60_000);

  it('fail a gate that has written everything, until statements and exceptions excuse them', async () => {
    const reports = { 'sarif-file': 'out/app.sarif', 'vdr-file': 'out/app.vdr.json' };
    const inputs = { image: reference, vulnerabilities: 'gate', 'fail-on': 'high', ...reports };
    const failed = await run(inputs);
    expect(codeOf(failed)).toEqual({ exit: 1, code: 'GATE_FAILED' });
    expect(failed.log).toContain('CVE-2021-44228 (critical)');
    const sarif = JSON.parse(await read(failed, failed.outputs.get('sarif-file') ?? ''));
    expect(sarif.runs[0].results).toHaveLength(KNOWN_FINDINGS.length);
    const report = JSON.parse(await read(failed, failed.outputs.get('vdr-file') ?? ''));
    expect(report).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
    expect(await read(failed, failed.outputs.get('sbom') ?? '')).toContain('log4j-core');

    const ids = ['CVE-2021-38561', 'CVE-2021-44228', 'CVE-2023-5363', 'CVE-2024-24790'];
    const ignore = ids.map((id) => `- { id: ${id}, reason: looked into, until: 2999-12-31 }`).join('\n');
    const files = { 'security/app.vex.json': openVex() };
    const passed = await run({ ...inputs, ignore, vex: 'security/*.json' }, files);
    expect({ ...codeOf(passed), log: passed.log }).toMatchObject({ exit: 0, code: undefined });
    expect(passed.summary).toContain('Excused: 6 findings');
    const one = await run({ ...inputs, ignore }, files);
    expect(codeOf(one)).toEqual({ exit: 1, code: 'GATE_FAILED' });
    expect(one.log).toContain('CVE-2021-23337');
    const late = await run(
      { ...inputs, ignore: ignore.replace('2999', '2025'), vex: 'security/*.json' },
      files,
    );
    expect(codeOf(late)).toEqual({ exit: 1, code: 'INPUT_INVALID' });
    expect(late.log).toContain('CVE-2021-38561 ended on 2025-12-31');
  }, 60_000);

  it('are nowhere looked for in vain: a report warns, a gate fails', async () => {
    const nobody = { OSV_API_URL: 'http://127.0.0.1:9' };
    const report = await run({ image: reference, vulnerabilities: 'report' }, {}, nobody);
    expect(codeOf(report)).toEqual({ exit: 0, code: undefined });
    expect(JSON.parse(report.outputs.get('vulnerabilities') ?? '')).toMatchObject({
      error: { code: 'UNREACHABLE' },
    });
    const gate = await run({ image: reference, vulnerabilities: 'gate' }, {}, nobody);
    expect(codeOf(gate)).toEqual({ exit: 1, code: 'UNREACHABLE' });
  }, 60_000);

  it('are excused by an attestation on the image that verifies for who is named, and by nobody else', async () => {
    await seed(registry, 'acme/attested', image, { tags: ['1.0'] });
    const attested = `${registry.host}/acme/attested:1.0`;
    const root = {
      'root.json': JSON.stringify(sigstore.trustedRoot),
      'sigstore.yml': 'trusted-root: root.json\n',
    };
    const directory = await workplace.place('sign');
    await mkdir(join(directory, 'workspace'), { recursive: true });
    await writeFile(join(directory, 'workspace', 'app.vex.json'), openVex());
    await writeFile(join(directory, 'workspace', 'root.json'), root['root.json']);
    const signed = await runAction('sign-attest', {
      inputs: {
        subject: attested,
        sign: 'false',
        provenance: 'false',
        recursive: 'false',
        'predicate-type': 'https://openvex.dev/ns/v0.2.0',
        'predicate-path': 'app.vex.json',
        'fulcio-url': sigstore.urls.fulcio,
        'rekor-url': sigstore.urls.rekor,
        'tsa-url': sigstore.urls.tsa,
        'trusted-root': 'root.json',
        'github-attestations': 'false',
      },
      directory,
      env: sigstore.env,
    });
    expect({ exit: signed.exitCode, log: signed.log }).toMatchObject({ exit: 0 });

    const gate = (identity: string): Promise<Job> =>
      run(
        {
          image: attested,
          vulnerabilities: 'gate',
          advisories: 'advisories',
          sigstore: 'sigstore.yml',
          'vex-identity': `certificate-identity: ${identity}\ncertificate-oidc-issuer: ${sigstore.urls.issuer}\n`,
        },
        {
          ...root,
          // All of the image's ecosystems, and one finding.
          ...advisoryFiles(KNOWN_RECORDS.filter(({ id }) => /GHSA-35jh|DEBIAN-CVE-2020/.test(id))),
        },
      );
    const passed = await gate(`https://github.com/${WORKFLOW}`);
    expect({ ...codeOf(passed), log: passed.log }).toMatchObject({ exit: 0, code: undefined });
    expect(passed.summary).toContain(`https&#58;//github.com/${WORKFLOW}`);
    const stranger = await gate('https://github.com/acme/other/.github/workflows/attest.yml@refs/heads/main');
    expect(codeOf(stranger)).toEqual({ exit: 1, code: 'GATE_FAILED' });
    expect(stranger.log).toContain('does not count as VEX');
  }, 60_000);
});
