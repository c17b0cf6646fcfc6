import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readInputs } from '@artifact-lifecycle/core/action';
import { loadPolicy } from '@artifact-lifecycle/core/policy';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { cleanup } from '../src/inputs.ts';
import { type CleanupRequest, readRequest } from '../src/request.ts';

const POLICY = `
version: 1
retention:
  classes:
    builds: { match: { tags: ["sha-*"] }, keep: 30d }
protect:
  tags: ["v*", latest]
  digests-from: [deployments, deployment-records, "glob:deploy/**/*.yaml"]
`;
const INLINE = 'classes: { all: { match: { tags: ["*"] }, keep: 1d } }';
const ECR = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 5 },
      action: { type: 'expire' },
    },
  ],
});
const TARGETS = 'ghcr.io/acme/app';

describe('readRequest', () => {
  let workspace: string;
  beforeAll(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'cleanup-request-'));
    await writeFile(join(workspace, 'ecr.json'), ECR);
    await writeFile(join(workspace, 'large.yml'), ' '.repeat(1024 * 1024 + 1));
  });
  const request = (
    inputs: Readonly<Record<string, string>>,
    policy: string | undefined = POLICY,
  ): Promise<CleanupRequest> => {
    const env = Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    );
    const read = readInputs(cleanup, env, { mask: () => {}, warning: () => {} });
    return readRequest(read, policy === '' ? undefined : loadPolicy(policy, 'policy.yml'), workspace);
  };

  it('has the defaults of the contract', async () => {
    expect(await request({ targets: TARGETS, retention: INLINE }, '')).toMatchObject({
      mode: 'plan',
      targets: [TARGETS],
      rails: { maxDeletes: 1000, maxPercent: 50, keepAtLeast: 1 },
      planFile: join(workspace, 'retention-plan.json'),
      auditFile: join(workspace, 'retention-audit.jsonl'),
      restoreFile: join(workspace, 'retention-audit.jsonl'),
      cacheFile: join(workspace, '.artifact-lifecycle/digests.json'),
      minAgeUntagged: 86_400_000,
      protectTags: [],
      digestFiles: [],
      deployments: true,
      deploymentRecords: false,
    });
  });

  it('protects by the policy and by the inputs', async () => {
    const inputs = { targets: TARGETS, protect: 'rc-*, lts', 'protect-digests': 'Dockerfile' };
    expect(await request(inputs)).toMatchObject({
      protectTags: ['v*', 'latest', 'rc-*', 'lts'],
      digestFiles: ['deploy/**/*.yaml', 'Dockerfile'],
      deploymentRecords: true,
    });
  });

  it.each([
    { name: 'the policy file', inputs: {}, shape: 'classes' },
    { name: 'what stands inline', inputs: { retention: INLINE }, shape: 'classes' },
    { name: "Amazon ECR's policy inline", inputs: { retention: ECR }, shape: 'ecr' },
    { name: 'a file', inputs: { retention: 'ecr.json' }, shape: 'ecr' },
  ])('takes the policy from $name', async ({ inputs, shape }) => {
    expect((await request({ targets: TARGETS, ...inputs })).retention?.shape).toBe(shape);
  });

  it.each([
    { name: 'an inventory is of no deployments', inputs: { inventory: 'images.json' }, deployments: false },
    {
      name: 'unless it is asked for',
      inputs: { inventory: 'images.json', 'protect-deployed': 'true' },
      deployments: true,
    },
    {
      name: 'a registry is, unless not',
      inputs: { targets: TARGETS, 'protect-deployed': 'false' },
      deployments: false,
    },
  ])('$name', async ({ inputs, deployments }) => {
    expect((await request(inputs)).deployments).toBe(deployments);
  });

  it('restores from another file, and needs no policy for it', async () => {
    const inputs = { targets: TARGETS, mode: 'restore', 'restore-file': 'old.jsonl' };
    expect(await request(inputs, '')).toMatchObject({
      restoreFile: join(workspace, 'old.jsonl'),
      retention: undefined,
    });
  });

  it.each([
    { name: 'nothing to clean up', inputs: {}, code: 'INPUT_INVALID' },
    {
      name: 'an inventory that is to be applied',
      inputs: { inventory: 'images.json', mode: 'apply' },
      code: 'INPUT_INVALID',
    },
    {
      name: 'an inventory beside targets',
      inputs: { inventory: 'images.json', targets: TARGETS },
      code: 'INPUT_INVALID',
    },
    {
      name: 'a policy that is not there',
      inputs: { targets: TARGETS, retention: 'none.yml' },
      code: 'NOT_FOUND',
    },
    {
      name: 'a policy past the limit',
      inputs: { targets: TARGETS, retention: 'large.yml' },
      code: 'LIMIT_EXCEEDED',
    },
    {
      name: 'a policy that is none',
      inputs: { targets: TARGETS, retention: 'classes: [7]' },
      code: 'INPUT_INVALID',
    },
  ])('refuses $name', async ({ inputs, code }) => {
    await expect(request(inputs)).rejects.toMatchObject({ code });
  });

  it('refuses to clean up without a policy', async () => {
    await expect(request({ targets: TARGETS }, '')).rejects.toThrow();
  });
});
