import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import {
  makeImage,
  makeIndex,
  makeReferrer,
  randomLayer,
  seed,
  startRegistry,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithTools } from '../../../../test/support/tools.ts';
import { openArchive } from '../../src/archive/archive-registry.ts';
import { executePlan } from '../../src/copy/copy.ts';
import { planCopy } from '../../src/copy/plan.ts';
import { openLayout } from '../../src/layout/layout-registry.ts';
import { parseDigest } from '../../src/name/digest.ts';
import { parseTag } from '../../src/name/tag.ts';
import { VerifiedStream } from '../../src/oci/verified-stream.ts';
import type { Registry } from '../../src/registry.ts';

const run = promisify(execFile);
const v1 = parseTag('v1', 'test');

const platform = (architecture: string) =>
  makeImage({ platform: { os: 'linux', architecture }, layers: [randomLayer(architecture, 3000)] });
const amd64 = platform('amd64');
const index = makeIndex([amd64, platform('arm64')]);
const sbom = makeReferrer({ subject: amd64, artifactType: 'application/vnd.cyclonedx+json' });
const signature = makeReferrer({ subject: index, artifactType: 'application/vnd.example.signature' });
const onSignature = makeReferrer({ subject: signature, artifactType: 'application/vnd.example.timestamp' });

/** Copies into a layout or out of one, with all that is attached. */
async function copy(source: Registry, destination: Registry): Promise<void> {
  const plan = await planCopy({
    source,
    reference: { location: source.location, tag: v1, digest: undefined },
    destinations: [{ registry: destination, tags: [v1] }],
  });
  await executePlan(plan);
}

/** What is there of the image: manifests and referrers, every blob read and verified. */
async function contentOf(registry: Registry): Promise<readonly string[]> {
  const lines: string[] = [];
  const visit = async (digest: string): Promise<void> => {
    const manifest = await registry.fetchManifest(parseDigest(digest, 'test'));
    lines.push(manifest.digest);
    const { content } = manifest;
    if (content.kind === 'index') for (const child of content.manifests) await visit(child.digest);
    if (content.kind === 'image') {
      for (const blob of [content.config, ...content.layers]) {
        await pipeline(await registry.openBlob(blob), new VerifiedStream(blob), async (bytes) => {
          for await (const _chunk of bytes);
        });
      }
    }
    for (const referrer of await registry.listReferrers(manifest.digest)) await visit(referrer.digest);
  };
  const root = await registry.resolve(v1);
  await visit(root?.digest ?? '');
  return lines.toSorted();
}
const all = [index, amd64, ...index.children.slice(1), sbom, signature, onSignature]
  .map(({ digest }) => digest)
  .toSorted();
const withoutReferrers = [index, ...index.children].map(({ digest }) => digest).toSorted();

describeWithTools('layouts exchanged with', ['crane', 'oras', 'regctl', 'skopeo'], (tools) => {
  let directory = '';
  let server: TestRegistry;
  const place = (name: string) => join(directory, name);
  const regctl = (...args: readonly string[]) =>
    run(tools.regctl, ['--host', `reg=${server.host},tls=disabled`, ...args]);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'exchange-'));
    server = await startRegistry();
    await seed(server, 'acme/app', index, { tags: ['v1'] });
    for (const referrer of [sbom, signature, onSignature]) await seed(server, 'acme/app', referrer);
    await run(tools.oras, [
      'cp',
      '-r',
      '--from-plain-http',
      '--to-oci-layout',
      `${server.host}/acme/app:v1`,
      `${place('oras')}:v1`,
    ]);
    await regctl(
      'image',
      'copy',
      '--referrers',
      `${server.host}/acme/app:v1`,
      `ocidir://${place('regctl')}:v1`,
    );
  }, 60_000);
  afterAll(async () => {
    await server?.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('regctl: what it wrote is read, referrers of referrers and all', async () => {
    expect(await contentOf(openLayout(place('regctl')))).toEqual(all);
  });

  it('oras: what it wrote is read, with all the referrers it carried', async () => {
    const content = await contentOf(openLayout(place('oras')));
    // oras cp -r carries the referrers of the image it is told, not those of its platforms.
    expect(content).toEqual(
      expect.arrayContaining([...withoutReferrers, signature.digest, onSignature.digest]),
    );
  });

  it.each(['regctl', 'oras'])('%s: a layout copied to ours reads the same', async (writer) => {
    await copy(openLayout(place(writer)), openLayout(place(`of-${writer}`)));
    expect(await contentOf(openLayout(place(`of-${writer}`)))).toEqual(
      await contentOf(openLayout(place(writer))),
    );
  });

  it('oras and regctl: what we wrote is read, with the same referrers', async () => {
    await copy(openLayout(place('regctl')), openLayout(place('ours')));
    const discovered = await run(tools.oras, [
      'discover',
      '--oci-layout',
      '--format',
      'json',
      `${place('ours')}:v1`,
    ]);
    expect(discovered.stdout).toContain(signature.digest);
    expect(discovered.stdout).toContain(onSignature.digest);
    const listed = await regctl('artifact', 'list', `ocidir://${place('ours')}@${amd64.digest}`);
    expect(listed.stdout).toContain(sbom.digest);
    await regctl(
      'image',
      'copy',
      '--referrers',
      `ocidir://${place('ours')}:v1`,
      `${server.host}/from/ours:v1`,
    );
    expect(server.store.manifests('from/ours').map(({ digest }) => digest)).toEqual(
      expect.arrayContaining(all),
    );
    await run(tools.oras, [
      'cp',
      '-r',
      '--from-oci-layout',
      '--to-plain-http',
      `${place('ours')}:v1`,
      `${server.host}/from/oras:v1`,
    ]);
    expect(server.store.manifest('from/oras', 'v1')?.digest).toBe(index.digest);
    expect(server.store.referrers('from/oras', index.digest)).toEqual([signature.digest]);
  }, 30_000);

  it('oras: what it adds to a layout of ours is found, and ours stays', async () => {
    await copy(openLayout(place('regctl')), openLayout(place('added')));
    await run(tools.oras, [
      'attach',
      '--oci-layout',
      '--artifact-type',
      'application/vnd.example.late',
      `${place('added')}:v1`,
      '--annotation',
      'a=b',
    ]);
    const late = await openLayout(place('added')).listReferrers(parseDigest(index.digest, 'test'));
    expect(late.map(({ artifactType }) => artifactType).toSorted()).toEqual([
      'application/vnd.example.late',
      'application/vnd.example.signature',
    ]);
  });

  it('skopeo: what we wrote is read, and what it wrote too', async () => {
    await copy(openLayout(place('oras')), openLayout(place('for-skopeo')));
    const raw = await run(tools.skopeo, ['inspect', '--raw', `oci:${place('for-skopeo')}:v1`]);
    expect(raw.stdout).toBe(index.bytes.toString('utf8'));
    const copied = [
      '--insecure-policy',
      'copy',
      '--all',
      '--preserve-digests',
      `oci:${place('for-skopeo')}:v1`,
    ];
    await run(tools.skopeo, [...copied, `oci:${place('skopeo')}:v1`]);
    expect(await contentOf(openLayout(place('skopeo')))).toEqual(withoutReferrers);
  });

  it('crane: what it wrote is read by the tag at the end of its name, and what we wrote is pushed', async () => {
    await run(tools.crane, [
      'pull',
      '--insecure',
      '--format=oci',
      '--annotate-ref',
      `${server.host}/acme/app:v1`,
      place('crane'),
    ]);
    const layout = openLayout(place('crane'));
    expect(await contentOf(layout)).toEqual(withoutReferrers);
    expect((await layout.soleManifest?.())?.digest).toBe(index.digest);
    await copy(layout, openLayout(place('for-crane')));
    await run(tools.crane, [
      'push',
      '--insecure',
      '--index',
      place('for-crane'),
      `${server.host}/from/crane:v1`,
    ]);
    expect(server.store.manifests('from/crane').map(({ digest }) => digest)).toEqual(
      expect.arrayContaining(withoutReferrers),
    );
  });

  it('crane and skopeo: their docker archives are read, and what is made of them is an image to them', async () => {
    await run(tools.crane, [
      'pull',
      '--insecure',
      '--platform=linux/amd64',
      `${server.host}/acme/app:v1`,
      place('crane.tar'),
    ]);
    await run(tools.skopeo, [
      '--insecure-policy',
      'copy',
      '--src-tls-verify=false',
      `docker://${server.host}/acme/app@${amd64.digest}`,
      `docker-archive:${place('skopeo.tar')}:app:v1`,
    ]);
    for (const writer of ['crane', 'skopeo']) {
      const archive = openArchive(place(`${writer}.tar`));
      await copy(archive, openLayout(place(`from-${writer}`)));
      // skopeo passes over docker's media types in an OCI layout, as nothing but OCI's belongs there to it.
      const { stdout } = await regctl('image', 'inspect', `ocidir://${place(`from-${writer}`)}:v1`);
      expect(JSON.parse(stdout)).toMatchObject({ architecture: 'amd64', os: 'linux' });
    }
  });
});
