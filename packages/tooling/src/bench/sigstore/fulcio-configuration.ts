/**
 * What Fulcio writes into certificates for GitHub's tokens (fulcio, "oid-info"): names of extensions as its
 * configuration has them, and the claim, or the text of claims, that each gets.
 */
const EXTENSIONS: Readonly<Record<string, string>> = {
  'github-workflow-trigger': 'event_name',
  'github-workflow-sha': 'sha',
  'github-workflow-name': 'workflow',
  'github-workflow-repository': 'repository',
  'github-workflow-ref': 'ref',
  'build-signer-uri': '{{ .url }}/{{ .job_workflow_ref }}',
  'build-signer-digest': 'job_workflow_sha',
  'runner-environment': 'runner_environment',
  'source-repository-uri': '{{ .url }}/{{ .repository }}',
  'source-repository-digest': 'sha',
  'source-repository-ref': 'ref',
  'source-repository-identifier': 'repository_id',
  'source-repository-owner-uri': '{{ .url }}/{{ .repository_owner }}',
  'source-repository-owner-identifier': 'repository_owner_id',
  'build-config-uri': '{{ .url }}/{{ .workflow_ref }}',
  'build-config-digest': 'workflow_sha',
  'build-trigger': 'event_name',
  'run-invocation-uri': '{{ .url }}/{{ .repository }}/actions/runs/{{ .run_id }}/attempts/{{ .run_attempt }}',
  'source-repository-visibility-at-signing': 'repository_visibility',
  'deployment-environment': 'environment',
};

const PROVIDER = 'github-workflow';

/** Writes the configuration of a Fulcio that takes tokens of one issuer. */
export function writeFulcioConfiguration(issuer: string): string {
  const configuration = {
    'oidc-issuers': {
      [issuer]: {
        'issuer-url': issuer,
        'client-id': 'sigstore',
        type: 'ci-provider',
        'ci-provider': PROVIDER,
      },
    },
    'ci-issuer-metadata': {
      [PROVIDER]: {
        // Not every job has an environment; Fulcio refuses tokens that lack a claim without default.
        'default-template-values': { url: 'https://github.com', environment: '' },
        'extension-templates': EXTENSIONS,
        'subject-alternative-name-template': '{{ .url }}/{{ .job_workflow_ref }}',
      },
    },
  };
  // Fulcio takes what is JSON for its older format: the comment makes it YAML.
  return `# YAML\n${JSON.stringify(configuration)}\n`;
}
