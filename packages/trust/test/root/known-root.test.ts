import { createPublicKey, verify } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GITHUB_TUF_ROOT } from '../../src/root/github-tuf-root.ts';
import { loadKnownRoot } from '../../src/root/known-root.ts';

describe('the root that is built in for GitHub', () => {
  const root = JSON.parse(gunzipSync(Buffer.from(GITHUB_TUF_ROOT, 'base64')).toString());

  /** TUF's canonical JSON: sorted keys, no spaces (TUF specification, "Metadata format"). */
  const canonical = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
    if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `"${key}":${canonical(member)}`).join(',')}}`;
  };

  it('is signed by all eight of its own keys, to the byte', () => {
    const bytes = Buffer.from(canonical(root.signed));
    const signed = root.signatures.filter(({ keyid, sig }: { keyid: string; sig: string }) =>
      verify(
        'sha256',
        bytes,
        createPublicKey(root.signed.keys[keyid].keyval.public),
        Buffer.from(sig, 'hex'),
      ),
    );
    expect(signed).toHaveLength(8);
    expect(root.signed).toMatchObject({ _type: 'root', version: 1, roles: { root: { threshold: 3 } } });
  });
});

describe('a trusted root that is known by name', () => {
  let server: Server;
  let mirror: string;
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    mirror = `http://127.0.0.1:${port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('is an error where the mirror has nothing: an old root is no substitute', async () => {
    await expect(loadKnownRoot('github', { mirror })).rejects.toMatchObject({
      code: 'UNREACHABLE',
      remedy: expect.stringContaining('"trusted-root"'),
    });
    // It looks for the next root first, and then for what says which files are current.
    expect(asked).toEqual(expect.arrayContaining(['/2.root.json', '/timestamp.json']));
  });

  it('is an error for the public good instance, too, unless the one that was built in is asked for', async () => {
    await expect(loadKnownRoot('public-good', { mirror })).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('of the public good instance as it was released is taken where that is asked for, and told', async () => {
    const told: string[] = [];
    const { name, root } = await loadKnownRoot('public-good', {
      mirror,
      onEmbedded: (message) => told.push(message),
    });
    expect(name).toBe('of the public good instance, as it was released');
    expect(root.tlogs.map(({ baseUrl }) => baseUrl)).toContain('https://rekor.sigstore.dev');
    expect(told).toEqual([
      expect.stringMatching(/cannot be had from 127\.0\.0\.1.*knows of nothing since\.$/),
    ]);
  });

  it("of GitHub's own instance was never built in", async () => {
    const options = { mirror, onEmbedded: () => undefined };
    await expect(loadKnownRoot('github', options)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });
});
