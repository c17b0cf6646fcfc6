import type { HostKind } from './kind.ts';

/**
 * How a blob goes to a registry: in one PUT, up to so many bytes; and how what is longer goes, or what did not get
 * through in one piece.
 */
export interface UploadForm {
  /** Bytes of one PUT. */
  readonly longestPut: number;
  /** `chunks`: several PATCH with `Content-Range`; `patch`: one PATCH without; `none`: there is no other way. */
  readonly otherwise: 'chunks' | 'patch' | 'none';
  /** Bytes of a chunk. One is held in memory. */
  readonly chunk: number;
}

/** What is known of a kind of registry that the protocol does not tell. */
export interface Quirks {
  /** Whether what the referrers API lists is all there is, or only a part beside what the referrers tag lists. */
  readonly referrersApi: 'whole' | 'partial';
  /** Whether the referrers tag holds a list, or is read as the digest that it spells. */
  readonly referrersTag: 'list' | 'digest';
  /** Whether `OCI-Subject` is proof that a referrer is listed, has to be checked once, or means nothing. */
  readonly subjectHeader: 'proof' | 'hint' | 'nothing';
  readonly upload: UploadForm;
  /** Between which repositories blobs are mounted; to ask elsewhere costs a token for both and brings nothing. */
  readonly mounts: 'anywhere' | 'within-owner';
  /** Whether reading a manifest counts towards a limit, while HEAD does not. */
  readonly reads: 'free' | 'counted';
  /** Where deletion is done that the protocol's DELETE does not do here. */
  readonly deletion: string | undefined;
}

const MIB = 1024 * 1024;

/**
 * The protocol as it is written, and nothing believed that can be checked: distribution, Zot, Gitea and whatever
 * else answers at a name nobody knows.
 */
const PLAIN: Quirks = {
  referrersApi: 'whole',
  referrersTag: 'list',
  subjectHeader: 'hint',
  // 8 MiB pass common proxies (nginx in front of many: 100 MB); smaller ones would only make more requests.
  upload: { longestPut: Number.POSITIVE_INFINITY, otherwise: 'chunks', chunk: 8 * MIB },
  mounts: 'anywhere',
  reads: 'free',
  deletion: undefined,
};

/** A row a kind: what differs from {@link PLAIN}, each with where it was learned. */
export const QUIRKS: Readonly<Record<HostKind, Quirks>> = {
  oci: PLAIN,

  ghcr: {
    ...PLAIN,
    // 303 to the website, then 404 (github.com/artifacthub/hub/issues/4785); once 200 with an empty list
    // (github.com/sbomify/sbomify/issues/1530).
    referrersApi: 'partial',
    // github.com/actions/attest-build-provenance/issues/91: none is sent.
    subjectHeader: 'nothing',
    // Of several PATCH the last overwrites the others (github.com/clowdhaus/ocync, docs: registries).
    upload: { ...PLAIN.upload, otherwise: 'patch' },
    // Fulfilled within one owner only (ocync, docs: registries).
    mounts: 'within-owner',
    // 405 to every DELETE (docker-mirror-monitor#13).
    deletion: 'Delete the version of the package by GitHub’s Packages API; the action cleanup does.',
  },

  dockerhub: {
    ...PLAIN,
    // No API (github.com/docker/roadmap/issues/724); should one come, what stands under the tag stays there.
    referrersApi: 'partial',
    // Sent in 2024 without the API behind it: referrers were lost (github.com/docker/hub-feedback/issues/2372).
    subjectHeader: 'nothing',
    // docs.docker.com/docker-hub/usage/pulls: a GET of a manifest is a pull, a HEAD is none.
    reads: 'counted',
    deletion: 'Delete it on hub.docker.com or by its API; the action cleanup does.',
  },

  ecr: {
    ...PLAIN,
    // Sent by ECR while it did not list (github.com/sigstore/sigstore-js, packages/oci).
    subjectHeader: 'hint',
    // docs.aws.amazon.com/AmazonECR/latest/APIReference, UploadLayerPart: parts of at most 20 MiB.
    upload: { ...PLAIN.upload, chunk: 10 * MIB },
    deletion: 'Delete it with BatchDeleteImage; the action cleanup does.',
  },

  'ecr-public': {
    ...PLAIN,
    // Not seen answered; should it be one day, what stands under the tag stays there.
    referrersApi: 'partial',
    // Streams by PATCH stall (github.com/google/go-containerregistry/issues/1766).
    upload: { ...PLAIN.upload, otherwise: 'none' },
    deletion: 'Delete it with the API of ECR Public, BatchDeleteImage.',
  },

  gar: {
    ...PLAIN,
    // cloud.google.com/artifact-registry/docs/manage-metadata-with-attachments
    subjectHeader: 'proof',
    // No chunked uploads (cloud.google.com/artifact-registry/docs/docker/troubleshoot; ocync, docs: registries).
    upload: { ...PLAIN.upload, otherwise: 'none' },
  },

  acr: {
    ...PLAIN,
    // learn.microsoft.com/azure/container-registry/container-registry-manage-artifact
    subjectHeader: 'proof',
    // A PUT of more than some 20 MB is reset or answered 413 (ocync, docs: registries).
    upload: { longestPut: 16 * MIB, otherwise: 'chunks', chunk: 16 * MIB },
  },

  harbor: {
    ...PLAIN,
    // 2.8 and later; before, 401 without a challenge (github.com/goharbor/harbor/issues/18305).
    subjectHeader: 'proof',
    // Tags are deleted by Harbor's own API: /api/v2.0/projects/…/artifacts/…/tags/… (goharbor.io/docs, "Working with Artifacts").
    deletion: 'Delete the tag by Harbor’s own API or portal; the action cleanup does.',
  },

  artifactory: {
    ...PLAIN,
    // The API is there from 7.90.1 on (jfrog.com/help, "Docker Registry": referrers); before it is answered 404.
    // A name's first part is the repository's key, and blobs are shared within one only.
    mounts: 'within-owner',
  },

  // No referrers route (github.com/sonatype/nexus-public); everything else is asked for as it is written.
  nexus: PLAIN,

  gitlab: {
    ...PLAIN,
    // A tag sha256-HEX is the digest itself (github.com/oras-project/oras-go/issues/1396).
    referrersTag: 'digest',
    deletion: 'Delete the tag in the project’s container registry, or let its cleanup policy do so.',
  },

  quay: {
    ...PLAIN,
    // Missing for a subject named by sha512 (github.com/opencontainers/distribution-spec/issues/563).
    subjectHeader: 'hint',
    // Chunks do not work (github.com/oras-project/oras-py/pull/137).
    upload: { ...PLAIN.upload, otherwise: 'none' },
  },
};
