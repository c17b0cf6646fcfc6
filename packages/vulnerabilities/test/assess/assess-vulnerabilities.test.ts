import { describe, expect, it } from '@jest/globals';
import { parseAdvisory } from '../../src/advisory/parse-advisory.ts';
import { askOnce } from '../../src/assess/ask-once.ts';
import {
  assessVulnerabilities,
  type VulnerabilityQuestion,
} from '../../src/assess/assess-vulnerabilities.ts';
import { refuseUnassessable } from '../../src/assess/unassessable.ts';
import { componentsOfPurls } from '../../src/component/list-components.ts';
import type { AdvisorySource, ExploitationSource } from '../../src/source/advisory-source.ts';
import type { VulnerabilityPolicy } from '../../src/verdict/verdict.ts';
import { assess, STATEMENT } from '../support/assessments.ts';

const LODASH = 'pkg:npm/lodash@4.17.15';

const ADVISORY = parseAdvisory({
  id: 'GHSA-35jh-r3h4-6jhm',
  modified: '2026-01-01T00:00:00Z',
  aliases: ['CVE-2021-23337'],
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'npm', name: 'lodash' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.21' }] }],
    },
  ],
});

/** A source of one record that knows nothing of distributions, and remembers what it was asked. */
function makeSource(): AdvisorySource & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    title: 'a test',
    find: async (components) => {
      asked.push(...components.map(({ purl }) => purl));
      return components.map((component) => ({
        component,
        advisories: component.name === 'lodash' ? [ADVISORY] : [],
        gap:
          component.type === 'deb'
            ? { ecosystem: 'Debian:12', reason: 'A test has no advisories for Debian:12' }
            : undefined,
      }));
    },
  };
}

/** Knows a score and a catalogue, and counts questions. */
function makeExploitation(): ExploitationSource & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    epss: async (cves) => {
      asked.push(`epss ${cves.join()}`);
      return new Map(cves.map((cve) => [cve, { score: 0.2, percentile: 0.9, date: undefined }]));
    },
    kev: async () => {
      asked.push('kev');
      return new Map([
        ['CVE-2021-23337', { dateAdded: '2022-01-01', dueDate: undefined, ransomware: false }],
      ]);
    },
  };
}

function ask(
  purls: readonly string[],
  more: Partial<Omit<VulnerabilityQuestion, 'policy'>> & {
    readonly policy?: Partial<VulnerabilityPolicy>;
  } = {},
) {
  const { policy, ...rest } = more;
  return assessVulnerabilities({
    subject: { name: 'app', platform: undefined },
    names: { ids: [], digests: [] },
    packages: componentsOfPurls(purls),
    source: makeSource(),
    exploitation: makeExploitation(),
    statements: [],
    policy: { failOn: 'high', onlyFixed: false, minEpss: undefined, ignore: [], ...policy },
    now: Date.UTC(2026, 10, 25),
    signal: new AbortController().signal,
    ...rest,
  });
}

describe('what is known against a subject', () => {
  it('goes from packages to a verdict', async () => {
    const assessment = await ask([LODASH, 'pkg:npm/left@1.0.0']);
    expect(assessment).toMatchObject({ source: 'a test', components: 2, notCovered: [] });
    expect(assessment.verdict.findings).toMatchObject([
      { counts: true, finding: { id: 'CVE-2021-23337', component: { purl: LODASH }, fixedIn: ['4.17.21'] } },
    ]);
  });

  it('hears statements of the package', async () => {
    const products = [{ ids: ['pkg:npm/lodash'], digests: [], subcomponents: [] }];
    const { verdict } = await ask([LODASH], { statements: [{ ...STATEMENT, products }] });
    expect(verdict.findings).toMatchObject([{ counts: false, excuses: [{ kind: 'vex' }] }]);
  });

  it.each([
    { name: 'nobody', policy: {}, asked: [], counts: true },
    { name: 'FIRST for a score', policy: { minEpss: 0.1 }, asked: ['epss CVE-2021-23337'], counts: true },
    {
      name: 'FIRST for a higher score',
      policy: { minEpss: 0.3 },
      asked: ['epss CVE-2021-23337'],
      counts: false,
    },
    { name: 'CISA for what is exploited', policy: { failOn: 'kev' as const }, asked: ['kev'], counts: true },
  ])('asks $name beside advisories, as the policy wants', async ({ policy, asked, counts }) => {
    const exploitation = makeExploitation();
    const { verdict } = await ask([LODASH], { policy, exploitation });
    expect(exploitation.asked).toEqual(asked);
    expect(verdict.findings.map((one) => one.counts)).toEqual([counts]);
  });

  it('asks nobody about nothing', async () => {
    const exploitation = makeExploitation();
    await ask(['pkg:npm/left@1.0.0'], { policy: { failOn: 'kev', minEpss: 0.5 }, exploitation });
    expect(exploitation.asked).toEqual([]);
  });

  it('says of what the source knows nothing, and what could not be matched', async () => {
    const deb = (name: string) => `pkg:deb/debian/${name}@1?distro=debian-12`;
    const { notCovered, unmatched } = await ask([deb('a'), deb('b'), 'pkg:deb/debian/c@1', 'pkg:npm/d']);
    expect(notCovered).toEqual([
      {
        ecosystem: 'Debian:12',
        reason: 'A test has no advisories for Debian:12',
        components: 2,
        isDistribution: true,
      },
    ]);
    expect(unmatched.map(({ name, cause }) => `${name} ${cause}`)).toEqual(['c no-release', 'd no-version']);
  });

  it('throws what the source throws: no answer is no finding', async () => {
    const source = { title: 'a test', find: () => Promise.reject(new Error('gone')) };
    await expect(ask([LODASH], { source })).rejects.toThrow('gone');
  });
});

describe('a source that is asked once', () => {
  it('is asked about each package once, and answers with the component that asks', async () => {
    const source = makeSource();
    const once = askOnce(source);
    const signal = new AbortController().signal;
    const { components } = componentsOfPurls([LODASH]);
    await once.find(components, { signal });
    const moved = components.map((one) => ({ ...one, locations: [{ path: 'elsewhere' }] }));
    const found = await once.find([...moved, ...componentsOfPurls(['pkg:npm/left@1.0.0']).components], {
      signal,
    });
    expect(source.asked).toEqual([LODASH, 'pkg:npm/left@1.0.0']);
    expect(found[0]).toMatchObject({ component: moved[0], advisories: [{ id: 'GHSA-35jh-r3h4-6jhm' }] });
    expect(found[1]?.advisories).toEqual([]);
  });

  it('is asked again after a failure', async () => {
    const source = makeSource();
    let fails = true;
    const once = askOnce({
      title: 'a test',
      find: (components, options) =>
        fails ? Promise.reject(new Error('gone')) : source.find(components, options),
    });
    const { components } = componentsOfPurls([LODASH]);
    const signal = new AbortController().signal;
    await expect(once.find(components, { signal })).rejects.toThrow('gone');
    fails = false;
    expect((await once.find(components, { signal }))[0]?.advisories).toHaveLength(1);
  });
});

describe('what a gate cannot judge', () => {
  const gap = { ecosystem: 'Debian:12', reason: 'There is none', components: 3, isDistribution: true };
  it.each([
    {
      name: 'a distribution that the source lacks',
      more: { notCovered: [gap] },
      says: /3 packages of Debian:12/,
    },
    {
      name: 'a distribution whose release nobody says',
      more: {
        unmatched: [
          { name: 'a', purl: 'pkg:deb/debian/a@1', cause: 'no-release' as const, reason: 'No release.' },
        ],
      },
      says: /such as pkg:deb\/debian\/a@1\. No release\./,
    },
    { name: 'a subject of which no package is known', more: { components: 0 }, says: /no package/ },
  ])('is $name', ({ more, says }) => {
    expect(() => refuseUnassessable([assess([], 'linux/amd64', { components: 1, ...more })])).toThrow(says);
  });

  it.each([
    { name: 'a language that the source lacks', more: { notCovered: [{ ...gap, isDistribution: false }] } },
    {
      name: 'a package without a purl',
      more: { unmatched: [{ name: 'a', purl: undefined, cause: 'no-purl' as const, reason: 'None.' }] },
    },
  ])('is not $name, which is only said', ({ more }) => {
    expect(() => refuseUnassessable([assess([], 'linux/amd64', { components: 1, ...more })])).not.toThrow();
  });
});
