import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { chooseInstance, discloseSigning, isPublicLog } from '../../src/instance/choose-instance.ts';
import { customInstance } from '../../src/instance/custom-instance.ts';
import { githubInstance, publicGoodInstance } from '../../src/instance/known-instances.ts';

const EMPTY = TrustedRoot.fromJSON({});
const NOW = Date.parse('2026-11-25T00:00:00Z');
const SERVER = 'https://github.com';

function log(baseUrl: string, start?: string, end?: string): object {
  return { baseUrl, publicKey: { rawBytes: '', keyDetails: 'PKIX_ED25519', validFor: { start, end } } };
}

describe('chooseInstance', () => {
  it.each([
    { choice: 'auto', visibility: 'public', serverUrl: SERVER, chosen: 'public-good' },
    { choice: 'auto', visibility: 'private', serverUrl: SERVER, chosen: 'github' },
    { choice: 'auto', visibility: 'internal', serverUrl: SERVER, chosen: 'github' },
    { choice: 'auto', visibility: 'public', serverUrl: 'https://acme.ghe.com', chosen: 'github' },
    { choice: 'public-good', visibility: 'private', serverUrl: SERVER, chosen: 'public-good' },
    { choice: 'github', visibility: 'public', serverUrl: SERVER, chosen: 'github' },
  ] as const)('takes $chosen for $choice, $visibility, $serverUrl', ({ choice, chosen, ...facts }) => {
    expect(chooseInstance(choice, facts)).toBe(chosen);
  });

  it.each([undefined, '', 'Public', 'secret'])('does not guess what "%s" means', (visibility) => {
    expect(() => chooseInstance('auto', { visibility, serverUrl: SERVER })).toThrow(/not known whether/);
  });

  it('knows no instance for a server of one’s own', () => {
    const facts = { visibility: 'private', serverUrl: 'https://ghe.acme.test' };
    expect(() => chooseInstance('github', facts)).toThrow(/takes tokens of https:\/\/ghe\.acme\.test/);
  });
});

describe('discloseSigning', () => {
  const publicGood = publicGoodInstance(EMPTY, NOW);
  const own = customInstance(
    { 'fulcio-url': 'https://f.test', 'rekor-url': 'https://r.test' },
    undefined,
    EMPTY,
  );
  const leaky = customInstance(
    { 'fulcio-url': 'https://f.test', 'rekor-url': 'https://log2025-1.rekor.sigstore.dev' },
    undefined,
    EMPTY,
  );
  it.each([
    { name: 'a public repository', instance: publicGood, visibility: 'public', wasAsked: false },
    { name: 'a log of one’s own', instance: own, visibility: 'private', wasAsked: false },
    {
      name: "GitHub's instance",
      instance: githubInstance(EMPTY, SERVER),
      visibility: 'internal',
      wasAsked: false,
    },
  ])('has nothing to say of $name', ({ instance, visibility, wasAsked }) => {
    expect(discloseSigning(instance, visibility, wasAsked)).toBeUndefined();
  });

  it.each([
    { name: 'the public good instance', instance: publicGood, visibility: 'private' },
    { name: 'its log beside another authority', instance: leaky, visibility: 'internal' },
    { name: 'a repository that nobody says is public', instance: publicGood, visibility: undefined },
  ])('refuses $name unasked, and warns when asked', ({ instance, visibility }) => {
    expect(() => discloseSigning(instance, visibility, false)).toThrow(/anybody can read/);
    expect(discloseSigning(instance, visibility, true)).toMatch(/are public from now on\.$/);
  });
});

describe('isPublicLog', () => {
  it.each([
    { url: 'https://rekor.sigstore.dev', isPublic: true },
    { url: 'https://log2025-1.rekor.sigstore.dev/', isPublic: true },
    { url: 'https://rekor.sigstage.dev', isPublic: true },
    { url: 'https://rekor.sigstore.dev.acme.test', isPublic: false },
    { url: 'https://myrekor.sigstore.dev', isPublic: false },
    { url: 'no address', isPublic: false },
  ])('says $isPublic of $url', ({ url, isPublic }) => {
    expect(isPublicLog(url)).toBe(isPublic);
  });
});

describe('publicGoodInstance', () => {
  it('has the log that every reader knows', () => {
    expect(publicGoodInstance(EMPTY, NOW)).toMatchObject({
      rekor: { url: 'https://rekor.sigstore.dev', version: 1 },
      tsaUrl: undefined,
    });
  });

  it('takes the newest open log of version 2 when asked', () => {
    const root = TrustedRoot.fromJSON({
      tlogs: [
        log('https://rekor.sigstore.dev', '2021-01-12T00:00:00Z'),
        log('https://log2025-1.rekor.sigstore.dev', '2025-09-23T00:00:00Z'),
        log('https://log2026-1.rekor.sigstore.dev', '2026-09-23T00:00:00Z'),
        log('https://log2026-2.rekor.sigstore.dev', '2026-10-23T00:00:00Z', '2026-11-01T00:00:00Z'),
        log('https://log2027-1.rekor.sigstore.dev', '2027-09-23T00:00:00Z'),
        log('https://log2028-1.rekor.sigstore.dev.acme.test', '2026-11-01T00:00:00Z'),
        log('https://log2029-1.rekor.sigstore.dev'),
      ],
    });
    expect(publicGoodInstance(root, NOW, 2)).toMatchObject({
      rekor: { url: 'https://log2026-1.rekor.sigstore.dev', version: 2 },
      tsaUrl: 'https://timestamp.sigstore.dev/api/v1/timestamp',
    });
  });

  it('says so when there is none', () => {
    expect(() => publicGoodInstance(EMPTY, NOW, 2)).toThrow(/names no log of Rekor version 2/);
  });

  const data = process.env['ARTIFACT_LIFECYCLE_DATA'];
  (data === undefined ? it.skip : it)('finds it in the true trusted root', () => {
    const path = join(data ?? '', 'sigstore-conformance/prod_trusted_root.json');
    const root = TrustedRoot.fromJSON(JSON.parse(readFileSync(path, 'utf8')));
    expect(publicGoodInstance(root, NOW, 2).rekor?.url).toBe('https://log2025-1.rekor.sigstore.dev');
  });
});

describe('githubInstance', () => {
  it.each([
    { server: SERVER, fulcioUrl: 'https://fulcio.githubapp.com', tsa: 'https://timestamp.githubapp.com' },
    {
      server: 'https://acme.ghe.com',
      fulcioUrl: 'https://fulcio.acme.ghe.com',
      tsa: 'https://timestamp.acme.ghe.com',
    },
  ])('knows where it is for $server', ({ server, fulcioUrl, tsa }) => {
    expect(githubInstance(EMPTY, server)).toMatchObject({
      fulcioUrl,
      tsaUrl: `${tsa}/api/v1/timestamp`,
      rekor: undefined,
      isPublic: false,
    });
  });
});

describe('customInstance', () => {
  const github = githubInstance(EMPTY, SERVER);
  it('keeps nothing of another instance beside an authority of its own', () => {
    expect(customInstance({ 'fulcio-url': 'https://f.test' }, github, EMPTY)).toEqual({
      name: 'the instance at f.test',
      isPublic: false,
      fulcioUrl: 'https://f.test',
      rekor: undefined,
      tsaUrl: undefined,
      trustedRoot: EMPTY,
    });
  });

  it('leaves the log out when told', () => {
    const base = publicGoodInstance(EMPTY, NOW);
    expect(customInstance({ 'rekor-url': 'none' }, base, undefined)).toMatchObject({
      rekor: undefined,
      isPublic: false,
    });
  });

  it.each([
    {
      name: 'plain http',
      settings: { 'fulcio-url': 'http://f.test' },
      says: 'not the address of an HTTPS server',
    },
    {
      name: 'a user in it',
      settings: { 'tsa-url': 'https://u:p@t.test' },
      says: 'more than a host and a path',
    },
    { name: 'another version', settings: { 'rekor-version': '3' }, says: 'there are 1 and 2' },
    { name: 'no trusted root', settings: { 'fulcio-url': 'https://f.test' }, says: 'needs a trusted-root' },
  ])('refuses $name', ({ settings, says }) => {
    expect(() => customInstance(settings, github, undefined)).toThrow(new RegExp(says));
  });
});
