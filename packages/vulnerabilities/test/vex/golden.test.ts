import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { imageSubject, judge, readVexDocument, type VexSubject } from '../../src/index.ts';
import { findingOf } from '../support/findings.ts';

const DATA = process.env['ARTIFACT_LIFECYCLE_DATA'];
const describeWithData = DATA === undefined ? describe.skip : describe;
const read = (name: string) =>
  readVexDocument(readFileSync(join(DATA ?? '', 'advisories', 'vex', name)), name);

const NOBODY: VexSubject = { ids: [], digests: [] };
const DEBIAN = imageSubject({
  repository: 'docker.io/library/debian',
  tag: '12',
  digests: [`sha256:${'d'.repeat(64)}`],
});
const DIRECT = 'pkg:golang/github.com/aquasecurity/go-direct1@v2.0.0';
const TRANSITIVE = 'pkg:golang/github.com/aquasecurity/go-transitive@v4.0.0';
const through = (...parents: string[]): VexSubject => ({
  ...NOBODY,
  dependents: new Map([
    [TRANSITIVE, parents],
    ...parents.map((parent): [string, string[]] => [parent, ['pkg:golang/app']]),
  ]),
});
const BASH = 'pkg:deb/debian/bash@5.3?arch=amd64&distro=debian-12';
const SPRING = 'pkg:maven/org.springframework.boot/spring-boot@2.6.0';
const OPA = 'pkg:golang/github.com/open-policy-agent/opa@v0.35.0';
const REPOSITORIES = 'repositories';

interface Golden {
  readonly file: string;
  readonly vulnerability: string;
  readonly purl: string;
  readonly subject?: VexSubject;
  /** Status and place of the statement that holds, or `counts`. */
  readonly expected: string;
}

const GOLDEN: readonly Golden[] = [
  {
    file: 'grype-openvex.json',
    vulnerability: 'CVE-2023-45803',
    purl: 'pkg:pypi/urllib3@1.26.16%2Bcgr.1',
    expected: 'fixed statements[0]',
  },
  {
    file: 'grype-openvex.json',
    vulnerability: 'CVE-2023-45803',
    purl: 'pkg:pypi/urllib3@1.26.16',
    expected: 'counts',
  },
  {
    file: 'grype-csaf-vex.json',
    vulnerability: 'CVE-2026-12345',
    purl: 'pkg:rpm/redhat/testpkg@1.2.3-1.hum1?arch=x86_64',
    expected: 'fixed vulnerabilities[0].product_status.fixed[0]',
  },
  {
    file: 'grype-csaf-vex.json',
    vulnerability: 'CVE-2026-12345',
    purl: 'pkg:rpm/redhat/testpkg@1.2.2-1.hum1?arch=x86_64',
    expected: 'counts',
  },
  {
    file: 'grype-csaf-vex.json',
    vulnerability: 'CVE-2026-12345',
    purl: 'pkg:rpm/redhat/otherpkg@9',
    expected: 'not_affected vulnerabilities[0].product_status.known_not_affected[0]',
  },
  {
    file: 'grype-csaf-vex.json',
    vulnerability: 'CVE-2026-12345',
    purl: 'pkg:rpm/redhat/otherpkg@9',
    subject: { ...NOBODY, cpes: ['cpe:/o:redhat:enterprise_linux:9'] },
    expected: 'counts',
  },
  {
    file: 'grype-csaf-vex.json',
    vulnerability: 'CVE-2026-12345',
    purl: 'pkg:rpm/redhat/otherpkg@9',
    subject: { ...NOBODY, cpes: ['cpe:2.3:a:redhat:hummingbird:1:*:*:*:*:*:*:*'] },
    expected: 'not_affected vulnerabilities[0].product_status.known_not_affected[0]',
  },
  {
    file: 'trivy-csaf.json',
    vulnerability: 'CVE-2024-0001',
    purl: TRANSITIVE,
    expected: 'not_affected vulnerabilities[0].product_status.known_not_affected[0]',
  },
  {
    file: 'trivy-csaf.json',
    vulnerability: 'CVE-2024-0001',
    purl: TRANSITIVE.replace('4', '5'),
    expected: 'counts',
  },
  {
    file: 'trivy-csaf-relationships.json',
    vulnerability: 'CVE-2024-0001',
    purl: TRANSITIVE,
    subject: through(DIRECT),
    expected: 'not_affected vulnerabilities[0].product_status.known_not_affected[0]',
  },
  {
    file: 'trivy-csaf-relationships.json',
    vulnerability: 'CVE-2024-0001',
    purl: TRANSITIVE,
    subject: through(DIRECT, 'pkg:golang/other'),
    expected: 'counts',
  },
  {
    file: 'trivy-csaf-relationships.json',
    vulnerability: 'CVE-2024-0001',
    purl: TRANSITIVE,
    expected: 'counts',
  },
  {
    file: 'trivy-cyclonedx.json',
    vulnerability: 'CVE-2021-44228',
    purl: SPRING,
    expected: 'not_affected vulnerabilities[0]',
  },
  {
    file: 'trivy-cyclonedx.json',
    vulnerability: 'CVE-2021-44228',
    purl: SPRING.replace('2.6.0', '2.6.1'),
    expected: 'counts',
  },
  {
    file: 'trivy-cyclonedx.json',
    vulnerability: 'CVE-2022-27943',
    purl: 'pkg:deb/ubuntu/libstdc%2B%2B6@12.3.0-1ubuntu1~22.04?arch=amd64&distro=ubuntu-22.04',
    expected: 'not_affected vulnerabilities[1]',
  },
  {
    file: 'trivy-cyclonedx.json',
    vulnerability: 'CVE-2022-27943',
    purl: 'pkg:deb/ubuntu/libstdc%2B%2B6@12.3.0-1ubuntu1~22.04?arch=arm64&distro=ubuntu-22.04',
    expected: 'counts',
  },
  {
    file: 'trivy-integration-openvex.json',
    vulnerability: 'CVE-2022-23628',
    purl: OPA,
    subject: { ...NOBODY, ids: ['pkg:golang/github.com/testdata/testdata'] },
    expected: 'not_affected statements[0]',
  },
  {
    file: 'trivy-integration-openvex.json',
    vulnerability: 'CVE-2022-23628',
    purl: OPA,
    subject: { ...NOBODY, ids: ['pkg:golang/github.com/other/other'] },
    expected: 'counts',
  },
  {
    file: `trivy-multi-repos_vex_${REPOSITORIES}_default_0.1_bash-vex.json`,
    vulnerability: 'CVE-2022-3715',
    purl: BASH,
    expected: 'not_affected statements[0]',
  },
  {
    file: `trivy-multi-repos_vex_${REPOSITORIES}_high-priority_0.1_bash-vex.json`,
    vulnerability: 'CVE-2022-3715',
    purl: BASH,
    expected: 'counts',
  },
  {
    file: `trivy-parent-location-repo_vex_${REPOSITORIES}_default_bash-vex.json`,
    vulnerability: 'CVE-2022-3715',
    purl: BASH,
    expected: 'not_affected statements[0]',
  },
  {
    file: `trivy-single-repo_vex_${REPOSITORIES}_default_0.1_bash-vex.json`,
    vulnerability: 'CVE-2022-3715',
    purl: BASH,
    expected: 'not_affected statements[0]',
  },
  {
    file: `trivy-single-repo_vex_${REPOSITORIES}_default_0.1_bash-vex.json`,
    vulnerability: 'CVE-2022-3715',
    purl: BASH.replace('5.3', '5.2'),
    expected: 'counts',
  },
  {
    file: 'trivy-openvex-multiple.json',
    vulnerability: 'CVE-2021-44228',
    purl: SPRING,
    expected: 'not_affected statements[1]',
  },
  {
    file: 'trivy-openvex-nested.json',
    vulnerability: 'CVE-2024-0001',
    purl: TRANSITIVE,
    subject: through(DIRECT),
    expected: 'not_affected statements[0]',
  },
  {
    file: 'trivy-openvex-nested.json',
    vulnerability: 'CVE-2024-0001',
    purl: TRANSITIVE,
    subject: through(DIRECT, 'pkg:golang/other'),
    expected: 'counts',
  },
  {
    file: 'trivy-openvex-nested.json',
    vulnerability: 'CVE-2024-0001',
    purl: DIRECT,
    subject: through(DIRECT),
    expected: 'counts',
  },
  {
    file: 'trivy-openvex-oci.json',
    vulnerability: 'CVE-2022-3715',
    purl: BASH,
    subject: DEBIAN,
    expected: 'not_affected statements[0]',
  },
  {
    file: 'trivy-openvex-oci.json',
    vulnerability: 'CVE-2022-3715',
    purl: 'pkg:deb/debian/dash@1',
    subject: DEBIAN,
    expected: 'counts',
  },
  { file: 'trivy-openvex-oci.json', vulnerability: 'CVE-2022-3715', purl: BASH, expected: 'counts' },
  {
    file: 'trivy-openvex-oci-mismatch.json',
    vulnerability: 'CVE-2022-3715',
    purl: BASH,
    subject: DEBIAN,
    expected: 'counts',
  },
  {
    file: 'trivy-openvex.json',
    vulnerability: 'CVE-2021-44228',
    purl: SPRING,
    expected: 'not_affected statements[0]',
  },
  { file: 'trivy-openvex.json', vulnerability: 'CVE-2021-45046', purl: SPRING, expected: 'counts' },
];

/** Lists of repositories of statements, and an empty object: none holds a statement. */
const NOT_VEX = [
  `trivy-multi-repos_vex_${REPOSITORIES}_default_0.1_index.json`,
  `trivy-multi-repos_vex_${REPOSITORIES}_high-priority_0.1_index.json`,
  `trivy-parent-location-repo_vex_${REPOSITORIES}_default_0.1_index.json`,
  `trivy-parent-location-repo_vex_${REPOSITORIES}_default_vex-repository.json`,
  `trivy-single-repo_vex_${REPOSITORIES}_default_0.1_index.json`,
  `trivy-single-repo_vex_${REPOSITORIES}_default_vex-repository.json`,
  'trivy-unknown.json',
];

describeWithData('real documents', () => {
  it.each(GOLDEN.map((golden) => ({ ...golden, name: `${golden.file}: ${golden.purl}` })))(
    '$name → $expected',
    ({ file, vulnerability, purl, subject = NOBODY, expected }) => {
      const { findings } = judge(
        [findingOf(vulnerability, purl)],
        read(file).statements,
        subject,
        { failOn: 'low', onlyFixed: false, minEpss: undefined, ignore: [] },
        0,
      );
      const [judged] = findings;
      const { status, origin } = judged?.statement ?? {};
      expect(judged?.counts === true ? 'counts' : `${status} ${origin?.place}`).toBe(expected);
    },
  );

  it.each(NOT_VEX.map((name) => ({ name })))('$name is refused by its name', ({ name }) => {
    expect(() => read(name)).toThrow(
      expect.objectContaining({ code: 'CONTENT_INVALID', message: expect.stringContaining(name) }),
    );
  });

  it('all of the folder are looked at', () => {
    expect(new Set([...GOLDEN.map(({ file }) => file), ...NOT_VEX]).size).toBe(22);
  });

  it('warn of an action that is not named', () => {
    expect(read('trivy-openvex-multiple.json').warnings).toEqual([
      'trivy-openvex-multiple.json: statements[0] says affected without an action_statement.',
    ]);
  });
});
