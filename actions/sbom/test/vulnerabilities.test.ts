import { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runAction } from '@artifact-lifecycle/core/action';
import {
  type AdvisoryServices,
  makeImage,
  seed,
  startAdvisoryServices,
  startRegistry,
  type TestRegistry,
  tarLayer,
} from '@artifact-lifecycle/testing';
import { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordRunner } from '../../../packages/core/test/action/recording-runner.ts';
import { loadSarifSchema } from '../../../packages/vulnerabilities/test/support/sarif-schema.ts';
import {
  advisoryFiles,
  applicationFiles,
  KNOWN_FINDINGS,
  KNOWN_RECORDS,
  makeVulnerableImage,
  openVex,
} from '../../../test/support/vulnerable-image.ts';
import { sbom } from '../src/inputs.ts';
import { main } from '../src/main.ts';

const REPOSITORY = 'acme/app';

interface Finding {
  readonly id: string;
  readonly package: { readonly name: string; readonly version?: string };
  readonly severity: string;
  readonly counts: boolean;
  readonly excuses: readonly { readonly kind: string; readonly says: string }[];
}

describe('known vulnerabilities', () => {
  const image = makeVulnerableImage();
  let registry: TestRegistry;
  let services: AdvisoryServices;
  let reference: string;

  beforeAll(async () => {
    registry = await startRegistry();
    services = await startAdvisoryServices({
      records: KNOWN_RECORDS,
      epss: {
        'CVE-2021-44228': { epss: 0.97, percentile: 0.999 },
        'CVE-2021-23337': { epss: 0.01, percentile: 0.2 },
      },
      kev: [
        {
          cveID: 'CVE-2021-44228',
          vendorProject: 'Apache',
          product: 'Log4j2',
          vulnerabilityName: 'Log4Shell',
          dateAdded: '2021-12-10',
          shortDescription: 'It looks up names.',
          requiredAction: 'Update.',
          dueDate: '2021-12-24',
          knownRansomwareCampaignUse: 'Known',
        },
      ],
    });
    await seed(registry, REPOSITORY, image, { tags: ['1.0'] });
    reference = `${registry.host}/${REPOSITORY}:1.0`;
  });
  afterAll(async () => {
    await registry.close();
    await services.close();
  });

  const run = async (
    inputs: Readonly<Record<string, string>>,
    files: Readonly<Record<string, string | Uint8Array>> = {},
    env: Readonly<Record<string, string>> = {},
  ) => {
    const workspace = mkdtempSync(join(tmpdir(), 'sbom-vulnerabilities-test-'));
    for (const [path, content] of Object.entries({
      'docker/config.json': '{}',
      'summary.md': '',
      ...files,
    })) {
      mkdirSync(dirname(join(workspace, path)), { recursive: true });
      writeFileSync(join(workspace, path), content);
    }
    const runner = recordRunner();
    const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
    const { osv, epss, kev } = services.urls;
    const exitCode = await runAction(sbom, main, {
      env: {
        OSV_API_URL: osv,
        EPSS_API_URL: epss,
        KEV_CATALOGUE_URL: kev,
        ...Object.fromEntries(given),
        GITHUB_WORKSPACE: workspace,
        GITHUB_STEP_SUMMARY: join(workspace, 'summary.md'),
        RUNNER_TEMP: workspace,
        DOCKER_CONFIG: join(workspace, 'docker'),
        ...env,
      },
      // Of now, but nobody waits.
      clock: { now: () => Date.now(), sleep: async () => undefined },
      runner,
      host: new EventEmitter(),
      isTerminal: false,
    });
    const json = JSON.parse(runner.outputs.get('json') ?? '{}');
    const findings: readonly Finding[] = json.vulnerabilityReport?.findings ?? [];
    return {
      exitCode,
      runner,
      json,
      findings,
      found: namesOf(findings),
      workspace,
      summary: readFileSync(join(workspace, 'summary.md'), 'utf8'),
      read: (path: string) => readFileSync(join(workspace, path), 'utf8'),
    };
  };
  const namesOf = (findings: readonly Finding[]): readonly string[] =>
    findings.map(({ id, package: { name, version } }) => `${id} ${name} ${version}`).sort();

  it.each([
    { name: "OSV's API", inputs: {}, files: {} },
    { name: 'a directory', inputs: { advisories: 'advisories' }, files: advisoryFiles() },
  ])(
    'finds what is known of an image in $name, and says how bad and where it is',
    async ({ inputs, files }) => {
      const result = await run({ image: reference, vulnerabilities: 'report', ...inputs }, files);
      expect(result.json.error).toBeUndefined();
      expect(result.exitCode).toBe(0);
      expect(result.found).toEqual(KNOWN_FINDINGS);
      expect(JSON.parse(result.runner.outputs.get('vulnerabilities') ?? '')).toEqual({
        critical: 1,
        high: 3,
        low: 0,
        medium: 1,
        none: 0,
        unknown: 2,
      });
      expect(result.summary).toContain('Known vulnerabilities');
      expect(result.summary).toContain('https://www.cve.org/CVERecord?id=CVE-2021-44228');
      expect(result.summary).toContain('2.15.0');
      expect(result.json.vulnerabilityReport).toMatchObject({ notCovered: [], failing: 6 });
      // An SBOM says what is inside, and nothing of what is known of it.
      expect(result.read('sbom/app-linux-amd64.cdx.json')).not.toMatch(/vulnerabilit|CVE-/);
    },
  );

  it('finds the same in the image, in its documents of every format, and in the file system', async () => {
    const formats = 'cyclonedx-json\ncyclonedx-json@1.7\nspdx-json\nspdx-json@3.0';
    const first = await run({ image: reference, vulnerabilities: 'report', formats });
    for (const { path } of JSON.parse(first.runner.outputs.get('sboms') ?? '[]')) {
      const again = await run(
        { path: 'given/document.json', vulnerabilities: 'report', 'output-dir': 'again' },
        { 'given/document.json': first.read(path) },
      );
      expect({ path, exit: again.exitCode, found: again.found }).toEqual({
        path,
        exit: 0,
        found: first.found,
      });
      expect(again.runner.outputs.get('packages')).toBe(first.runner.outputs.get('packages'));
      expect(again.json.vulnerabilityReport.counts).toEqual(first.json.vulnerabilityReport.counts);
      const severities = (findings: readonly Finding[]) =>
        findings.map(({ id, severity }) => `${id} ${severity}`);
      expect(severities(again.findings)).toEqual(severities(first.findings));
    }
  }, 60_000);

  it('finds in a directory what lies there, and names the place in the repository', async () => {
    const files = Object.fromEntries(
      applicationFiles().map(({ path, content }) => [`src/${path}`, Buffer.from(content)]),
    );
    const result = await run(
      { path: 'src', vulnerabilities: 'report', 'sarif-file': 'out/src.sarif' },
      files,
    );
    expect(result.found).toEqual(KNOWN_FINDINGS.filter((one) => !one.includes('CVE-2023-5363')));
    const { results } = JSON.parse(result.read('out/src.sarif')).runs[0];
    expect(results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
      'src/app/log4j-core-2.14.1.jar',
    );
  });

  it('fails the step in a gate, names the worst, and has written everything before', async () => {
    const result = await run({
      image: reference,
      vulnerabilities: 'gate',
      'sarif-file': 'out/app.sarif',
      'vdr-file': 'out/app.vdr.json',
    });
    expect(result.exitCode).toBe(1);
    expect(result.runner.outputs.get('error-code')).toBe('GATE_FAILED');
    expect(result.json.error.message).toMatch(
      /has 6 known vulnerabilities that count \(fail-on: high\): CVE-2021-44228 \(critical\) in org\.apache\.logging\.log4j:log4j-core 2\.14\.1, fixed in 2\.15\.0; /,
    );
    expect(result.json.error.message).toContain('and 1 more');
    expect(result.runner.outputs.get('sarif-file')).toBe('out/app.sarif');
    expect(result.runner.outputs.get('vdr-file')).toBe('out/app.vdr.json');
    expect(result.found).toEqual(KNOWN_FINDINGS);
    expect(existsSync(join(result.workspace, 'sbom/app-linux-amd64.cdx.json'))).toBe(true);
    expect(result.summary).toContain('❌');
    const sarif = JSON.parse(result.read('out/app.sarif'));
    const validate = loadSarifSchema();
    expect(validate(sarif) || validate.errors).toBe(true);
    expect(sarif.runs[0].results).toHaveLength(KNOWN_FINDINGS.length);
    const report = result.read('out/app.vdr.json');
    expect(await new JsonStrictValidator(Version.v1dot6).validate(report)).toBeNull();
    const document = JSON.parse(result.read('sbom/app-linux-amd64.cdx.json'));
    const link = `${document.serialNumber.replace('urn:uuid:', 'urn:cdx:')}/1`;
    expect(JSON.parse(report)).toMatchObject({
      metadata: { component: { type: 'container', version: image.digest } },
      externalReferences: [{ type: 'bom', url: link }],
    });
    // Every package of the report is one of the SBOM, which the link says.
    const refs = new Set(document.components.map((one: { readonly 'bom-ref': string }) => one['bom-ref']));
    for (const one of JSON.parse(report).components) {
      expect(refs.has(one.purl)).toBe(true);
      expect(one.externalReferences[0].url).toBe(`${link}#${encodeURIComponent(one.purl)}`);
    }
  });

  it('passes a gate where everything is newer, on the edge of each range', async () => {
    const fixed = makeVulnerableImage({
      openssl: '3.0.11-1~deb12u2',
      lodash: '4.17.21',
      log4j: '2.15.0',
      jinja2: '3.1.3',
      text: 'v0.3.7',
      go: 'go1.22.4',
    });
    await seed(registry, REPOSITORY, fixed, { tags: ['1.1'] });
    const result = await run({ image: `${registry.host}/${REPOSITORY}:1.1`, vulnerabilities: 'gate' });
    expect(result.json.error).toBeUndefined();
    expect({ exit: result.exitCode, found: result.found }).toEqual({ exit: 0, found: [] });
    expect(result.summary).toContain('no known vulnerability');
  });

  it.each([
    { name: 'a milder threshold', inputs: { 'fail-on': 'medium' }, failing: 7 },
    { name: 'a harder threshold', inputs: { 'fail-on': 'critical' }, failing: 3 },
    { name: 'what is known to be exploited', inputs: { 'fail-on': 'kev' }, failing: 1 },
    // One has a low score; those that have none are not thereby unlikely.
    { name: 'an EPSS score', inputs: { 'min-epss': '0.5' }, failing: 5 },
  ])('counts by $name', async ({ inputs, failing }) => {
    const result = await run({ image: reference, vulnerabilities: 'gate', ...inputs });
    expect(result.runner.outputs.get('error-code')).toBe('GATE_FAILED');
    expect(result.json.vulnerabilityReport.failing).toBe(failing);
  });

  describe('with the last word to the people who know', () => {
    const lodashOnly = { image: '', vulnerabilities: 'gate', 'fail-on': 'low' };
    const gate = async (
      inputs: Readonly<Record<string, string>>,
      files: Readonly<Record<string, string>> = {},
    ) => {
      const records = KNOWN_RECORDS.filter(
        ({ id }) => id === 'GHSA-35jh-r3h4-6jhm' || id.startsWith('DEBIAN-CVE-2020'),
      );
      return run(
        { ...lodashOnly, image: reference, advisories: 'advisories', ...inputs },
        { ...advisoryFiles(records), ...files },
      );
    };
    // Packages of ecosystems of which the directory has no record are no distribution's.
    it('fails without any word', async () => {
      const result = await gate({});
      expect({ exit: result.exitCode, code: result.runner.outputs.get('error-code') }).toEqual({
        exit: 1,
        code: 'GATE_FAILED',
      });
    });

    it.each([
      { name: 'not affected', statement: {}, exit: 0 },
      { name: 'fixed', statement: { status: 'fixed', justification: undefined }, exit: 0 },
      { name: 'affected', statement: { status: 'affected', action_statement: 'Update.' }, exit: 1 },
      { name: 'of another version', statement: { products: [{ '@id': 'pkg:npm/lodash@4.17.16' }] }, exit: 1 },
      { name: 'of another vulnerability', statement: { vulnerability: { name: 'CVE-2000-0001' } }, exit: 1 },
      {
        name: 'not affected, of the image',
        statement: { products: [{ '@id': `pkg:oci/app@${image.digest.replace(':', '%3A')}` }] },
        exit: 0,
      },
    ])('exits with $exit where a statement says $name', async ({ statement, exit }) => {
      const result = await gate(
        { vex: 'security/*.vex.json' },
        { 'security/app.vex.json': openVex(statement) },
      );
      expect({ exit: result.exitCode, error: result.json.error?.code }).toEqual({
        exit,
        error: exit === 0 ? undefined : 'GATE_FAILED',
      });
      const [finding] = result.findings;
      if (exit === 0) {
        expect(finding?.excuses).toMatchObject([
          { kind: 'vex', says: expect.stringContaining('security/app.vex.json') },
        ]);
        expect(result.runner.outputs.get('vulnerabilities')).toContain('"high":0');
        expect(result.summary).toContain('Excused: 1 finding');
        expect(result.summary).toContain('Acme PSIRT');
      } else expect(finding?.counts).toBe(true);
    });

    it('suppresses in SARIF and explains in the report what a statement excuses', async () => {
      const result = await gate(
        { vex: 'app.vex.json', 'sarif-file': 'app.sarif', 'vdr-file': 'app.vdr.json' },
        { 'app.vex.json': openVex() },
      );
      expect(JSON.parse(result.read('app.sarif')).runs[0].results).toMatchObject([
        { suppressions: [{ kind: 'external', status: 'accepted' }] },
      ]);
      expect(JSON.parse(result.read('app.vdr.json')).vulnerabilities).toMatchObject([
        { analysis: { state: 'not_affected', justification: 'code_not_reachable' } },
      ]);
    });

    it('lets an exception pass until its day, and says so', async () => {
      const result = await gate({
        ignore: '- { id: CVE-2021-23337, package: lodash, reason: not called, until: 2999-12-31 }',
      });
      expect(result.json.error).toBeUndefined();
      expect(result.exitCode).toBe(0);
      expect(result.findings[0]?.excuses).toEqual([
        { kind: 'exception', says: 'Let pass until 2999-12-31: not called' },
      ]);
    });

    it('says of an exception that nothing needs it', async () => {
      const result = await gate({ ignore: '- { id: CVE-2000-0001, reason: gone, until: 2999-12-31 }' });
      expect(result.json.vulnerabilityReport.unusedExceptions).toMatchObject([{ id: 'CVE-2000-0001' }]);
      expect(result.summary).toContain('is found nowhere');
    });

    it.each([
      {
        name: 'an exception that has expired',
        inputs: { ignore: '- { id: CVE-2021-23337, reason: later, until: 2026-01-31 }' },
        says: /CVE-2021-23337 ended on 2026-01-31/,
        code: 'INPUT_INVALID',
      },
      {
        name: 'an exception without a reason',
        inputs: { ignore: '- { id: CVE-2021-23337, until: 2999-01-31 }' },
        says: /ignore:1:3: \[0\]\.reason is missing/,
        code: 'INPUT_INVALID',
      },
      {
        name: 'a VEX file that is not there',
        inputs: { vex: 'no.vex.json' },
        says: /no\.vex\.json/,
        code: 'NOT_FOUND',
      },
      {
        name: 'a signer that is none',
        inputs: { 'vex-identity': 'certificate-identiti: x' },
        says: /Did you mean "certificate-identity"/,
        code: 'INPUT_INVALID',
      },
      {
        name: 'a score that is none',
        inputs: { 'min-epss': '50%' },
        says: /no number from 0 to 1/,
        code: 'INPUT_INVALID',
      },
      {
        name: 'advisories that are too old',
        inputs: { 'max-advisory-age': '1h' },
        says: /advisories/,
        code: 'LIMIT_EXCEEDED',
      },
      {
        name: 'advisories that are not there',
        inputs: { advisories: 'nowhere' },
        says: /nowhere/,
        code: 'NOT_FOUND',
      },
    ])('refuses $name, in a report as well, and writes nothing', async ({ inputs, says, code }) => {
      for (const vulnerabilities of ['report', 'gate']) {
        const result = await gate({ vulnerabilities, ...inputs });
        expect({ exit: result.exitCode, code: result.json.error?.code }).toEqual({ exit: 1, code });
        expect(result.json.error.message).toMatch(says);
        expect(existsSync(join(result.workspace, 'sbom'))).toBe(false);
      }
    });
  });

  it('warns in a report, and fails in a gate, where nobody can be asked', async () => {
    const env = { OSV_API_URL: 'http://127.0.0.1:9' };
    const report = await run(
      { image: reference, vulnerabilities: 'report', 'sarif-file': 'a.sarif' },
      {},
      env,
    );
    expect(report.exitCode).toBe(0);
    expect(JSON.parse(report.runner.outputs.get('vulnerabilities') ?? '')).toMatchObject({
      error: { code: 'UNREACHABLE' },
    });
    expect(report.summary).toContain('Nobody could be asked');
    expect(report.summary).not.toContain('✅');
    // Empty reports would close what is open at GitHub.
    expect(report.runner.outputs.has('sarif-file')).toBe(false);
    expect(existsSync(join(report.workspace, 'a.sarif'))).toBe(false);
    const gate = await run({ image: reference, vulnerabilities: 'gate' }, {}, env);
    expect({ exit: gate.exitCode, code: gate.json.error?.code }).toEqual({ exit: 1, code: 'UNREACHABLE' });
  }, 60_000);

  it('says in a report, and fails in a gate, where the source knows nothing of the distribution', async () => {
    const files = advisoryFiles(KNOWN_RECORDS.filter(({ id }) => !id.startsWith('DEBIAN-')));
    const inputs = { image: reference, advisories: 'advisories' };
    const report = await run({ ...inputs, vulnerabilities: 'report' }, files);
    expect(report.exitCode).toBe(0);
    expect(report.json.vulnerabilityReport.notCovered).toMatchObject([
      { ecosystem: 'Debian:12', isDistribution: true },
    ]);
    expect(report.summary).toContain('Debian:12');
    const found = await run({ ...inputs, vulnerabilities: 'gate' }, files);
    expect(found.json.error.code).toBe('GATE_FAILED');
    const excused = '- { id: CVE-2021-44228, reason: It is switched off., until: 2999-12-31 }';
    const gate = await run({ ...inputs, vulnerabilities: 'gate', 'fail-on': 'kev', ignore: excused }, files);
    expect(gate.json.error).toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('Debian:12'),
    });
    expect(existsSync(join(gate.workspace, 'sbom/app-linux-amd64.cdx.json'))).toBe(true);
  });

  it('fails in a gate where the list of installed packages cannot be read', async () => {
    const broken = makeImage({
      layers: [
        tarLayer([
          { path: 'etc/os-release', content: 'ID=debian\nVERSION_ID="12"\n' },
          { path: 'var/lib/dpkg/status', content: Buffer.alloc(100, 1) },
        ]),
      ],
    });
    await seed(registry, REPOSITORY, broken, { tags: ['broken'] });
    const inputs = { image: `${registry.host}/${REPOSITORY}:broken`, advisories: 'advisories' };
    const files = advisoryFiles();
    const report = await run({ ...inputs, vulnerabilities: 'report' }, files);
    expect(report.exitCode).toBe(0);
    expect(report.summary).toContain('could not be read to its end');
    const gate = await run({ ...inputs, vulnerabilities: 'gate' }, files);
    expect(gate.json.error).toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('var/lib/dpkg/status'),
    });
  });

  it('warns in a gate of packages of which the source knows nothing', async () => {
    const files = advisoryFiles(KNOWN_RECORDS.filter(({ id }) => !id.startsWith('GHSA-35jh')));
    const inputs = { image: reference, advisories: 'advisories', 'fail-on': 'kev' };
    const excused = '- { id: CVE-2021-44228, reason: It is switched off., until: 2999-12-31 }';
    const gate = await run({ ...inputs, vulnerabilities: 'gate', ignore: excused }, files);
    expect(gate.exitCode).toBe(0);
    expect(gate.runner.annotations.map(({ text }) => text).join()).toMatch(/no records of npm/);
  });

  it('writes no report in a dry run', async () => {
    const result = await run({
      image: reference,
      vulnerabilities: 'report',
      'sarif-file': 'a.sarif',
      'vdr-file': 'a.json',
      'dry-run': 'true',
    });
    expect(result.exitCode).toBe(0);
    expect(result.found).toEqual(KNOWN_FINDINGS);
    expect(['a.sarif', 'a.json', 'sbom'].filter((path) => existsSync(join(result.workspace, path)))).toEqual(
      [],
    );
    expect(result.runner.outputs.has('sarif-file')).toBe(false);
  });

  it('asks nobody where it is off, and warns of what has no effect then', async () => {
    services.log.clear();
    const result = await run({ image: reference, 'min-epss': '0.1', 'sarif-file': 'a.sarif' });
    expect(result.exitCode).toBe(0);
    expect(services.log.count()).toBe(0);
    expect(result.runner.outputs.has('vulnerabilities')).toBe(false);
    expect(result.runner.annotations.map(({ text }) => text).join()).toContain(
      '"min-epss", "sarif-file" without effect',
    );
  });
});
