import { describe, expect, it } from '@jest/globals';
import { serverOf, writeProvenance } from '../../src/provenance/workflow-provenance.ts';
import { parseWorkflowRef } from '../../src/provenance/workflow-reference.ts';
import { GITHUB_ISSUER } from '../../src/token/issuer.ts';
import { parseWorkflowClaims } from '../../src/token/workflow-claims.ts';

const COMMIT = 'a'.repeat(40);
const CLAIMS = {
  iss: GITHUB_ISSUER,
  event_name: 'push',
  job_workflow_ref: 'acme/builder/.github/workflows/build.yml@refs/tags/v1.2.3',
  ref: 'refs/heads/main',
  repository: 'acme/app',
  repository_id: '12345',
  repository_owner: 'acme',
  repository_owner_id: '678',
  run_attempt: '2',
  run_id: '9876543210',
  runner_environment: 'github-hosted',
  sha: COMMIT,
  workflow_ref: 'acme/app/.github/workflows/release.yml@refs/heads/main',
};

describe('writeProvenance', () => {
  it('says of a job what GitHub’s own attestations say', () => {
    expect(writeProvenance(parseWorkflowClaims(CLAIMS))).toEqual({
      buildDefinition: {
        buildType: 'https://actions.github.io/buildtypes/workflow/v1',
        externalParameters: {
          workflow: {
            ref: 'refs/heads/main',
            repository: 'https://github.com/acme/app',
            path: '.github/workflows/release.yml',
          },
        },
        internalParameters: {
          github: {
            event_name: 'push',
            repository_id: '12345',
            repository_owner_id: '678',
            runner_environment: 'github-hosted',
          },
        },
        resolvedDependencies: [
          { uri: 'git+https://github.com/acme/app@refs/heads/main', digest: { gitCommit: COMMIT } },
        ],
      },
      runDetails: {
        builder: { id: 'https://github.com/acme/builder/.github/workflows/build.yml@refs/tags/v1.2.3' },
        metadata: { invocationId: 'https://github.com/acme/app/actions/runs/9876543210/attempts/2' },
      },
    });
  });

  it('adds times in whole seconds, and byproducts', () => {
    const provenance = writeProvenance(parseWorkflowClaims(CLAIMS), {
      startedOn: Date.parse('2026-11-25T10:00:00.999Z'),
      finishedOn: Date.parse('2026-11-25T10:05:00Z'),
      byproducts: [{ name: 'sbom.cdx.json', digest: { sha256: 'b'.repeat(64) } }],
    });
    expect(provenance['runDetails']).toMatchObject({
      metadata: { startedOn: '2026-11-25T10:00:00Z', finishedOn: '2026-11-25T10:05:00Z' },
      byproducts: [{ name: 'sbom.cdx.json', digest: { sha256: 'b'.repeat(64) } }],
    });
  });

  it('names the server that the issuer belongs to', () => {
    const provenance = writeProvenance(
      parseWorkflowClaims({ ...CLAIMS, iss: 'https://token.actions.acme.ghe.com' }),
    );
    expect(JSON.stringify(provenance)).not.toContain('github.com/acme');
    expect(provenance['runDetails']).toMatchObject({
      metadata: { invocationId: 'https://acme.ghe.com/acme/app/actions/runs/9876543210/attempts/2' },
    });
  });

  it('names the repository of a workflow that lies elsewhere', () => {
    const workflow_ref = 'acme/rules/.github/workflows/required.yml@refs/heads/main';
    const provenance = writeProvenance(parseWorkflowClaims({ ...CLAIMS, workflow_ref }));
    expect(provenance['buildDefinition']).toMatchObject({
      externalParameters: { workflow: { path: 'acme/rules/.github/workflows/required.yml' } },
    });
  });

  it.each(['workflow_ref', 'job_workflow_ref'])('refuses a %s that names no workflow', (claim) => {
    const claims = parseWorkflowClaims({ ...CLAIMS, [claim]: 'acme/app/build.yml@refs/heads/main' });
    expect(() => writeProvenance(claims)).toThrow(`The claim "${claim}"`);
  });
});

describe('parseWorkflowRef', () => {
  it.each([
    {
      text: 'o/r/.github/workflows/x.yml@refs/heads/main',
      path: '.github/workflows/x.yml',
      ref: 'refs/heads/main',
    },
    {
      text: 'o/r/.github/workflows/x.yml@refs/heads/a@b',
      path: '.github/workflows/x.yml',
      ref: 'refs/heads/a@b',
    },
    {
      text: 'o/r/.github/workflows/a@b.yml@refs/heads/c@refs/d',
      path: '.github/workflows/a@b.yml',
      ref: 'refs/heads/c@refs/d',
    },
    {
      text: `o/r/.github/workflows/x.yml@${COMMIT}`,
      path: '.github/workflows/x.yml',
      ref: COMMIT,
    },
  ])('takes $text apart', ({ text, path, ref }) => {
    expect(parseWorkflowRef(text)).toEqual({ repository: 'o/r', path, ref });
  });

  it.each([
    'o/r/.github/workflows/x.yml',
    'o/r/.github/workflows/x.yml@main',
    'o/r/.github/workflows/sub/x.yml@refs/heads/main',
    'o/.github/workflows/x.yml@refs/heads/main',
    'o/r/x.yml@refs/heads/main',
    '@refs/heads/main',
    '',
  ])('knows that "%s" names none', (text) => {
    expect(parseWorkflowRef(text)).toBeUndefined();
  });
});

describe('serverOf', () => {
  it.each([
    { issuer: GITHUB_ISSUER, server: 'https://github.com' },
    { issuer: `${GITHUB_ISSUER}/octo`, server: 'https://github.com' },
    { issuer: 'https://token.actions.acme.ghe.com', server: 'https://acme.ghe.com' },
    { issuer: 'https://github.acme.test/_services/token', server: 'https://github.acme.test' },
  ])('is $server for $issuer', ({ issuer, server }) => {
    expect(serverOf(issuer)).toBe(server);
  });

  it.each(['https://token.actions.evil.test', 'https://token.actions.acme.ghe.com.evil.test'])(
    'is nobody for %s',
    (issuer) => {
      expect(() => serverOf(issuer)).toThrow(/No GitHub server is known/);
    },
  );
});
