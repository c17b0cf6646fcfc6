import { describe, expect, it } from '@jest/globals';
import {
  checkExceptions,
  type Exception,
  type Finding,
  judge,
  type VexStatement,
  type VulnerabilityPolicy,
} from '../../src/index.ts';
import { componentOf, findingOf, productOf, statementOf } from '../support/findings.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const SUBJECT = { ids: [], digests: [] };
const POLICY: VulnerabilityPolicy = { failOn: 'high', onlyFixed: false, minEpss: undefined, ignore: [] };
const LODASH = 'pkg:npm/lodash@4.17.15';

const rated = (severity: Finding['rating']['severity']): Partial<Finding> => ({
  rating: { severity, score: undefined, vector: undefined, method: 'GitHub', advisory: 'x' },
});
const epss = (score: number): Partial<Finding> => ({ epss: { score, percentile: score, date: undefined } });
const KEV = { kev: { dateAdded: '2021-12-10', dueDate: undefined, ransomware: true } };
const exception = (changes: Partial<Exception> = {}): Exception => ({
  id: 'CVE-1',
  reason: 'Not reachable.',
  until: '2026-11-25',
  ...changes,
});
const decide = (
  finding: Finding,
  policy: Partial<VulnerabilityPolicy> = {},
  statements: readonly VexStatement[] = [],
): readonly string[] =>
  judge([finding], statements, SUBJECT, { ...POLICY, ...policy }, NOW).findings.flatMap(
    ({ counts, excuses }) => (counts ? ['counts'] : excuses.map(({ kind }) => kind)),
  );

describe('what counts', () => {
  it.each<{
    name: string;
    finding: Partial<Finding>;
    policy: Partial<VulnerabilityPolicy>;
    expected: string[];
  }>([
    { name: 'high from high on', finding: {}, policy: {}, expected: ['counts'] },
    { name: 'critical from high on', finding: rated('critical'), policy: {}, expected: ['counts'] },
    { name: 'medium from high on', finding: rated('medium'), policy: {}, expected: ['below'] },
    { name: 'medium from low on', finding: rated('medium'), policy: { failOn: 'low' }, expected: ['counts'] },
    { name: 'none from low on', finding: rated('none'), policy: { failOn: 'low' }, expected: ['below'] },
    { name: 'high from critical on', finding: {}, policy: { failOn: 'critical' }, expected: ['below'] },
    {
      name: 'what nobody rated, from critical on',
      finding: rated('unknown'),
      policy: { failOn: 'critical' },
      expected: ['counts'],
    },
    {
      name: 'critical that nobody exploits, with kev',
      finding: rated('critical'),
      policy: { failOn: 'kev' },
      expected: ['not-exploited'],
    },
    {
      name: 'low that is exploited, with kev',
      finding: { ...rated('low'), ...KEV },
      policy: { failOn: 'kev' },
      expected: ['counts'],
    },
    {
      name: 'no fix, where only fixed counts',
      finding: {},
      policy: { onlyFixed: true },
      expected: ['unfixed'],
    },
    {
      name: 'a fix, where only fixed counts',
      finding: { fixedIn: ['2'] },
      policy: { onlyFixed: true },
      expected: ['counts'],
    },
    { name: 'an EPSS below', finding: epss(0.09), policy: { minEpss: 0.1 }, expected: ['unlikely'] },
    { name: 'an EPSS at the edge', finding: epss(0.1), policy: { minEpss: 0.1 }, expected: ['counts'] },
    { name: 'no EPSS', finding: {}, policy: { minEpss: 0.9 }, expected: ['counts'] },
    {
      name: 'every excuse at once',
      finding: { ...rated('low'), ...epss(0) },
      policy: { minEpss: 0.1, onlyFixed: true, ignore: [exception()] },
      expected: ['exception', 'below', 'unfixed', 'unlikely'],
    },
  ])('$name', ({ finding, policy, expected }) => {
    expect(decide(findingOf('CVE-1', LODASH, finding), policy)).toEqual(expected);
  });

  it.each([
    { name: 'the same in the same version', id: 'CVE-1', purl: LODASH, expected: ['known-before'] },
    {
      name: 'the same in another version',
      id: 'CVE-1',
      purl: 'pkg:npm/lodash@4.17.0',
      expected: ['known-before'],
    },
    { name: 'the same by its alias', id: 'GHSA-a', purl: LODASH, expected: ['known-before'] },
    { name: 'another in the same package', id: 'CVE-2', purl: LODASH, expected: ['counts'] },
    { name: 'the same in another package', id: 'CVE-1', purl: 'pkg:npm/underscore@1', expected: ['counts'] },
    {
      name: 'the same in a package of that name elsewhere',
      id: 'CVE-1',
      purl: 'pkg:pypi/lodash@1',
      expected: ['counts'],
    },
  ])('new only, and before: $name', ({ id, purl, expected }) => {
    const now = findingOf('CVE-1', LODASH, { aliases: ['GHSA-a'] });
    expect(decide(now, { knownBefore: [findingOf(id, purl)] })).toEqual(expected);
  });

  it('lists what counts first, then the worst, then by id and package', () => {
    const findings = [
      findingOf('CVE-9', LODASH, rated('low')),
      findingOf('CVE-3', LODASH),
      findingOf('CVE-2', LODASH, rated('unknown')),
      findingOf('CVE-1', 'pkg:npm/b@1'),
      findingOf('CVE-1', 'pkg:npm/a@1'),
      findingOf('CVE-8', LODASH, rated('critical')),
      findingOf('CVE-7', LODASH, rated('medium')),
    ];
    const { findings: judged } = judge(findings, [], SUBJECT, POLICY, NOW);
    expect(judged.map(({ finding }) => `${finding.id} ${finding.component.name}`)).toEqual([
      'CVE-8 lodash',
      'CVE-2 lodash',
      'CVE-1 a',
      'CVE-1 b',
      'CVE-3 lodash',
      'CVE-7 lodash',
      'CVE-9 lodash',
    ]);
  });
});

describe('exceptions', () => {
  const log4j = findingOf('CVE-1', 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1', {
    aliases: ['GHSA-jfh8'],
  });

  it.each<{ name: string; changes: Partial<Exception>; expected: string[] }>([
    { name: 'by id', changes: {}, expected: ['exception'] },
    { name: 'by an alias, in another case', changes: { id: 'ghsa-JFH8' }, expected: ['exception'] },
    { name: 'another id', changes: { id: 'CVE-11' }, expected: ['counts'] },
    { name: 'the package by name', changes: { package: 'log4j-core' }, expected: ['exception'] },
    {
      name: 'the package by full name',
      changes: { package: 'org.apache.logging.log4j:log4j-core' },
      expected: ['exception'],
    },
    { name: 'another package', changes: { package: 'log4j-api' }, expected: ['counts'] },
    {
      name: 'the package by purl',
      changes: { package: 'pkg:maven/org.apache.logging.log4j/log4j-core' },
      expected: ['exception'],
    },
    {
      name: 'the package by purl with another version',
      changes: { package: 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.0' },
      expected: ['counts'],
    },
    {
      name: 'the package by purl with a qualifier it lacks',
      changes: { package: 'pkg:maven/org.apache.logging.log4j/log4j-core?type=war' },
      expected: ['counts'],
    },
  ])('$name', ({ changes, expected }) => {
    expect(decide(log4j, { ignore: [exception(changes)] })).toEqual(expected);
  });

  it('end with the last minute of their last day', () => {
    const last = Date.parse('2026-11-25T23:59:59.999Z');
    expect(() => checkExceptions([exception()], last)).not.toThrow();
    expect(() => checkExceptions([exception()], last + 1)).toThrow(
      'The exception for CVE-1 ended on 2026-11-25 ("Not reachable."), and today is 2026-11-26.',
    );
  });

  it('that have ended are all named at once, whether they match or not', () => {
    const ignore = [
      exception({ until: '2026-01-01' }),
      exception(),
      exception({ id: 'CVE-2', package: 'x', until: '2025-01-01' }),
    ];
    const act = () => judge([], [], SUBJECT, { ...POLICY, ignore }, NOW);
    expect(act).toThrow(/CVE-1 ended on 2026-01-01 .*; CVE-2 in x ended on 2025-01-01/);
    expect(act).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });

  it('of a policy file are said to stand there', () => {
    expect(() => checkExceptions([exception({ until: '2020-01-01' })], NOW, 'POLICY_INVALID')).toThrow(
      expect.objectContaining({ code: 'POLICY_INVALID' }),
    );
  });

  it('until a day that is none never pass', () => {
    expect(() => checkExceptions([exception({ until: 'never' })], NOW)).toThrow('never');
  });

  it('that match nothing are listed', () => {
    const unused = exception({ id: 'CVE-404' });
    const { unusedExceptions } = judge(
      [log4j],
      [],
      SUBJECT,
      { ...POLICY, ignore: [unused, exception()] },
      NOW,
    );
    expect(unusedExceptions).toEqual([unused]);
  });
});

describe('statements in a verdict', () => {
  const finding = findingOf('CVE-1', LODASH, { component: componentOf(LODASH), aliases: ['GHSA-a'] });
  const about = productOf(LODASH);

  it.each<{ name: string; status: VexStatement['status']; expected: string[] }>([
    { name: 'not affected excuses', status: 'not_affected', expected: ['vex'] },
    { name: 'fixed excuses', status: 'fixed', expected: ['vex'] },
    { name: 'affected does not', status: 'affected', expected: ['counts'] },
    { name: 'under investigation does not', status: 'under_investigation', expected: ['counts'] },
  ])('$name', ({ status, expected }) => {
    const statement = statementOf('ghsa-A', [about], { status });
    expect(decide(finding, {}, [statement])).toEqual(expected);
    expect(judge([finding], [statement], SUBJECT, POLICY, NOW).findings[0]?.statement).toBe(statement);
  });

  it('are recorded even where the finding would not count', () => {
    const statement = statementOf('CVE-1', [about]);
    expect(decide(findingOf('CVE-1', LODASH, rated('low')), {}, [statement])).toEqual(['vex', 'below']);
  });
});
