import type { ErrorBody } from '../error-body.ts';
import type { HostKind } from './kind.ts';

/** How one kind of registry says that a tag is published and may not move. */
interface ImmutableAnswer {
  readonly kind: HostKind;
  readonly status: readonly number[];
  /** The code it gives, where that alone says it. */
  readonly code?: string;
  /** What its message or detail says. */
  readonly says?: RegExp;
}

const ANSWERS: readonly ImmutableAnswer[] = [
  // docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html; moby/buildkit#3776
  { kind: 'ecr', status: [400], code: 'IMAGETAGALREADYEXISTSEXCEPTION' },
  { kind: 'ecr', status: [400], says: /cannot be overwritten because the (?:repository|tag) is immutable/i },
  // cloud.google.com/artifact-registry/docs/docker/troubleshoot: "cannot update tag …"
  { kind: 'gar', status: [400, 403, 409], says: /cannot update tag|has enabled tag immutability/i },
  // goharbor/harbor, src/server/middleware/immutable/errors.go
  { kind: 'harbor', status: [412], says: /configured as immutable/i },
  { kind: 'harbor', status: [412] },
  // Azure/acr-cli#70; learn.microsoft.com/azure/container-registry/container-registry-image-lock
  { kind: 'acr', status: [403, 405, 409], code: 'REGISTRY_DISALLOWED_OPERATION' },
  {
    kind: 'acr',
    status: [403, 405, 409],
    says: /operation is disallowed|\block(?:ed)?\b|writeEnabled is false/i,
  },
  // GoogleContainerTools/jib#3057: the sentence stands in "detail"
  { kind: 'nexus', status: [400, 403], says: /does not allow updating assets|updating assets/i },
  // Overwriting takes the permission to delete: jfrog.com/help, "Permissions"; docker login answers with either status
  {
    kind: 'artifactory',
    status: [401, 403, 409],
    says: /permissions? to (?:delete\/)?overwrite|needs DELETE permission|already exists and cannot be/i,
  },
  // docs.docker.com/docker-hub/repos/manage/hub-images/immutable-tags
  { kind: 'dockerhub', status: [400, 401, 403, 409], says: /cannot be updated due to immutability/i },
  // docs.gitlab.com/user/packages/container_registry/immutable_container_tags
  { kind: 'gitlab', status: [400, 403, 409], says: /tag is (?:immutable|protected)/i },
  // Zot, Quay, Alibaba's and others, in whatever words.
  {
    kind: 'oci',
    status: [400, 403, 405, 409],
    says: /\bimmutab|tag already exists|cannot be overwritten|write operations? (?:is|are) disabled/i,
  },
  { kind: 'oci', status: [400, 403, 409], code: 'TAG_ALREADY_EXISTS' },
];

/**
 * Whether a refusal says that a tag may not move. A proxy or a mirror may stand before any of them, so that every
 * answer counts from every host: who asks looks at the tag before it believes.
 */
export function saysImmutable(status: number, { codes, excerpt }: ErrorBody): boolean {
  return ANSWERS.some(
    (answer) =>
      answer.status.includes(status) &&
      (answer.code === undefined || codes.some((code) => code.includes(answer.code ?? ''))) &&
      (answer.says === undefined || answer.says.test(excerpt)),
  );
}

/** Statuses by which a registry refuses a tag that may already stand where it is wanted. */
export function mayBeThere(status: number): boolean {
  return ANSWERS.some((answer) => answer.status.includes(status));
}
