import { parseDigest } from '@artifact-lifecycle/registry';
import { fallbackTag, makeImage, seed } from '@artifact-lifecycle/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Attachment, attachDocument } from '../../src/attach/attach-document.ts';
import { openPlace, type Place } from '../support/registry.ts';

const image = makeImage();
const DOCUMENT = Buffer.from('{"bomFormat":"CycloneDX"}\n');
const MEDIA_TYPE = 'application/vnd.cyclonedx+json';

let place: Place | undefined;

afterEach(async () => {
  expect(place?.server.defects ?? []).toEqual([]);
  await place?.close();
  place = undefined;
});

async function open(
  options: Parameters<typeof openPlace>[0] = {},
): Promise<{ place: Place; attachment: Attachment }> {
  const opened = await openPlace(options);
  place = opened;
  await seed(opened.server, 'acme/app', image, { tags: ['v1'] });
  const subject = await opened.repository.fetchManifest(parseDigest(image.digest, 'test'));
  return {
    place: opened,
    attachment: {
      subject,
      document: DOCUMENT,
      mediaType: MEDIA_TYPE,
      fileName: 'app.cdx.json',
      created: '2026-01-02T03:04:05.000Z',
    },
  };
}

describe('attaching a document', () => {
  it.each([
    { name: 'with the referrers API', options: {} },
    { name: 'with the referrers tag', options: { referrers: 'none' as const } },
  ])('is listed $name, with its artifact type', async ({ options }) => {
    const { place, attachment } = await open(options);
    const { digest, outcome } = await attachDocument(place.repository, attachment);
    expect(outcome).toBe('created');
    expect(await place.repository.listReferrers(attachment.subject.digest)).toEqual([
      expect.objectContaining({ digest, artifactType: MEDIA_TYPE }),
    ]);
    const tag = place.server.store.tags('acme/app').get(fallbackTag(image.digest));
    expect(tag === undefined).toBe(options.referrers !== 'none');
  });

  it('writes the document as the one layer, and says the name of its file', async () => {
    const { place, attachment } = await open();
    const { digest } = await attachDocument(place.repository, attachment);
    const manifest = await place.repository.fetchManifest(digest);
    const { layers, config, subject } = JSON.parse(Buffer.from(manifest.bytes).toString());
    expect(layers).toHaveLength(1);
    expect(layers[0]).toMatchObject({
      mediaType: MEDIA_TYPE,
      size: DOCUMENT.length,
      annotations: { 'org.opencontainers.image.title': 'app.cdx.json' },
    });
    expect(config.mediaType).toBe('application/vnd.oci.empty.v1+json');
    expect(subject.digest).toBe(image.digest);
    expect(place.server.store.blobs('acme/app').map(({ digest }) => digest)).toEqual(
      expect.arrayContaining([layers[0].digest, config.digest]),
    );
  });

  it('does nothing when it is there already', async () => {
    const { place, attachment } = await open();
    const first = await attachDocument(place.repository, attachment);
    place.server.log.clear();
    const again = await attachDocument(place.repository, attachment);
    expect(again).toEqual({ digest: first.digest, outcome: 'same' });
    expect(place.server.log.count({ method: ['POST', 'PUT', 'PATCH', 'DELETE'] })).toBe(0);
  });

  it('finishes what an earlier run began: the manifest is listed and missing', async () => {
    const { place, attachment } = await open({ referrers: 'none' });
    const { digest } = await attachDocument(place.repository, attachment);
    await place.repository.deleteManifest(digest);
    const again = await attachDocument(place.repository, attachment);
    expect(again).toEqual({ digest, outcome: 'created' });
    expect(await place.repository.resolve(digest)).toBeDefined();
  });

  it('tells a changed document from the one that is there', async () => {
    const { place, attachment } = await open();
    await attachDocument(place.repository, attachment);
    const changed = { ...attachment, document: Buffer.from('{"bomFormat":"CycloneDX","version":2}\n') };
    expect((await attachDocument(place.repository, changed)).outcome).toBe('created');
    expect(await place.repository.listReferrers(attachment.subject.digest)).toHaveLength(2);
  });
});
