import { SuiteError } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseGitHubAdvisory } from '../../src/source/github-advisory.ts';
import { eventsOfRange, InvalidRange } from '../../src/source/github-range.ts';

const ID = 'GHSA-35jh-r3h4-6jhm';

describe("GitHub's ranges", () => {
  it.each<{ range: string; patched?: string; events: readonly string[]; versions?: readonly string[] }>([
    { range: '< 4.17.21', patched: '4.17.21', events: ['introduced 0', 'fixed 4.17.21'] },
    { range: '>= 1.0.0, < 2.0.0', patched: '2.0.0', events: ['introduced 1.0.0', 'fixed 2.0.0'] },
    { range: '>=1.0.0,<2.0.0', events: ['introduced 1.0.0', 'fixed 2.0.0'] },
    { range: '<= 1.4.2', events: ['introduced 0', 'last_affected 1.4.2'] },
    { range: '<= 1.4.2', patched: '1.5', events: ['introduced 0', 'last_affected 1.4.2', 'fixed 1.5'] },
    { range: '>= 2.4, <= 2.12.1', events: ['introduced 2.4', 'last_affected 2.12.1'] },
    { range: '>= 3.0', events: ['introduced 3.0'] },
    { range: '>= 0', events: ['introduced 0'] },
    { range: '> 0', events: ['introduced 0'] },
    { range: '= 3.0.1', events: [], versions: ['3.0.1'] },
    {
      range: '= 3.0',
      patched: '3.1',
      events: ['introduced 3.0', 'last_affected 3.0', 'fixed 3.1'],
      versions: ['3.0'],
    },
    // The range decides, also where another branch was patched before.
    { range: '< 2.0.0', patched: '1.9.5', events: ['introduced 0', 'fixed 2.0.0'] },
  ])('$range (patched in $patched) are $events', ({ range, patched, events, versions = [] }) => {
    const read = eventsOfRange(range, patched);
    expect(read.events.map(({ kind, version }) => `${kind} ${version}`)).toEqual(events);
    expect(read.versions).toEqual(versions);
  });

  it.each([
    '',
    ',',
    '1.0',
    '~> 1.0',
    '>= 1.0 < 2.0',
    '< 1, < 2',
    '>= 1, >= 2',
    '= 1, < 2',
    '< ',
    '< 1,',
    '<< 1',
  ])('refuse %j, rather than take it for nothing', (range) => {
    expect(() => eventsOfRange(range, undefined)).toThrow(InvalidRange);
  });

  it('say something, or are refused, whatever stands there', () => {
    const part = fc.oneof(fc.constantFrom('>=', '<', '=', '<=', '>', ',', ' ', '1.0', '2.0'), fc.string());
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        try {
          const { events, versions } = eventsOfRange(parts.join(''), undefined);
          expect(events.length + versions.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidRange);
        }
      }),
    );
  });
});

describe("GitHub's advisories", () => {
  it('are read as OSV would write them', () => {
    const document = {
      ghsa_id: ID,
      cve_id: 'CVE-2021-23337',
      html_url: `https://github.com/advisories/${ID}`,
      summary: 'Command Injection in lodash',
      description: 'Before 4.17.21.',
      type: 'reviewed',
      severity: 'high',
      identifiers: [
        { type: 'GHSA', value: ID },
        { type: 'CVE', value: 'CVE-2021-23337' },
      ],
      references: ['https://nvd.nist.gov/vuln/detail/CVE-2021-23337'],
      published_at: '2021-05-06T16:05:51Z',
      updated_at: '2022-02-08T21:35:09Z',
      withdrawn_at: null,
      vulnerabilities: [
        {
          package: { ecosystem: 'npm', name: 'lodash' },
          vulnerable_version_range: '< 4.17.21',
          first_patched_version: '4.17.21',
        },
        {
          package: { ecosystem: 'rubygems', name: 'lodash-rails' },
          vulnerable_version_range: '<= 4.17.20',
          first_patched_version: { identifier: '4.17.21' },
        },
        { package: { ecosystem: 'other', name: 'lodash' }, vulnerable_version_range: 'all of them' },
        { package: { ecosystem: 'npm', name: null }, vulnerable_version_range: '< 1' },
        { package: null, vulnerable_version_range: '< 1' },
      ],
      cvss_severities: {
        cvss_v3: { vector_string: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H', score: 7.2 },
        cvss_v4: { vector_string: null, score: 0 },
      },
      cvss: { vector_string: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H', score: 7.2 },
    };
    expect(parseGitHubAdvisory(document)).toEqual({
      id: ID,
      modified: '2022-02-08T21:35:09Z',
      published: '2021-05-06T16:05:51Z',
      withdrawn: undefined,
      aliases: ['CVE-2021-23337'],
      upstream: [],
      summary: 'Command Injection in lodash',
      details: 'Before 4.17.21.',
      severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H' }],
      statedWord: 'high',
      affected: [
        expect.objectContaining({ ecosystem: 'npm', name: 'lodash' }),
        expect.objectContaining({ ecosystem: 'RubyGems', name: 'lodash-rails' }),
      ],
      references: [`https://github.com/advisories/${ID}`, 'https://nvd.nist.gov/vuln/detail/CVE-2021-23337'],
    });
  });

  it('without a range are about every version', () => {
    const vulnerabilities = [{ package: { ecosystem: 'npm', name: 'evil' }, vulnerable_version_range: null }];
    const { affected } = parseGitHubAdvisory({
      ghsa_id: ID,
      updated_at: '2026-01-01T00:00:00Z',
      vulnerabilities,
    });
    expect(affected[0]?.ranges).toEqual([
      { type: 'ECOSYSTEM', events: [{ kind: 'introduced', version: '0' }] },
    ]);
  });

  it.each<{ name: string; changes: object }>([
    { name: 'without an id', changes: { ghsa_id: undefined } },
    { name: 'with an id that is none', changes: { ghsa_id: 'GHSA-../..' } },
    { name: 'without a date', changes: { updated_at: undefined } },
    { name: 'with packages that are no list', changes: { vulnerabilities: 'lodash' } },
    { name: 'with a package that is none', changes: { vulnerabilities: [{ package: 'lodash' }] } },
    {
      name: 'with a range that is none',
      changes: {
        vulnerabilities: [{ package: { ecosystem: 'npm', name: 'a' }, vulnerable_version_range: 'below 2' }],
      },
    },
  ])('$name are refused', ({ changes }) => {
    const document = { ghsa_id: ID, updated_at: '2026-01-01T00:00:00Z', vulnerabilities: [], ...changes };
    expect(() => parseGitHubAdvisory(document)).toThrow(expect.objectContaining({ code: 'CONTENT_INVALID' }));
  });

  it('are advisories, or refused, whatever stands there', () => {
    fc.assert(
      fc.property(fc.object(), fc.anything(), (rest, vulnerabilities) => {
        try {
          parseGitHubAdvisory({ ...rest, ghsa_id: ID, updated_at: '2026', vulnerabilities });
        } catch (error) {
          expect(error).toBeInstanceOf(SuiteError);
        }
      }),
    );
  });
});
