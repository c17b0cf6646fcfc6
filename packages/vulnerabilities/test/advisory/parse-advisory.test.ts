import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseAdvisory } from '../../src/index.ts';

const record = (more: Readonly<Record<string, unknown>> = {}): unknown => ({
  id: 'A-1',
  modified: '2026-01-01T00:00:00Z',
  ...more,
});
const withEntry = (entry: Readonly<Record<string, unknown>>): unknown =>
  record({ affected: [{ package: { ecosystem: 'npm', name: 'a' }, ...entry }] });

describe('a record', () => {
  it('is read whole', () => {
    const advisory = parseAdvisory(
      record({
        published: '2025-01-01T00:00:00Z',
        aliases: ['CVE-2025-0001', 'CVE-2025-0001', 7],
        upstream: ['CVE-2025-0002'],
        summary: 'Bad',
        details: 'Very bad',
        severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N' }, { type: 'CVSS_V2' }, 'x'],
        database_specific: { severity: 'HIGH', url: 'https://db.example/A-1' },
        references: [
          { type: 'WEB', url: 'https://example.org/' },
          { type: 'ADVISORY', url: 'https://example.org/advisory' },
          { type: 'WEB', url: 'javascript:alert(1)' },
          { type: 'WEB', url: 'https://example.org/' },
        ],
        affected: [
          {
            package: { ecosystem: 'Debian:12', name: 'a' },
            ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1' }] }],
            versions: ['0.1'],
            ecosystem_specific: { urgency: 'low**' },
          },
          { ranges: [{ type: 'GIT', repo: 'https://example.org/a.git', events: [{ introduced: '0' }] }] },
        ],
      }),
    );
    expect(advisory).toEqual({
      id: 'A-1',
      modified: '2026-01-01T00:00:00Z',
      published: '2025-01-01T00:00:00Z',
      withdrawn: undefined,
      aliases: ['CVE-2025-0001'],
      upstream: ['CVE-2025-0002'],
      summary: 'Bad',
      details: 'Very bad',
      severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N' }],
      statedWord: 'HIGH',
      affected: [
        {
          ecosystem: 'Debian:12',
          name: 'a',
          ranges: [
            {
              type: 'ECOSYSTEM',
              events: [
                { kind: 'introduced', version: '0' },
                { kind: 'fixed', version: '1' },
              ],
            },
          ],
          versions: ['0.1'],
          severity: [],
          statedWord: 'low**',
        },
      ],
      references: ['https://db.example/A-1', 'https://example.org/advisory', 'https://example.org/'],
    });
  });

  it.each([
    {
      name: 'the id of an older record',
      record: { id: 'ALPINE-CVE-2024-1234' },
      is: { aliases: ['CVE-2024-1234'] },
    },
    {
      name: 'an id beside upstream',
      record: { id: 'DEBIAN-CVE-2024-1234', upstream: ['CVE-2024-1234'] },
      is: { aliases: [] },
    },
    {
      name: 'the word before a summary',
      record: { summary: 'Important: curl security update' },
      is: { statedWord: 'Important' },
    },
    {
      name: 'no word in the middle of one',
      record: { summary: 'Quite Important: curl' },
      is: { statedWord: undefined },
    },
    {
      name: 'related CVEs of a distribution from before upstream',
      record: {
        related: ['CVE-2024-1234', 'RHSA-1'],
        affected: [{ package: { ecosystem: 'AlmaLinux:9', name: 'a' } }],
      },
      is: { upstream: ['CVE-2024-1234'] },
    },
    {
      name: 'no related ones of others',
      record: { related: ['CVE-2024-1234'], affected: [{ package: { ecosystem: 'npm', name: 'a' } }] },
      is: { upstream: [] },
    },
    {
      name: 'null as absent',
      record: { withdrawn: null, affected: null, aliases: null },
      is: { withdrawn: undefined, affected: [] },
    },
    {
      name: 'nothing inherited',
      record: JSON.parse('{"__proto__":{"withdrawn":"2026"},"id":"A-1"}'),
      is: { id: 'A-1', withdrawn: undefined },
    },
  ])('takes $name', ({ record: more, is }) => {
    expect(parseAdvisory(record(more))).toMatchObject(is);
  });

  it.each([
    { name: 'no object', value: 'A-1', code: 'CONTENT_INVALID' },
    { name: 'a list', value: [], code: 'CONTENT_INVALID' },
    { name: 'no id', value: { modified: 'x' }, code: 'CONTENT_INVALID' },
    { name: 'an id that is no text', value: { id: 7 }, code: 'CONTENT_INVALID' },
    { name: 'a withdrawal that is no date', value: record({ withdrawn: true }), code: 'CONTENT_INVALID' },
    { name: 'entries that are no list', value: record({ affected: {} }), code: 'CONTENT_INVALID' },
    { name: 'an entry that is no object', value: record({ affected: ['a'] }), code: 'CONTENT_INVALID' },
    {
      name: 'a package without a name',
      value: record({ affected: [{ package: { ecosystem: 'npm' } }] }),
      code: 'CONTENT_INVALID',
    },
    { name: 'ranges that are no list', value: withEntry({ ranges: 'all' }), code: 'CONTENT_INVALID' },
    { name: 'a range that is no object', value: withEntry({ ranges: ['<1'] }), code: 'CONTENT_INVALID' },
    {
      name: 'events that are no list',
      value: withEntry({ ranges: [{ type: 'SEMVER', events: '0' }] }),
      code: 'CONTENT_INVALID',
    },
    {
      name: 'an event whose version is a number',
      value: withEntry({ ranges: [{ type: 'SEMVER', events: [{ introduced: 0 }] }] }),
      code: 'CONTENT_INVALID',
    },
    { name: 'a version that is a number', value: withEntry({ versions: [1.1] }), code: 'CONTENT_INVALID' },
    {
      name: 'a version longer than anybody writes',
      value: withEntry({ versions: ['1'.repeat(5000)] }),
      code: 'CONTENT_INVALID',
    },
    {
      name: 'more versions than anybody has',
      value: withEntry({ versions: Array.from({ length: 100_001 }, () => '1') }),
      code: 'LIMIT_EXCEEDED',
    },
    {
      name: 'more packages than anybody has',
      value: record({ affected: Array.from({ length: 50_001 }, () => ({})) }),
      code: 'LIMIT_EXCEEDED',
    },
  ])('refuses $name', ({ value, code }) => {
    expect(() => parseAdvisory(value)).toThrow(expect.objectContaining({ code }));
  });

  it('names the record and the place, and nothing that a terminal obeys', () => {
    const bad = { ...(withEntry({ versions: [7] }) as object), id: 'A-1\u001b[31m\n::error::' };
    expect(() => parseAdvisory(bad)).toThrow(
      'The advisory A-1??31m?::error::, affected[0] has a version that is no text.',
    );
  });

  it('cuts what is for people and keeps nothing behind it', () => {
    const { summary, details } = parseAdvisory(
      record({ summary: 's'.repeat(2000), details: 'd'.repeat(1_000_000) }),
    );
    expect([summary?.length, details?.length]).toEqual([1_001, 65_537]);
  });

  it('survives anything in the place of anything', () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    const entry = fc.record(
      {
        package: fc.oneof(json, fc.record({ ecosystem: fc.string(), name: fc.string() })),
        ranges: fc.oneof(json, fc.array(fc.record({ type: json, events: fc.oneof(json, fc.array(json)) }))),
        versions: json,
        severity: json,
        ecosystem_specific: json,
      },
      { requiredKeys: [] },
    );
    const records = fc.record(
      {
        id: fc.string(),
        withdrawn: json,
        aliases: json,
        severity: json,
        references: json,
        related: json,
        database_specific: json,
        affected: fc.oneof(json, fc.array(entry)),
      },
      { requiredKeys: ['id'] },
    );
    fc.assert(
      fc.property(records, (value) => {
        try {
          expect(typeof parseAdvisory(value).id).toBe('string');
        } catch (error) {
          expect(error).toMatchObject({
            code: expect.stringMatching(/^(?:CONTENT_INVALID|LIMIT_EXCEEDED)$/),
          });
        }
      }),
      { numRuns: 500 },
    );
  });
});
