/** How a registry words that a tag may not move. */
export interface Refusal {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string | undefined;
  /** Whether pushing the digest the tag already has is refused as well. */
  readonly sameDigest: 'accepted' | 'refused';
}

/** The registries whose refusals are known (reference: registry.md §2a). */
export type RefusalStyle = 'ecr' | 'gar' | 'harbor' | 'acr' | 'nexus';

/** Which tags may not move, and how the registry says so. */
export interface ImmutableTags {
  /** Says which tags are frozen once set; all when absent. */
  readonly matches?: ((repository: string, tag: string) => boolean) | undefined;
  readonly refusal: RefusalStyle | ((repository: string, tag: string) => Refusal);
}

/** How registries word it. ECR refuses even the digest that the tag already has. */
const REFUSALS: Readonly<Record<RefusalStyle, (repository: string, tag: string) => Refusal>> = {
  ecr: (repository, tag) =>
    refuse(
      400,
      'TAG_INVALID',
      `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the repository is immutable.`,
      'refused',
    ),
  gar: (repository, tag) =>
    refuse(
      400,
      'MANIFEST_INVALID',
      `cannot update tag "${tag}" of ${repository}. The repository has enabled tag immutability`,
    ),
  harbor: (repository, tag) =>
    refuse(
      412,
      'PRECONDITION',
      `Failed to process request due to '${repository}:${tag}' configured as immutable.`,
    ),
  acr: (repository, tag) =>
    refuse(409, 'CONFLICT', `The operation is disallowed on ${repository}:${tag}: writeEnabled is false.`),
  nexus: (repository, tag) =>
    refuse(400, 'MANIFEST_INVALID', `Repository does not allow updating assets: ${repository}:${tag}`),
};

/** Gives the refusal of a tag that would move, or be set again, or `undefined` where it may. */
export function refusalOf(
  rule: ImmutableTags | undefined,
  repository: string,
  tag: string,
  change: { readonly from: string | undefined; readonly to: string },
): Refusal | undefined {
  if (rule === undefined || change.from === undefined || rule.matches?.(repository, tag) === false)
    return undefined;
  const word = typeof rule.refusal === 'string' ? REFUSALS[rule.refusal] : rule.refusal;
  const refusal = word(repository, tag);
  return change.from === change.to && refusal.sameDigest === 'accepted' ? undefined : refusal;
}

function refuse(
  status: number,
  code: string,
  message: string,
  sameDigest: Refusal['sameDigest'] = 'accepted',
): Refusal {
  return { status, body: JSON.stringify({ errors: [{ code, message }] }), sameDigest };
}
