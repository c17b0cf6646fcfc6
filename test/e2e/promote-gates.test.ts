import {
  type GateRepository,
  type GitHubGates,
  type ManifestContent,
  makeReferrer,
  seed,
  startGitHubGates,
} from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  commitOf,
  errorOf,
  expectedSuccess,
  gatesOf,
  openRoad,
  type Road,
  reasonOf,
  statementsAbout,
  type Texts,
  verdictsOf,
} from '../support/road.ts';
import { jsonOf } from '../support/stage.ts';

const COMMIT = commitOf('a1b2c3d');
const SBOM = JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [] });

/** `2026-12-24`, so many days from now. */
function dayFromNow(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** A window of a day that is not today, in UTC; and one that is always open. */
function anotherDay(): string {
  const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  return `${days[(new Date().getUTCDay() + 3) % 7]} 00:00-24:00 UTC`;
}

const ALWAYS = 'Mon-Sun 00:00-24:00 UTC';

/** JUnit with so many test cases, of which some fail. */
function junit(passed: number, failed: number): string {
  const cases = [
    ...Array.from({ length: passed }, (_, index) => `<testcase name="passes ${index}"/>`),
    ...Array.from({ length: failed }, (_, index) => `<testcase name="fails ${index}"><failure/></testcase>`),
  ];
  return `<testsuite name="unit" tests="999" failures="0">${cases.join('')}</testsuite>`;
}

/** Points of a minute each. */
function points(baseline: number, canary: number | undefined): object {
  const series = (level: number): readonly number[] =>
    Array.from({ length: 60 }, (_, index) => level + (index % 7) / 100);
  return { baseline: series(baseline), canary: canary === undefined ? [] : series(canary) };
}

const says = (...lines: readonly string[]): readonly string[] => ['node', '-e', lines.join(';')];

interface Row {
  readonly name: string;
  readonly gates: Readonly<Record<string, unknown>>;
  readonly verdict?: 'fail' | 'error';
  readonly reason: RegExp;
}

const ROWS: readonly Row[] = [
  {
    name: 'a check that failed',
    gates: { checks: { require: ['lint'] } },
    reason: /"lint" of a1b2c3d failed by github-actions/,
  },
  {
    name: 'a check that nobody reported',
    gates: { checks: { require: ['tests'] } },
    reason: /"tests" of a1b2c3d was not reported; "test" was/,
  },
  {
    name: 'a check of another app',
    gates: { checks: { require: ['test'], app: 'circleci' } },
    reason: /not reported by circleci, but by github-actions/,
  },
  {
    name: 'a commit status that is pending',
    gates: { checks: { require: ['legacy/ci'] } },
    reason: /"legacy\/ci" of a1b2c3d is pending, not success/,
  },
  {
    name: 'a failed check on another page',
    gates: { checks: { require: ['job-140'] } },
    reason: /"job-140" of a1b2c3d failed/,
  },
  {
    name: 'reports without a test',
    gates: { tests: { junit: 'empty.xml', 'min-passed': 0 } },
    reason: /There is no test in 1 report, and no tests prove nothing/,
  },
  {
    name: 'no report at all',
    gates: { tests: { junit: 'nowhere/*.xml' } },
    verdict: 'error',
    reason: /No file matches nowhere/,
  },
  {
    name: 'a test that failed, whatever the report sums up',
    gates: { tests: { junit: 'failing.xml' } },
    reason: /3 tests passed, 1 failed/,
  },
  {
    name: 'a platform that is missing',
    gates: { platforms: ['linux/amd64', 'linux/riscv64'] },
    reason: /riscv64/,
  },
  {
    name: 'an SBOM that one platform lacks',
    gates: { sbom: {} },
    reason: /linux\/arm64/,
  },
  {
    name: 'an image that nobody has signed',
    gates: { signature: { key: 'records.pub' } },
    reason: /no signature/i,
  },
  {
    name: 'a canary that behaves worse',
    gates: { canary: { metrics: [{ name: 'errors', file: 'bad.json', direction: 'increase' }] } },
    reason: /"errors"/,
  },
  {
    name: 'a canary without data',
    gates: { canary: { metrics: [{ name: 'errors', file: 'none.json', 'must-have-data': true }] } },
    verdict: 'error',
    reason: /want of data/,
  },
  {
    name: 'a canary whose points are not there',
    gates: { canary: { metrics: [{ name: 'errors', file: 'lost.json' }] } },
    verdict: 'error',
    reason: /lost\.json/,
  },
  {
    name: 'an approval that nobody gave',
    gates: { approval: { environment: 'lonely' } },
    reason: /1 approval for lonely is asked for, and none counts/,
  },
  {
    name: "an approval by the change's author",
    gates: { approval: { environment: 'approved', 'not-the-author': true } },
    reason: /author may not|none counts; jane/,
  },
  {
    name: 'an environment that asks nobody',
    gates: { approval: { environment: 'open' } },
    verdict: 'error',
    reason: /has no required reviewers/,
  },
  {
    name: 'an environment that GitHub does not have',
    gates: { approval: { environment: 'nowhere' } },
    verdict: 'error',
    reason: /There is no environment nowhere/,
  },
  {
    name: 'a soak of which nobody knows the beginning',
    gates: { soak: '1h' },
    verdict: 'error',
    reason: /No verified record tells when/,
  },
  { name: 'a window that is closed', gates: { window: { allow: [anotherDay()] } }, reason: /outside of/ },
  {
    name: 'a freeze within an open window',
    gates: { window: { allow: [ALWAYS], freeze: [`${dayFromNow(-2)}/${dayFromNow(2)}`] } },
    reason: /is frozen by/,
  },
  {
    name: 'a command that says no',
    gates: { command: { run: says('console.log(JSON.stringify({reason:"Too loud."}))', 'process.exit(3)') } },
    reason: /^Too loud\.$/,
  },
  {
    name: 'a command that does not come to an end',
    gates: { command: { run: says('setInterval(()=>{},1000)'), timeout: '1s' } },
    verdict: 'error',
    reason: /node was not done after 1s/,
  },
  {
    name: 'a command that is not there',
    gates: { command: { run: ['no-such-program'] } },
    verdict: 'error',
    reason: /could not be started/,
  },
];

describe('a gate stops a promotion', () => {
  let road: Road;
  let github: GitHubGates;
  let app: GateRepository;
  let image: ManifestContent;
  beforeAll(async () => {
    road = await openRoad();
    github = await startGitHubGates({ users: ['jane'] });
    road.workplace.onClose(() => github.close());
    app = github.repository('acme/api');
    app.addCommit({ sha: COMMIT, author: 'jane' });
    app.addRun({ id: 1, headSha: COMMIT });
    app.addCheckRun({ sha: COMMIT, name: 'test' });
    app.addCheckRun({ sha: COMMIT, name: 'lint', conclusion: 'failure' });
    for (let job = 0; job < 150; job++) {
      app.addCheckRun({ sha: COMMIT, name: `job-${job}`, ...(job === 140 && { conclusion: 'failure' }) });
    }
    app.addStatus({ sha: COMMIT, context: 'legacy/ci', state: 'pending' });
    for (const name of ['lonely', 'approved']) app.addEnvironment({ name, reviewers: ['jane', 'bob'] });
    app.addEnvironment({ name: 'open' });
    app.addReview(1, { environments: ['approved'], user: 'jane', comment: 'ship it' });
    image = await road.build('acme/build', { commit: COMMIT });
    const [amd] = image.children;
    const type = 'application/vnd.cyclonedx+json';
    await seed(
      road.registry,
      'acme/build',
      makeReferrer({ subject: amd ?? image, artifactType: type, layers: [SBOM] }),
    );
    await road.write('empty.xml', junit(0, 0));
    await road.write('passing.xml', junit(3, 0));
    await road.write('failing.xml', junit(3, 1));
    await road.write('bad.json', points(1, 5));
    await road.write('good.json', points(1, 1));
    await road.write('none.json', points(1, undefined));
  });
  afterAll(async () => {
    expect(github.unknown).toEqual([]);
    await road.workplace.close();
  });

  /** Promotes into an environment with these gates; the registry's log begins with it. */
  const promote = async (gates: Row['gates'], inputs: Texts = {}, more: object = {}) => {
    await road.writePolicy({
      production: { repository: road.at('acme/api'), tags: 'git-sha', channels: ['latest'], gates, ...more },
    });
    road.registry.log.clear();
    github.log.clear();
    return road.promote(
      { source: `${road.at('acme/build')}:a1b2c3d`, to: 'production', 'github-token': 'token', ...inputs },
      { GITHUB_API_URL: github.url, GITHUB_SHA: COMMIT },
    );
  };
  const written = (): readonly string[] =>
    road.registry.log.lines({ method: ['PUT', 'POST', 'PATCH', 'DELETE'] });

  it.each(ROWS)(
    '$name',
    async ({ gates, verdict = 'fail', reason }) => {
      const [gate = ''] = Object.keys(gates);
      const result = await promote(gates);
      expect(verdictsOf(result)).toEqual(['hold pass', `${gate} ${verdict}`]);
      expect(reasonOf(result, gate)).toMatch(reason);
      expect(Object.fromEntries(result.outputs)).toMatchObject({
        promoted: 'false',
        'error-code': 'GATE_FAILED',
        digest: image.digest,
        references: '',
      });
      expect(errorOf(result)).toMatchObject({
        code: 'GATE_FAILED',
        message: expect.stringContaining(`${gate}: ${reasonOf(result, gate)}`),
      });
      expect(jsonOf(result)).toMatchObject({ promotions: [{ state: 'refused', environment: 'production' }] });
      expect(result.summary).toContain(`<code>${gate}</code>`);
      expect(result.summary).toContain(verdict === 'fail' ? '❌ fail' : '⛔ error');
      expect(written()).toEqual([]);
      expect(app.deployments).toEqual([]);
    },
    30_000,
  );

  it('tells of all gates where several stop', async () => {
    const result = await promote({
      checks: { require: ['lint'] },
      tests: { junit: 'passing.xml' },
      platforms: ['linux/s390x'],
      canary: { metrics: [{ name: 'errors', file: 'lost.json' }] },
      window: { allow: [anotherDay()] },
      command: { run: says('process.stdin.resume()', 'process.exit(1)') },
    });
    expect(verdictsOf(result)).toEqual([
      'hold pass',
      'checks fail',
      'tests pass',
      'platforms fail',
      'canary error',
      'window fail',
      'command fail',
    ]);
    expect(errorOf(result).message).toMatch(/^5 gates stop the promotion; nothing was copied/);
    for (const gate of ['checks', 'platforms', 'canary', 'window', 'command']) {
      expect(errorOf(result).message).toContain(`${gate}: `);
    }
    expect(written()).toEqual([]);
  }, 30_000);

  it('refuses a source tag that was moved while the gates judged it', async () => {
    const other = await road.build('acme/build', { commit: commitOf('bad'), tags: [] });
    const url = `http://${road.at('acme/build').replace('/', '/v2/')}/manifests`;
    const retag = says(
      `const from=${JSON.stringify(`${url}/${other.digest}`)},to=${JSON.stringify(`${url}/a1b2c3d`)}`,
      `const type=${JSON.stringify(other.mediaType)}`,
      '(async()=>{const a=await fetch(from,{headers:{accept:type}});const r=await fetch(to,{method:"PUT",headers:{"content-type":type},body:Buffer.from(await a.arrayBuffer())});process.exit(r.ok?0:1)})()',
    );
    const result = await promote({ command: { run: retag } });
    await road.registry.store.putTag('acme/build', 'a1b2c3d', image.digest);
    expect(verdictsOf(result)).toEqual(['hold pass', 'command pass']);
    expect(errorOf(result)).toMatchObject({
      code: 'PLAN_STALE',
      message: expect.stringContaining(`was ${image.digest} when the gates judged it`),
    });
    expect(result.outputs.get('promoted')).toBe('false');
    expect(written()).toEqual(['PUT /v2/acme/build/manifests/a1b2c3d 201']);
    expect(app.deployments).toEqual([]);
  }, 30_000);

  it.each([
    {
      name: 'a check less',
      policy: { checks: { require: ['test', 'lint'] } },
      input: 'checks: { require: [test] }',
    },
    {
      name: 'only a warning',
      policy: { platforms: ['linux/amd64'] },
      input: 'platforms: { require: [linux/amd64], warn-only: true }',
    },
    { name: 'a shorter soak', policy: { soak: '2h' }, input: 'soak: 1h' },
    { name: 'fewer approvals', policy: { approval: { 'at-least': 2 } }, input: 'approval: { at-least: 1 }' },
  ])(
    'refuses an input that weakens the policy: $name',
    async ({ policy, input }) => {
      const result = await promote(policy, { gates: input });
      expect(result.outputs.get('error-code')).toMatch(/^(POLICY_WEAKENED)$/);
      expect(written()).toEqual([]);
    },
    30_000,
  );

  it('lets an input add a gate and tighten one', async () => {
    const result = await promote(
      { tests: { junit: 'passing.xml' } },
      { gates: 'tests: { junit: passing.xml, min-passed: 4 }\nplatforms: [linux/arm64]\n' },
    );
    expect(verdictsOf(result)).toEqual(['hold pass', 'tests fail', 'platforms pass']);
    expect(reasonOf(result, 'tests')).toContain('at least 4 must pass');
    expect(written()).toEqual([]);
  }, 30_000);

  it('refuses an environment without gates, unless that is said', async () => {
    const result = await promote({});
    expect(errorOf(result)).toMatchObject({
      code: 'INPUT_INVALID',
      remedy: expect.stringContaining('require-gates'),
    });
    expect(written()).toEqual([]);
  }, 30_000);

  it('writes nothing anywhere in a dry run, and tells what would be', async () => {
    const gates = { tests: { junit: 'passing.xml' }, window: { allow: [ALWAYS] } };
    const dry = await promote(gates, { 'dry-run': 'true' });
    expectedSuccess(dry);
    expect(dry.outputs.get('promoted')).toBe('false');
    expect(written()).toEqual([]);
    expect(github.log.lines({ method: ['PUT', 'POST', 'PATCH', 'DELETE'] })).toEqual([]);
    expect(jsonOf(dry)).toMatchObject({ dryRun: true, promotions: [{ state: 'planned' }] });
  }, 30_000);

  it('gives a program nothing that was given to the action alone', async () => {
    const isOwn = '/^(INPUT_|ACTIONS_|GITHUB_OUTPUT)/.test(name)';
    const run = says(
      `const own=Object.keys(process.env).filter(name=>${isOwn})`,
      'console.log(JSON.stringify({reason:own.join()||"none"}))',
      'process.exit(own.length)',
    );
    expect(reasonOf(await promote({ command: { run } }, { 'dry-run': 'true' }), 'command')).toBe('none');
  }, 30_000);

  it('goes on past gates that only warn, and records them', async () => {
    const result = await promote({
      checks: { require: ['lint'], 'warn-only': true },
      canary: { metrics: [{ name: 'errors', file: 'good.json' }] },
      approval: { environment: 'approved' },
      command: {
        run: says(
          'let t="";process.stdin.on("data",d=>t+=d).on("end",()=>{const e=JSON.parse(t);console.log(JSON.stringify({reason:e.artifact.platforms.join()+" "+e.gates.length+" gates",evidence:{environment:e.promotion.environment}}))})',
        ),
      },
    });
    expectedSuccess(result);
    expect(verdictsOf(result)).toEqual([
      'hold pass',
      'checks fail (warning)',
      'canary pass',
      'approval pass',
      'command pass',
    ]);
    expect(reasonOf(result, 'command')).toBe('linux/amd64,linux/arm64 4 gates');
    expect(gatesOf(result).at(-1)?.evidence).toMatchObject({ evidence: { environment: 'production' } });
    expect(result.outputs.get('promoted')).toBe('true');
    expect(result.summary).toContain('only a warning');
    const [record] = (await statementsAbout(road.registry, 'acme/api', image.digest)).filter(
      ({ predicate }) => predicate['event'] === 'promotion',
    );
    expect(record?.predicate).toMatchObject({
      gates: [
        { gate: 'hold' },
        { gate: 'checks', verdict: 'fail', warnOnly: true },
        { gate: 'canary', verdict: 'pass' },
        { gate: 'approval', verdict: 'pass' },
        { gate: 'command', verdict: 'pass' },
      ],
      approvals: [{ login: 'jane', comment: 'ship it' }],
      canary: { judge: 'exact', classification: 'pass' },
    });
  }, 30_000);
});
