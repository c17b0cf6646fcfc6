/**
 * What a Fulcio certificate says of who signed (fulcio, "oid-info": extensions 1.3.6.1.4.1.57264.1.8 to .24). Each
 * value was proven to the certificate authority by a token of the issuer.
 */
export interface CertificateFacts {
  /** The subject alternative name: for GitHub `https://github.com/OWNER/NAME/.github/workflows/FILE@REF`. */
  readonly identity: string;
  /** Extension 8, else the raw 1. */
  readonly issuer: string;
  /** 9: the workflow that signed, the same as the identity. */
  readonly buildSignerUri?: string | undefined;
  /** 10: the commit of that workflow. */
  readonly buildSignerDigest?: string | undefined;
  /** 11: `github-hosted` or `self-hosted`. */
  readonly runnerEnvironment?: string | undefined;
  /** 12: `https://github.com/OWNER/NAME`. */
  readonly sourceRepositoryUri?: string | undefined;
  /** 13: the commit that was built. */
  readonly sourceRepositoryDigest?: string | undefined;
  /** 14: `refs/heads/main`. */
  readonly sourceRepositoryRef?: string | undefined;
  /** 15: a number that outlives renaming. */
  readonly sourceRepositoryId?: string | undefined;
  /** 16. */
  readonly sourceRepositoryOwnerUri?: string | undefined;
  /** 17. */
  readonly sourceRepositoryOwnerId?: string | undefined;
  /** 18: the workflow that started it all, which a caller of a reusable workflow is. */
  readonly buildConfigUri?: string | undefined;
  /** 19. */
  readonly buildConfigDigest?: string | undefined;
  /** 20: `push`. */
  readonly buildTrigger?: string | undefined;
  /** 21: `https://github.com/OWNER/NAME/actions/runs/ID/attempts/N`. */
  readonly runInvocationUri?: string | undefined;
  /** 22: `public`, `private`, `internal`. */
  readonly sourceRepositoryVisibility?: string | undefined;
  /** 23. */
  readonly deploymentEnvironment?: string | undefined;
  /** From when until when the certificate holds, in milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
}
