import { COMMON_INPUTS, COMMON_OUTPUTS, defineAction } from '@artifact-lifecycle/core/action';

/** What a workflow can write under `uses: …/actions/cleanup`, and read from it (contract: "cleanup"). */
export const cleanup = defineAction({
  name: 'cleanup',
  title: 'Clean up artifacts',
  description:
    'Deletes the images and package versions that a retention policy lets go, and never what a kept artifact needs.',
  branding: { icon: 'trash-2', color: 'blue' },
  inputs: {
    targets: {
      kind: 'list',
      entries: 'repositories',
      description:
        'Repositories as they are pulled (`ghcr.io/acme/app`, `*` in a name), or GitHub packages: `npm:@acme/lib`, `maven:com.acme.lib`, `nuget:…`, `rubygems:…`. Required, unless an `inventory` is given.',
    },
    retention: {
      kind: 'string',
      description:
        'The policy: a path, or inline. Our YAML (`classes`), or the policies of Amazon ECR, Google Artifact Registry or Harbor as they are.',
      default: { derived: 'from the policy' },
    },
    inventory: {
      kind: 'path',
      description:
        'A JSON file of images in place of a registry: tries a policy on paper, with `mode: plan` only.',
    },
    mode: {
      kind: 'enum',
      allowed: ['plan', 'apply', 'restore'],
      description:
        '`plan` writes what would be deleted, and why; `apply` carries a plan out, and makes one first where there is none; `restore` brings back what an audit file says was deleted.',
      default: 'plan',
    },
    'plan-file': {
      kind: 'path',
      description: 'Written by `plan`; `apply` carries it out, exactly.',
      default: 'retention-plan.json',
    },
    protect: {
      kind: 'list',
      entries: 'patterns',
      commas: true,
      description: 'Patterns of tags that are never deleted, beside those of the policy.',
    },
    'protect-digests': {
      kind: 'list',
      entries: 'files',
      description:
        'Files or globs that name digests in use: manifests, Helm values, Dockerfiles. What they name is kept.',
    },
    'protect-deployed': {
      kind: 'boolean',
      description: "Keeps what GitHub's deployments name; when GitHub cannot be asked, that is an error.",
      default: { derived: '`true`; `false` with `inventory`' },
    },
    'max-deletes': {
      kind: 'integer',
      description: 'A plan with more deletions deletes nothing.',
      min: 0,
      default: 1000,
    },
    'max-percent': {
      kind: 'integer',
      description: 'A plan that lets more of the images go, in percent, deletes nothing.',
      min: 0,
      max: 100,
      default: 50,
    },
    'keep-at-least': {
      kind: 'integer',
      description: 'A plan that leaves fewer images deletes nothing.',
      min: 0,
      default: 1,
    },
    'min-age-untagged': {
      kind: 'duration',
      description:
        'Younger images without a tag are kept, whatever the policy says: a push may be under way.',
      default: '24h',
    },
    'audit-file': {
      kind: 'path',
      description: 'One line for each deletion, written before it.',
      default: 'retention-audit.jsonl',
    },
    'restore-file': {
      kind: 'path',
      description: 'What `mode: restore` brings back.',
      default: { derived: 'the audit file' },
    },
    'cache-file': {
      kind: 'path',
      description: 'What is known of immutable manifests, for the next run; keep it with actions/cache.',
      default: '.artifact-lifecycle/digests.json',
    },
    emit: {
      kind: 'enum',
      allowed: ['ecr'],
      description: '`ecr`: also writes the policy as Amazon ECR lifecycle JSON, beside the plan.',
    },
    ...COMMON_INPUTS,
  },
  outputs: {
    planned: {
      kind: 'integer',
      description: 'How many deletions the plan has.',
      example: '12',
    },
    deleted: { kind: 'integer', description: 'How many images were deleted.', example: '12' },
    kept: { kind: 'integer', description: 'How many images stay.', example: '80' },
    remaining: {
      kind: 'integer',
      description: 'How many deletions were not done for lack of quota; the next run goes on.',
      example: '0',
    },
    'freed-bytes': {
      kind: 'integer',
      description: 'How many bytes that frees, shared layers counted once, where the service says.',
      example: '734003200',
    },
    plan: {
      kind: 'path',
      description: 'The path of the plan; of several targets one a line.',
      example: 'retention-plan.json',
    },
    ...COMMON_OUTPUTS,
  },
});
