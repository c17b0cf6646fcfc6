import type { RegistryKind } from '@artifact-lifecycle/core/policy';
import {
  fallbackTag,
  makeFallbackIndex,
  makeImage,
  makeReferrer,
  type Refusal,
  seed,
} from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { parseDigest } from '../../src/name/digest.ts';
import { kindOfHost } from '../../src/remote/quirks/kind.ts';
import { QUIRKS } from '../../src/remote/quirks/quirks.ts';
import { blobOf, descriptorOf, manifestOf, refusalOf, sourceOf, startWorld, tag } from './world.ts';

const IMAGE = makeImage();
const OTHER = makeImage({ annotations: { other: 'yes' } });
const DIGEST = parseDigest(IMAGE.digest, 'test');
const REFERRER = makeReferrer({ subject: IMAGE, artifactType: 'application/a' });
const LATE = makeReferrer({ subject: IMAGE, artifactType: 'application/b' });

describe('a host is known by its name', () => {
  it.each([
    ['ghcr.io', 'ghcr'],
    ['containers.acme.ghe.com', 'ghcr'],
    ['docker.io', 'dockerhub'],
    ['123456789012.dkr.ecr.eu-central-1.amazonaws.com', 'ecr'],
    ['123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com', 'ecr'],
    ['123456789012.dkr-ecr.eu-central-1.on.aws', 'ecr'],
    ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', 'ecr'],
    ['public.ecr.aws', 'ecr-public'],
    ['gcr.io', 'gar'],
    ['eu.gcr.io', 'gar'],
    ['europe-docker.pkg.dev', 'gar'],
    ['acme.azurecr.io', 'acr'],
    ['acme-d2h7.azurecr.cn', 'acr'],
    ['quay.io', 'quay'],
    ['registry.gitlab.com', 'gitlab'],
    ['acme.jfrog.io', 'artifactory'],
    ['harbor.acme.example', 'oci'],
    ['127.0.0.1:5000', 'oci'],
    ['ghcr.io.acme.example', 'oci'],
    ['fake-azurecr.io', 'oci'],
    ['x.dkr.ecr.eu-central-1.amazonaws.com', 'oci'],
  ])('%s as %s', (host, kind) => {
    expect(kindOfHost(host)).toBe(kind);
  });

  it('unless its settings know better', () => {
    expect(kindOfHost('harbor.acme.example', 'harbor')).toBe('harbor');
    expect(kindOfHost('ghcr.io', 'oci')).toBe('oci');
  });
});

const KINDS = Object.keys(QUIRKS).filter(
  (kind): kind is RegistryKind => !['ecr-public', 'quay'].includes(kind),
);

describe('the referrers API', () => {
  it.each(KINDS.map((kind) => [kind, QUIRKS[kind].referrersApi === 'partial'] as const))(
    'of %s is asked together with the tag: %s',
    async (kind, both) => {
      const { server, open } = await startWorld({ kind });
      await seed(server, 'acme/app', REFERRER);
      const { mediaType, bytes } = makeFallbackIndex([REFERRER, LATE]);
      await server.store.putManifest('acme/app', mediaType, bytes, { tags: [fallbackTag(IMAGE.digest)] });
      const listed = await open().listReferrers(DIGEST);
      expect(listed.map(({ digest }) => digest)).toEqual(
        both ? [REFERRER.digest, LATE.digest] : [REFERRER.digest],
      );
      expect(server.log.count({ path: /\/manifests\// })).toBe(both ? 1 : 0);
    },
  );

  it.each(KINDS.map((kind) => [kind, QUIRKS[kind].subjectHeader] as const))(
    'of %s that names the subject is taken for: %s',
    async (kind, header) => {
      const { server, open } = await startWorld({ kind });
      await seed(server, 'acme/app', IMAGE);
      for (const blob of REFERRER.blobs) await server.store.putBlob('acme/app', blob.open());
      await open().pushManifest(manifestOf(REFERRER));
      expect(server.log.count({ path: /\/referrers\// })).toBe(header === 'hint' ? 1 : 0);
      expect(server.store.tags('acme/app').size).toBe(header === 'nothing' ? 1 : 0);
    },
  );

  it('of GitLab is all there is: its tag is the digest', async () => {
    const { server, open } = await startWorld({ kind: 'gitlab', referrers: 'none' });
    await seed(server, 'acme/app', IMAGE, { tags: [fallbackTag(IMAGE.digest)] });
    for (const blob of REFERRER.blobs) await server.store.putBlob('acme/app', blob.open());
    expect(await open().listReferrers(DIGEST)).toEqual([]);
    const error = await refusalOf(open().pushManifest(manifestOf(REFERRER)));
    expect(error).toMatchObject({ code: 'UNSUPPORTED', remedy: expect.stringContaining('referrers API') });
    expect(server.store.manifest('acme/app', fallbackTag(IMAGE.digest))?.digest).toBe(IMAGE.digest);
  });
});

describe('a blob that is too long for one PUT', () => {
  const BLOB = blobOf(17 * 1024 * 1024);
  const DESCRIPTOR = descriptorOf(BLOB);

  it.each([
    ['oci', ['PATCH', 'PATCH', 'PATCH', 'PUT']],
    ['ghcr', ['PATCH', 'PUT']],
    ['ecr', ['PATCH', 'PATCH', 'PUT']],
    ['acr', ['PATCH', 'PATCH', 'PUT']],
  ] as const)('goes to %s by %s', async (kind, methods) => {
    const { server, open } = await startWorld({ kind });
    server.faults.add(
      { method: 'PUT', path: /\/blobs\/uploads\//, when: ({ headers }) => headers['content-length'] !== '0' },
      { kind: 'answer', status: 413, close: true },
    );
    expect(await open().pushBlob(DESCRIPTOR, sourceOf(BLOB))).toBe('uploaded');
    const sent = server.log.filter({ path: /\/blobs\/uploads\/./, status: 202 });
    const ended = server.log.filter({ method: 'PUT', status: 201 });
    expect([...sent, ...ended].map(({ method }) => method)).toEqual(methods);
    expect(sent.some(({ headers }) => headers['content-range'] !== undefined)).toBe(kind !== 'ghcr');
    expect(server.store.blob('acme/app', DESCRIPTOR.digest)?.size).toBe(DESCRIPTOR.size);
    expect(server.store.openUploads).toBe(0);
  });

  it.each(['gar'] as const)('is refused by %s, which has no other way', async (kind) => {
    const { server, open } = await startWorld({ kind });
    server.faults.add({ method: 'PUT' }, { kind: 'answer', status: 413, close: true });
    expect((await refusalOf(open().pushBlob(DESCRIPTOR, sourceOf(BLOB)))).code).toBe('LIMIT_EXCEEDED');
    expect(server.log.count({ method: 'PATCH' })).toBe(0);
  });

  it('goes to Azure in chunks from the start', async () => {
    const { server, open } = await startWorld({ kind: 'acr' });
    await open().pushBlob(DESCRIPTOR, sourceOf(BLOB));
    expect(server.log.requests.map(({ method }) => method)).toEqual([
      'HEAD',
      'POST',
      'PATCH',
      'PATCH',
      'PUT',
    ]);
  });
});

describe('a mount', () => {
  it.each(KINDS.map((kind) => [kind, QUIRKS[kind].mounts === 'within-owner'] as const))(
    'at %s is within one owner only: %s',
    async (kind, within) => {
      const { server, open } = await startWorld({ kind });
      const blob = blobOf(10);
      await server.store.putBlob('acme/dev', blob.open());
      await server.store.putBlob('other/dev', blob.open());
      const from = [open('other/dev').location, open('acme/dev').location];
      expect(await open().pushBlob(descriptorOf(blob), sourceOf(blob), { mountFrom: from })).toBe('mounted');
      const [post] = server.log.filter({ method: 'POST' });
      expect(post?.query.get('from')).toBe(within ? 'acme/dev' : 'other/dev');
    },
  );
});

describe('a tag that may not move', () => {
  const json = (status: number, code: string, message: string, detail?: unknown): Refusal => ({
    status,
    body: JSON.stringify({ errors: [{ code, message, ...(detail === undefined ? {} : { detail }) }] }),
    sameDigest: 'refused',
  });
  const ANSWERS: readonly (readonly [string, Refusal])[] = [
    [
      'ECR',
      json(
        400,
        'TAG_INVALID',
        "The image tag 'v1' already exists in the 'acme/app' repository and cannot be overwritten because the repository is immutable.",
      ),
    ],
    ['ECR, its exception', json(400, 'ImageTagAlreadyExistsException', 'tag exists')],
    [
      'Artifact Registry',
      json(400, 'MANIFEST_INVALID', 'cannot update tag v1. The repository has enabled tag immutability'),
    ],
    [
      'Harbor',
      json(412, 'PRECONDITION', "Failed to process request due to 'app:v1' configured as immutable."),
    ],
    [
      'ACR',
      json(
        405,
        'REGISTRY_DISALLOWED_OPERATION',
        'The operation is disallowed on this registry, repository or image. View troubleshooting steps at https://aka.ms/acr/faq',
        {},
      ),
    ],
    [
      'Nexus, which gives the reason in the detail',
      json(
        400,
        'BLOB_UPLOAD_INVALID',
        'blob upload invalid',
        'Repository does not allow updating assets: docker',
      ),
    ],
    [
      'Artifactory',
      json(
        403,
        'DENIED',
        "Not enough permissions to delete/overwrite artifact 'docker:app/v1/manifest.json' (user: 'ci' needs DELETE permission).",
      ),
    ],
    [
      'Artifactory, as manifest invalid',
      json(403, 'MANIFEST_INVALID', 'manifest invalid', {
        description: 'Not enough permissions to overwrite artifact (needs DELETE permission).',
      }),
    ],
    [
      'Docker Hub',
      json(
        401,
        'DENIED',
        'requested access to the resource is denied - This tag is already assigned to an image in this repository and cannot be updated due to immutability settings.',
      ),
    ],
    ['Quay and others', json(409, 'TAG_ALREADY_EXISTS', 'no')],
    [
      'plain text',
      { status: 409, body: 'tag is immutable', contentType: 'text/plain', sameDigest: 'refused' },
    ],
  ];

  it.each(ANSWERS)('is TAG_EXISTS with both digests, in the words of %s', async (_name, refusal) => {
    const { server, open } = await startWorld({ immutableTags: { refusal: () => refusal } });
    await seed(server, 'acme/app', OTHER, { tags: ['v1'] });
    await seed(server, 'acme/app', IMAGE);
    const error = await refusalOf(open().tagManifest(tag('v1'), manifestOf(IMAGE)));
    expect(error.code).toBe('TAG_EXISTS');
    expect(error.message).toContain(OTHER.digest);
    expect(error.message).toContain(IMAGE.digest);
  });

  it.each(ANSWERS)('is success where it is there already, in the words of %s', async (_name, refusal) => {
    const { server, open } = await startWorld({ immutableTags: { refusal: () => refusal } });
    await seed(server, 'acme/app', IMAGE, { tags: ['v1'] });
    await open().tagManifest(tag('v1'), manifestOf(IMAGE));
    expect(server.log.lines().at(-1)).toBe('HEAD /v2/acme/app/manifests/v1 200');
  });

  it('is not what a refusal of another kind means', async () => {
    const refusal = json(403, 'DENIED', 'requested access to the resource is denied');
    const { server, open } = await startWorld({ immutableTags: { refusal: () => refusal } });
    await seed(server, 'acme/app', OTHER, { tags: ['v1'] });
    expect((await refusalOf(open().tagManifest(tag('v1'), manifestOf(IMAGE)))).code).toBe('FORBIDDEN');
  });
});

describe('a deletion that the registry does not do', () => {
  it.each([
    ['ghcr', /Packages API/],
    ['dockerhub', /hub\.docker\.com/],
    ['ecr', /BatchDeleteImage/],
    ['harbor', /Harbor’s own API/],
    ['gitlab', /cleanup policy/],
    ['oci', /own API/],
  ] as const)('at %s is told where it is done', async (kind, remedy) => {
    const { server, open } = await startWorld({ kind, delete: { tags: false } });
    await seed(server, 'acme/app', IMAGE, { tags: ['v1'] });
    const error = await refusalOf(open().deleteManifest(tag('v1')));
    expect(error.code).toBe('UNSUPPORTED');
    expect(error.remedy).toMatch(remedy);
  });
});

describe('too many reads of Docker Hub', () => {
  it.each([
    ['dockerhub', /counts every manifest/],
    ['oci', /fewer copies/],
  ] as const)('say so (%s)', async (kind, remedy) => {
    const { server, open } = await startWorld({ kind, credentials: { username: 'me', password: 'pw' } });
    server.faults.add({ method: 'GET' }, { kind: 'rate-limit' });
    expect((await refusalOf(open().fetchManifest(DIGEST))).remedy).toMatch(remedy);
  });
});
