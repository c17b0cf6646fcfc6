import type { InputSpec, OutputSpec } from './spec.ts';

/** Where the policy file lies unless an input names another (contract: "Every action"). */
export const DEFAULT_POLICY_PATH = '.github/artifact-lifecycle.yml';

/** The inputs every action takes (contract: "Every action"). */
export const COMMON_INPUTS = {
  'github-token': {
    kind: 'secret',
    description: 'Token for the GitHub API and, only for the host it belongs to, its container registry.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the runner's expression.
    default: { expression: '${{ github.token }}' },
  },
  policy: {
    kind: 'path',
    description: 'The policy file. Missing at the default path is fine; missing at a named path is an error.',
    default: DEFAULT_POLICY_PATH,
  },
  registries: {
    kind: 'yaml',
    description:
      'YAML, host to settings: `username`, `password`, `token`, `aws-role`, `gcp-workload-identity-provider` and `gcp-service-account`, `azure-client-id` and `azure-tenant-id`, `kind` (`ghcr`, `ecr`, `gar`, `acr`, `dockerhub`, `harbor`, `artifactory`, `nexus`, `gitlab`, `oci`), `plain-http`, `ca-file`.',
    secretKeys: ['password', 'token'],
  },
  'dry-run': {
    kind: 'boolean',
    description: 'Computes and reports everything, and writes nothing anywhere.',
    default: false,
  },
  summary: {
    kind: 'boolean',
    description: 'Writes the job summary.',
    default: true,
  },
  sigstore: {
    kind: 'enum-or-text',
    description:
      "Whose Sigstore: `auto` (a public repository: the public good instance; private or internal: GitHub's own), `public-good`, `github`, or a file with URLs and `trusted-root`. Verification trusts both instances by default.",
    allowed: ['auto', 'public-good', 'github'],
    otherwise: 'a file with URLs and trusted-root',
    default: 'auto',
  },
} as const satisfies Readonly<Record<string, InputSpec>>;

/** The outputs every action has (contract: "Every action"). */
export const COMMON_OUTPUTS = {
  json: {
    kind: 'json',
    description:
      'One object with everything the other outputs and the summary say; over 256 KiB its lists are replaced by their counts. On failure it holds `error` with `code`, `message` and `remedy`.',
    example: '{"promoted":true,"digest":"sha256:…"}',
  },
  'json-file': {
    kind: 'path',
    description: 'Where the whole of `json` lies, when it is over 256 KiB.',
    example: '/home/runner/work/_temp/promote-x7Yk2p/promote.json',
  },
  'error-code': {
    kind: 'string',
    description: 'On failure, the code of the error, one of a closed list.',
    example: 'TAG_EXISTS',
  },
} as const satisfies Readonly<Record<string, OutputSpec>>;
