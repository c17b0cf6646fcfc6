/** Policies that tests of several files read. */

/** The policy of the design, its ellipses filled in. */
export const ROAD_TO_PRODUCTION = `version: 1
environments:
  dev:
    repository: ghcr.io/acme/api-dev
    tags: [build-number]                      # main-4521
    retention: { keep: 14d, keep-last: 5 }
  staging:
    repository: ghcr.io/acme/api-staging
    promote-from: dev
    tags: [git-sha]                           # a1b2c3d
    gates:
      checks: { require: [test, lint] }
      signature: { certificate-identity: "https://github.com/acme/api/.github/workflows/build.yml@refs/heads/main" }
    retention: { keep: 90d }
  production:
    repository: ghcr.io/acme/api
    promote-from: staging
    tags: [semver, combined]                  # 2.1.0 and 2.1.0-a1b2c3d
    channels: ["2", "2.1"]                    # tags that may move; rollback moves them back
    gates:
      provenance: { min-slsa-level: 3, source-repository: acme/api, builders: [acme/ci/.github/workflows/build.yml@v1] }
      platforms: [linux/amd64, linux/arm64]
      sbom: {}
      vulnerabilities: { fail-on: high, only-fixed: true, vex: [security/*.vex.json] }
      canary: { judge: exact, pass: 95, marginal: 75, metrics: [{ name: errors, file: canary/errors.json }] }
      approval: { environment: production, at-least: 1, not-the-author: true }
      soak: 24h
    retention: { keep: forever }
records: { certificate-identity: "https://github.com/acme/api/.github/workflows/promote.yml@refs/heads/main" }
registries:
  "123456789012.dkr.ecr.eu-west-1.amazonaws.com": { aws-role: "arn:aws:iam::123456789012:role/release" }
protect: { tags: ["v*"], digests-from: [deployments] }
`;

/** Every setting of the contract at least once. */
export const EVERY_SETTING = `# yaml-language-server: $schema=packages/core/schema/artifact-lifecycle.schema.json
version: 1
environments:
  build:
    repository: localhost:5000/acme/api
  eu/canary:
    repository:
      - ghcr.io/acme/api-canary
      - "[::1]:5000/acme/api-canary"
      - oci:out/layout
    promote-from: [build]
    tags: git-sha
    channels: [latest, "1.*", "{edge,next}"]
    override: { actors: octocat, teams: [acme/release] }
    retention: { keep-last: 10, delete-when: [branch-gone, pr-closed] }
    gates:
      checks: { require: test, app: github-actions, warn-only: true }
      tests: { junit: ["reports/**/*.xml"], min-passed: 10, max-failed: 0 }
      signature: { key: .github/cosign.pub, max-age: 90d }
      provenance:
        min-slsa-level: 2
        source-repository: acme/api
        source-ref: [refs/heads/main, "refs/tags/v*"]
        events: [push, release]
        builders: acme/ci/.github/workflows/build.yml@refs/tags/v1.0.0
        deny-self-hosted: true
      sbom: { format: spdx-json@3.0, certificate-identity-pattern: "https://github.com/acme/*/.github/workflows/*.yml@refs/heads/main" }
      vulnerabilities:
        fail-on: kev
        only-fixed: false
        vex: security/api.vex.json
        vex-identity: { certificate-identity: security@acme.example, certificate-oidc-issuer: https://accounts.acme.example }
        ignore:
          - { id: CVE-2021-44228, package: log4j-core, reason: not on the class path, until: 2028-02-29 }
        min-epss: 0.05
        advisories: advisories/
        new-only: true
      attestation:
        predicate-type: https://in-toto.io/attestation/test-result/v0.1
        where: { result: PASSED, 'runs[0].count': 3, 'labels["a.b"].ok': true }
      platforms: { require: linux/arm64/v8, warn-only: true }
      canary:
        judge: netflix
        pass: 90
        marginal: 60.5
        metrics:
          - { name: errors, group: errors, query: "sum(rate(errors{app='\${scope}'}[1m]))", direction: increase, critical: true, tolerance: 0.1, must-have-data: true }
          - { name: latency, file: latency.json }
        groups: { errors: 60, default: 40 }
        prometheus: http://localhost:9090
        baseline: api-old
        canary: api-new
        from: 1h
        to: now
        step: 60s
        min-points: 50
      approval: { environment: production, at-least: 2, not-the-author: true, users: [a, b], teams: release }
      soak: { for: 2w, warn-only: true }
      window: { allow: "Mon,Wed-Fri 09:00-16:00 Europe/Berlin", freeze: [2026-12-20/2027-01-02, "2026-10-03 UTC"], warn-only: false }
      command: { run: [node, gates/licences.mjs, --strict, ""], timeout: 5m }
retention:
  classes:
    production: { match: { environment: eu/canary, tags: ["v*", "/^release-[0-9]+$/"] }, keep: 2y, keep-last: 5, since: pulled }
    untagged: { match: { untagged: true }, keep: 7d }
    feature: { match: { tags: feature-* }, keep: forever, delete-when: branch-gone }
protect: { tags: [latest], digests-from: [deployments, deployment-records, "glob:deploy/**/*.yaml"] }
records: { key: .github/records.pub }
sigstore: { fulcio-url: https://fulcio.acme.example, rekor-url: none, rekor-version: 2, tsa-url: https://tsa.acme.example, trusted-root: root.json }
registries:
  ghcr.io: { username: octocat, token: hunter2, kind: ghcr }
  localhost:5000: { plain-http: true, kind: oci }
  registry.acme.example: { username: ci, password: hunter2, ca-file: /etc/ssl/acme.pem, kind: harbor }
  europe-docker.pkg.dev: { gcp-workload-identity-provider: projects/1/locations/global/workloadIdentityPools/gh/providers/gh, gcp-service-account: release@acme.iam.gserviceaccount.com }
  acme.azurecr.io: { azure-client-id: 6a1f, azure-tenant-id: acme.example }
`;
