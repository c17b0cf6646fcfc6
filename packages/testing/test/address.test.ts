import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { digestOf, makeImage, randomBytesOf, seed } from '@artifact-lifecycle/testing';
import { describe, expect, it } from '@jest/globals';
import { ask } from './support/ask.ts';
import { makeDirectory, openRegistry } from './support/registry.ts';

const hasOpenssl = ((): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ address }) => address === '::1'),
);

describe('https', () => {
  const test = hasOpenssl ? it : it.skip;

  test('is spoken with a certificate (skipped where openssl is missing)', async () => {
    const directory = await makeDirectory();
    const [certFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
    const subject = ['-subj', '/CN=test registry', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile];
    execFileSync('openssl', ['req', '-x509', ...key, '-out', certFile, '-days', '2', ...subject], {
      stdio: 'ignore',
    });
    const cert = readFileSync(certFile, 'utf8');
    const registry = await openRegistry({
      tls: { cert, key: readFileSync(keyFile, 'utf8') },
      uploadLocation: 'absolute',
      auth: { kind: 'bearer', users: [{ name: 'a', password: 'b' }] },
    });
    expect(registry.url).toBe(`https://${registry.host}`);
    expect(registry.tokens?.realm).toBe(`https://${registry.host}/token`);
    await expect(ask(`${registry.url}/v2/`)).rejects.toThrow(/self-signed|unable to verify/i);

    const authorization = `Bearer ${registry.tokens?.issue(['repository:x:*'])}`;
    const blob = randomBytesOf('tls', 1_000_000);
    const post = await ask(`${registry.url}/v2/x/blobs/uploads/`, {
      method: 'POST',
      headers: { authorization },
      ca: cert,
    });
    expect(post.headers.location).toMatch(new RegExp(`^https://${registry.host}/v2/x/`));
    const url = `${post.headers.location}&digest=${digestOf(blob)}`;
    const put = await ask(url, { method: 'PUT', body: blob, headers: { authorization }, ca: cert });
    expect(put.status).toBe(201);
    const got = await ask(put.headers.location ?? '', { headers: { authorization }, ca: cert });
    expect(got.body.equals(blob)).toBe(true);
  });
});

describe('IPv6', () => {
  const test = hasIpv6 ? it : it.skip;

  test('is listened on when asked for (skipped where the machine has none)', async () => {
    const registry = await openRegistry({ address: '::1' });
    expect(registry.host).toMatch(/^\[::1\]:\d+$/);
    await seed(registry, 'a', makeImage(), { tags: ['t'] });
    expect((await ask(`${registry.url}/v2/a/manifests/t`)).status).toBe(200);
  });
});
