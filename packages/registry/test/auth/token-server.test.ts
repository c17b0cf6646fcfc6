import { isSuiteError } from '@artifact-lifecycle/core';
import { describe, expect, it } from '@jest/globals';
import { parseChallenges } from '../../src/auth/challenge.ts';
import { sameSite } from '../../src/auth/site.ts';
import { readTokenServer, type TokenServer } from '../../src/auth/token-server.ts';

describe('a token server belongs to a registry', () => {
  it.each([
    ['GitHub', 'ghcr.io', 'ghcr.io', true],
    ['Docker Hub', 'registry-1.docker.io', 'auth.docker.io', true],
    ['ECR Public', 'public.ecr.aws', 'public.ecr.aws', true],
    ['Google', 'europe-docker.pkg.dev', 'europe-docker.pkg.dev', true],
    ['Azure', 'acme.azurecr.io', 'acme.azurecr.io', true],
    ['GitLab', 'registry.gitlab.com', 'gitlab.com', true],
    ['a GitLab of one’s own', 'registry.acme.example', 'gitlab.acme.example', true],
    ['Harbor', 'harbor.acme.example', 'harbor.acme.example', true],
    ['Quay', 'quay.io', 'quay.io', true],
    ['Artifactory by subdomain', 'docker-local.artifactory.acme.example', 'artifactory.acme.example', true],
    ['Nexus behind a name of its own', 'docker.acme.example', 'nexus.acme.example', true],
    ['NVIDIA', 'nvcr.io', 'authn.nvidia.com', true],
    ['Scaleway', 'rg.fr-par.scw.cloud', 'api.scaleway.com', true],
    ['Alibaba', 'registry.cn-hangzhou.aliyuncs.com', 'dockerauth.cn-hangzhou.aliyuncs.com', true],
    ['below the registry', 'acme.example', 'auth.acme.example', true],
    ['two names of one network', 'registry', 'auth', true],
    ['this machine by two names', 'localhost', '127.0.0.1', true],
    ['another top-level domain', 'ghcr.io', 'evil.io', false],
    ['another domain', 'registry.acme.example', 'auth.evil.example', false],
    ['a name that only ends alike', 'registry.acme.example', 'evilacme.example', false],
    ['a stranger at Azure', 'acme.azurecr.io', 'evil.azurecr.io', false],
    ['a stranger at Amazon', '1.dkr.ecr.eu-west-1.amazonaws.com', 'evil.s3.eu-west-1.amazonaws.com', false],
    ['a stranger at Google', 'europe-docker.pkg.dev', 'evil.pkg.dev', false],
    ['a stranger in a country', 'acme.co.uk', 'evil.co.uk', false],
    [
      'someone posing as Alibaba’s',
      'registry.cn-hangzhou.aliyuncs.com',
      'evil.oss-cn-hangzhou.aliyuncs.com',
      false,
    ],
    ['an address for a name', 'registry.acme.example', '203.0.113.7', false],
    ['an address that ends alike', '10.0.0.1', '11.0.0.1', false],
    ['two addresses of one network', '10.0.0.1', '10.0.0.2', false],
    ['this machine for another', 'registry', 'localhost', false],
    ['a name for this machine', 'localhost', 'auth.acme.example', false],
  ])('%s', (_name, registry, tokens, same) => {
    expect(sameSite(registry, tokens)).toBe(same);
  });
});

describe('a bearer challenge', () => {
  function read(realm: string, registry: string): TokenServer {
    const [challenge] = parseChallenges(`Bearer realm="${realm}",service="s"`);
    if (challenge === undefined) throw new Error('No challenge was written.');
    return readTokenServer(challenge, new URL(registry));
  }

  it.each([
    ['its own host', 'https://ghcr.io/token', 'https://ghcr.io/', true],
    ['a query of its own', 'https://ghcr.io/token?tenant=a', 'https://ghcr.io/', true],
    ['plain HTTP of a plain registry', 'http://127.0.0.1:5001/token', 'http://127.0.0.1:5000/', true],
    ['HTTPS of a plain registry', 'https://auth.acme.example/token', 'http://registry.acme.example/', true],
    ['a private address that is its own', 'https://10.0.0.1:8443/t', 'https://10.0.0.1/', true],
    [
      'another house, without credentials',
      'https://auth.other.example/token',
      'https://registry.acme.example/',
      false,
    ],
  ])('may send its client to %s', (_name, realm, registry, trusted) => {
    const server = read(realm, registry);
    expect(server.realm.href).toBe(realm);
    expect(server.service).toBe('s');
    expect(server.trusted).toBe(trusted);
  });

  it.each([
    ['nowhere', '', 'https://ghcr.io/', /no URL/],
    ['a path', '/token', 'https://ghcr.io/', /no URL/],
    ['a very long way', `https://ghcr.io/${'a'.repeat(3000)}`, 'https://ghcr.io/', /no URL/],
    ['plain HTTP', 'http://ghcr.io/token', 'https://ghcr.io/', /in the clear/],
    ['a file', 'file:///etc/passwd', 'http://127.0.0.1/', /in the clear/],
    ['a user', 'https://a:b@ghcr.io/token', 'https://ghcr.io/', /a user/],
    ['the metadata of a cloud', 'https://169.254.169.254/token', 'https://ghcr.io/', /private network/],
    ['this machine', 'https://localhost/token', 'https://ghcr.io/', /private network/],
    [
      'this machine from a name without dots',
      'http://localhost/token',
      'http://registry:5000/',
      /private network/,
    ],
    [
      'a private network in disguise',
      'https://[::ffff:10.0.0.1]/token',
      'https://ghcr.io/',
      /private network/,
    ],
    ['a neighbour of a private network', 'https://10.0.0.2/token', 'https://10.0.0.1/', /private network/],
  ])('may not send its client to %s', (_name, realm, registry, message) => {
    let refusal: unknown;
    try {
      read(realm, registry);
    } catch (error) {
      refusal = error;
    }
    expect(isSuiteError(refusal, 'PROTOCOL_INVALID')).toBe(true);
    expect(String(refusal)).toMatch(message);
    expect(String(refusal)).not.toContain('a:b@');
  });
});
