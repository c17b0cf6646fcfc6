import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createDeployment,
  createDeploymentStatus,
  endEarlierDeployment,
  openGateQuestions,
  recordLinkedArtifact,
} from '../../src/gates/index.ts';
import { type GateStage, openGateStage, SHA } from './gate-stage.ts';

const DIGEST = `sha256:${'b'.repeat(64)}`;
const PROMOTION = {
  ...{ commit: SHA, environment: 'production', name: 'acme/app', digest: DIGEST, version: '1.2.0' },
  references: [`ghcr.io/acme/app:1.2.0@${DIGEST}`],
};

let stage: GateStage;
beforeEach(async () => {
  stage = await openGateStage({ users: ['jane'] });
  stage.github.repository('acme/app').addCommit({ sha: SHA });
});
afterEach(async () => {
  expect(stage.github.unknown).toEqual([]);
  expect(stage.github.defects).toEqual([]);
  await stage.close();
});
const deployments = () => stage.github.repository('acme/app').deployments;
const states = () => deployments().map(({ statuses }) => statuses[0]?.state);

describe('a deployment', () => {
  it('tells what was promoted, and what came of it', async () => {
    const id = await createDeployment(stage.questions, PROMOTION);
    await createDeploymentStatus(stage.questions, id, { state: 'in_progress' });
    const page = 'https://github.com/acme/app/actions/runs/42';
    await createDeploymentStatus(stage.questions, id, {
      ...{
        state: 'success',
        description: 'x'.repeat(200),
        logUrl: page,
        environmentUrl: 'https://app.example.com',
      },
    });
    expect(deployments()).toEqual([
      expect.objectContaining({
        ...{ id, sha: SHA, ref: SHA, environment: 'production', isProduction: true, task: 'deploy' },
        description: `acme/app 1.2.0 ${DIGEST}`,
        payload: {
          ...{ client: 'artifact-lifecycle', name: 'acme/app', digest: DIGEST, version: '1.2.0' },
          references: PROMOTION.references,
        },
        statuses: [
          expect.objectContaining({
            ...{ state: 'success', logUrl: page, environmentUrl: 'https://app.example.com' },
            description: `${'x'.repeat(139)}…`,
          }),
          expect.objectContaining({ state: 'in_progress' }),
        ],
      }),
    ]);
  });

  it('asks for no checks: the gates have', async () => {
    stage.github.repository('acme/app').addStatus({ sha: SHA, context: 'ci', state: 'failure' });
    expect(await createDeployment(stage.questions, PROMOTION)).toEqual(expect.any(Number));
  });

  it('is of production where that is said', async () => {
    await createDeployment(stage.questions, { ...PROMOTION, environment: 'live', isProduction: true });
    await createDeployment(stage.questions, { ...PROMOTION, environment: 'live' });
    expect(deployments().map(({ isProduction }) => isProduction)).toEqual([true, false]);
  });

  it('ends the one before of the same artifact, and no other', async () => {
    const promote = async (more: Partial<typeof PROMOTION>) => {
      const promotion = { ...PROMOTION, ...more };
      const id = await createDeployment(stage.questions, promotion);
      await createDeploymentStatus(stage.questions, id, { state: 'success' });
      return endEarlierDeployment(stage.questions, { deployment: id, ...promotion });
    };
    expect(await promote({})).toBeUndefined();
    expect(await promote({ name: 'acme/other' })).toBeUndefined();
    expect(await promote({ environment: 'staging' })).toBeUndefined();
    stage.github.repository('acme/app').addDeployment({ sha: SHA, environment: 'production' });
    expect(await promote({ version: '1.3.0' })).toBe(deployments()[0]?.id);
    expect(states()).toEqual(['inactive', 'success', 'success', undefined, 'success']);
    expect(await promote({ version: '1.4.0' })).toBe(deployments()[4]?.id);
    expect(states()).toEqual(['inactive', 'success', 'success', undefined, 'inactive', 'success']);
  });

  it('passes over one that failed, to the one that still runs', async () => {
    const first = await createDeployment(stage.questions, PROMOTION);
    await createDeploymentStatus(stage.questions, first, { state: 'success' });
    const second = await createDeployment(stage.questions, PROMOTION);
    await createDeploymentStatus(stage.questions, second, { state: 'failure' });
    const third = await createDeployment(stage.questions, PROMOTION);
    expect(await endEarlierDeployment(stage.questions, { deployment: third, ...PROMOTION })).toBe(first);
  });

  it.each([
    {
      name: 'a commit of another repository',
      act: () => createDeployment(stage.questions, { ...PROMOTION, commit: 'c'.repeat(40) }),
      refusal: { code: 'UNSUPPORTED', message: expect.stringContaining('No ref found') },
    },
    {
      name: 'a token that may only read',
      act: () => {
        stage.github.may = { deployments: 'read' };
        return createDeployment(stage.questions, PROMOTION);
      },
      refusal: {
        code: 'PERMISSION_MISSING',
        remedy:
          'Add to the job, and in a reusable workflow to the job that calls it, too:\npermissions:\n  deployments: write',
      },
    },
    {
      name: 'a merge that nobody asked for',
      act: () => {
        const headers = { 'content-type': 'application/json' };
        const body = '{"message":"Auto-merged main into topic on deployment."}';
        stage.github.faults.add({ method: 'POST' }, { kind: 'answer', status: 202, body, headers });
        return createDeployment(stage.questions, PROMOTION);
      },
      refusal: { code: 'PROTOCOL_INVALID' },
    },
    {
      name: 'a deployment that is not there',
      act: () => createDeploymentStatus(stage.questions, 1, { state: 'success' }),
      refusal: { code: 'NOT_FOUND' },
    },
  ])('is refused: $name', async ({ act, refusal }) => {
    await expect(act()).rejects.toMatchObject(refusal);
  });
});

describe('a linked artifact', () => {
  const ARTIFACT = {
    ...{ name: 'acme/app', digest: DIGEST, version: '1.2.0', registryHost: 'ghcr.io' },
    ...{ environment: 'production', place: 'eu-west-1', artifactUrl: 'https://github.com/acme/app/pkgs/app' },
  };

  it('is recorded where it lies and where it runs', async () => {
    expect(await recordLinkedArtifact(stage.questions, ARTIFACT)).toEqual({
      kind: 'recorded',
      deployment: true,
    });
    expect(stage.github.storageRecords).toMatchObject([
      {
        organisation: 'acme',
        body: {
          ...{
            name: 'acme/app',
            digest: DIGEST,
            version: '1.2.0',
            github_repository: 'app',
            status: 'active',
          },
          ...{ registry_url: 'https://ghcr.io', repository: 'acme/app', artifact_url: ARTIFACT.artifactUrl },
        },
      },
    ]);
    expect(stage.github.deploymentRecords).toMatchObject([
      {
        body: {
          ...{ name: 'acme/app', digest: DIGEST, version: '1.2.0', status: 'deployed' },
          ...{
            logical_environment: 'production',
            physical_environment: 'eu-west-1',
            deployment_name: 'acme/app',
          },
        },
      },
    ]);
  });

  it('replaces what ran there before', async () => {
    await recordLinkedArtifact(stage.questions, ARTIFACT);
    const digest = `sha256:${'c'.repeat(64)}`;
    await recordLinkedArtifact(stage.questions, { ...ARTIFACT, digest });
    expect(stage.github.storageRecords).toHaveLength(2);
    expect(stage.github.deploymentRecords).toMatchObject([{ body: { digest } }]);
  });

  it('fits into what GitHub takes, whatever its length', async () => {
    const long = 'x'.repeat(300);
    const artifact = { ...ARTIFACT, name: long, version: long, environment: long, place: long };
    expect(await recordLinkedArtifact(stage.questions, { ...artifact, artifactUrl: 'http://a' })).toEqual({
      ...{ kind: 'recorded', deployment: true },
    });
    expect(stage.github.storageRecords[0]?.body).not.toHaveProperty('version');
    expect(stage.github.storageRecords[0]?.body).not.toHaveProperty('artifact_url');
  });

  it.each([
    {
      name: 'a token without the permission',
      act: () => {
        stage.github.may = { deployments: 'write' };
        return recordLinkedArtifact(stage.questions, ARTIFACT);
      },
      problem: /may not write there \(403\); that takes "permissions: artifact-metadata: write"/,
    },
    {
      name: 'another digest',
      act: () => recordLinkedArtifact(stage.questions, { ...ARTIFACT, digest: `sha512:${'b'.repeat(128)}` }),
      problem: /takes sha256 digests only/,
    },
  ])('is told to be unavailable: $name', async ({ act, problem }) => {
    expect(await act()).toEqual({ kind: 'unavailable', problem: expect.stringMatching(problem) });
  });

  it('is told to be unavailable to users', async () => {
    const other = await openGateStage({ users: ['jane'], repository: 'jane/app' });
    expect(await recordLinkedArtifact(other.questions, ARTIFACT)).toEqual({
      ...{ kind: 'unavailable', problem: expect.stringContaining('jane is no organisation') },
    });
    await other.close();
  });

  it.each([
    { name: 'a limit', status: 403, body: '{"message":"API rate limit exceeded"}', code: 'RATE_LIMITED' },
    { name: 'a failure', status: 500, body: '{"message":"oops"}', code: 'UNREACHABLE' },
    { name: 'a bad token', status: 401, body: '{"message":"Bad credentials"}', code: 'UNAUTHORIZED' },
  ])('is an error where it may work another time: $name', async ({ status, body, code }) => {
    const headers = { 'content-type': 'application/json' };
    stage.github.faults.add({}, { kind: 'answer', status, body, headers });
    await expect(recordLinkedArtifact(stage.questions, ARTIFACT)).rejects.toMatchObject({ code });
  });
});

describe('asking', () => {
  it.each(['', 'app', '/app', 'acme/', 'acme/app/more'])('refuses the repository %j', (repository) => {
    const signal = new AbortController().signal;
    const options = { repository, token: 't', apiUrl: 'http://127.0.0.1:1', userAgent: 'test', signal };
    expect(() => openGateQuestions({ ...options, onTrace: () => undefined })).toThrow('not owner/name');
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    const other = await openGateStage({ signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(createDeployment(other.questions, PROMOTION)).rejects.toThrow();
    expect(other.asked()).toEqual([]);
    await other.close();
  });
});
