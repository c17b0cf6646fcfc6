import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Fulcio, type OidcIssuer, type Sigstore, startSigstore } from '../../src/index.ts';
import { postJson, readJson, signStatement, verifyBundle } from '../support/sigstore-client.ts';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
let sigstore: Sigstore;
let fulcio: Fulcio;
let issuer: OidcIssuer;
beforeEach(async () => {
  sigstore = await startSigstore({ now: () => NOW });
  ({ fulcio, issuer } = sigstore);
});
afterEach(async () => {
  expect(sigstore.defects()).toEqual([]);
  await sigstore.close();
});

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

interface Request {
  readonly token?: string;
  readonly key?: KeyObject | string;
  readonly proof?: Buffer;
}

async function request({ token, key = publicKey, proof }: Request): Promise<Response> {
  const subject = Buffer.from('repo:acme/app:ref:refs/heads/main');
  const content = typeof key === 'string' ? key : key.export({ type: 'spki', format: 'pem' });
  return await postJson(`${fulcio.url}/api/v2/signingCert`, {
    credentials: { oidcIdentityToken: token ?? (await issuer.mint('sigstore')) },
    publicKeyRequest: {
      publicKey: { algorithm: 'ECDSA', content },
      proofOfPossession: (proof ?? sign('sha256', subject, privateKey)).toString('base64'),
    },
  });
}

describe('Fulcio', () => {
  it('issues a certificate for ten minutes below an intermediate and a root', async () => {
    const { signedCertificateEmbeddedSct: answer } = await readJson(request({}));
    const [leaf, intermediate, root] = answer.chain.certificates.map(
      (pem: string) => new X509Certificate(pem),
    );
    expect(leaf.verify(intermediate.publicKey)).toBe(true);
    expect(intermediate.verify(root.publicKey)).toBe(true);
    expect(root.verify(root.publicKey)).toBe(true);
    expect([leaf.ca, intermediate.ca, root.ca]).toEqual([false, true, true]);
    expect(Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)).toBe(600_000);
    expect(Date.parse(leaf.validFrom)).toBe(NOW);
    expect(leaf.extKeyUsage ?? leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.3']);
    const { chains } = await readJson(fetch(`${fulcio.url}/api/v2/trustBundle`));
    expect(chains[0].certificates).toEqual([intermediate.toString(), root.toString()]);
  });

  it.each([
    { name: 'of another audience', mint: () => issuer.mint('other') },
    { name: 'that is expired', mint: () => issuer.mint('sigstore', { flaw: 'expired' }) },
    { name: 'that is not valid yet', mint: () => issuer.mint('sigstore', { flaw: 'not-yet' }) },
    { name: 'of a foreign key', mint: () => issuer.mint('sigstore', { flaw: 'foreign-key' }) },
    { name: 'without signature', mint: () => issuer.mint('sigstore', { flaw: 'unsigned' }) },
    { name: 'that is no token', mint: async () => 'SECRET.TOKEN.TEXT' },
    {
      name: 'of an issuer whose name begins alike',
      mint: () => issuer.mint('sigstore', { claims: { iss: `${issuer.issuer}.evil` } }),
    },
    {
      name: 'of no workflow',
      mint: () => issuer.mint('sigstore', { claims: { job_workflow_ref: null } }),
    },
  ])('refuses a token $name, and does not say it', async ({ mint }) => {
    const response = await request({ token: await mint() });
    expect(response.status).toBe(400);
    expect(await readJson(response)).toEqual({
      code: 3,
      message: 'There was an error processing the identity token',
      details: [],
    });
  });

  it.each([
    {
      name: 'a proof over another subject',
      changes: { proof: sign('sha256', Buffer.from('other'), privateKey) },
      message: 'The signature supplied in the request could not be verified',
    },
    {
      name: 'a key that is none',
      changes: { key: 'text' },
      message: 'The public key supplied in the request could not be parsed',
    },
    {
      name: 'a short RSA key',
      changes: { key: generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey },
      message: 'The public key supplied in the request is insecure',
    },
    {
      name: 'a curve it does not know',
      changes: { key: generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey },
      message: 'The public key supplied in the request is insecure',
    },
  ])('refuses $name', async ({ changes, message }) => {
    const response = await request(changes);
    expect(response.status).toBe(400);
    expect(await readJson(response)).toMatchObject({ message });
  });

  it('writes the extensions of the claims, raw up to 6 and UTF-8 from 8 on', async () => {
    issuer.tamper({ claims: { environment: 'production', runner_environment: 'self-hosted' } });
    const { identity } = verifyBundle(sigstore, await signStatement(sigstore, 'v2'));
    const values = new Map(
      identity?.oids?.map(({ oid, value }) => [oid?.id.join('.') ?? '', Buffer.from(value)] as const),
    );
    const read = (number: number): string | undefined =>
      values.get(`1.3.6.1.4.1.57264.1.${number}`)?.toString();
    const utf8 = (text: string): string => `\x0c${String.fromCharCode(text.length)}${text}`;
    expect(read(1)).toBe(issuer.issuer);
    expect(read(8)).toBe(utf8(issuer.issuer));
    expect(read(11)).toBe(utf8('self-hosted'));
    expect(read(21)).toBe(utf8('https://github.com/acme/app/actions/runs/9876543210/attempts/1'));
    expect(read(23)).toBe(utf8('production'));
    expect(read(24)).toBe(utf8('repo:acme/app:ref:refs/heads/main'));
    expect([7, 25].map(read)).toEqual([undefined, undefined]);
  });

  it('issues to people by their e-mail address, when it is verified', async () => {
    const claims = { job_workflow_ref: null, email: 'jane@acme.test', email_verified: true };
    const proof = sign('sha256', Buffer.from('jane@acme.test'), privateKey);
    const token = await issuer.mint('sigstore', { claims });
    const { signedCertificateEmbeddedSct: answer } = await readJson(request({ token, proof }));
    expect(new X509Certificate(answer.chain.certificates[0]).subjectAltName).toBe('email:jane@acme.test');
    const unverified = await issuer.mint('sigstore', { claims: { ...claims, email_verified: false } });
    expect((await request({ token: unverified, proof })).status).toBe(400);
  });
});

describe('a certificate that is wrong on purpose', () => {
  it.each([
    { name: 'no promise of a log', changes: { sct: 'none' } },
    { name: 'a promise of a log nobody knows', changes: { sct: 'foreign' } },
    { name: 'a promise for another certificate', changes: { sct: 'broken' } },
    { name: 'an issuer of the same name', changes: { issuedBy: 'stranger' } },
    { name: 'a time that is over', changes: { notBefore: NOW - 3_600_000, notAfter: NOW - 1 } },
    { name: 'a time to come', changes: { notBefore: NOW + 60_000 } },
  ] as const)(
    'with $name is refused by the library, and an honest one after it is not',
    async ({ changes }) => {
      fulcio.tamper(changes);
      const bundle = await signStatement(sigstore, 'v2');
      expect(() => verifyBundle(sigstore, bundle)).toThrow();
      fulcio.tamper({});
      verifyBundle(sigstore, await signStatement(sigstore, 'v2'));
    },
  );

  it.each([
    {
      name: 'has no usage for code',
      changes: { extendedKeyUsage: null },
      see: (leaf: X509Certificate) => leaf.keyUsage ?? [],
      is: [],
    },
    {
      name: 'is for servers',
      changes: { extendedKeyUsage: '1.3.6.1.5.5.7.3.1' },
      see: (leaf: X509Certificate) => leaf.keyUsage,
      is: ['1.3.6.1.5.5.7.3.1'],
    },
    {
      name: 'may issue',
      changes: { isAuthority: true, keyUsage: 'certSign' },
      see: (leaf: X509Certificate) => leaf.ca,
      is: true,
    },
    {
      name: 'has several names',
      changes: {
        names: [
          { kind: 'uri', value: 'https://github.com/acme/app' },
          { kind: 'dns', value: 'acme.test' },
        ],
      },
      see: (leaf: X509Certificate) => leaf.subjectAltName,
      is: 'URI:https://github.com/acme/app, DNS:acme.test',
    },
    {
      name: 'has no name',
      changes: { names: [] },
      see: (leaf: X509Certificate) => leaf.subjectAltName,
      is: undefined,
    },
  ] as const)('$name', ({ changes, see, is }) => {
    const { leaf, chain } = fulcio.issue(publicKey, {}, changes);
    const certificate = new X509Certificate(leaf);
    expect(see(certificate)).toEqual(is);
    expect(certificate.verify(new X509Certificate(chain[1] ?? '').publicKey)).toBe(true);
  });

  it('is issued by the root itself', () => {
    const { leaf, chain } = fulcio.issue(publicKey, {}, { issuedBy: 'root' });
    expect(chain).toHaveLength(2);
    expect(new X509Certificate(leaf).verify(new X509Certificate(chain[1] ?? '').publicKey)).toBe(true);
  });

  it('says other things than the token did', () => {
    const { leaf } = fulcio.issue(
      publicKey,
      {},
      { extensions: { 12: 'https://github.com/evil/app', 11: null } },
    );
    expect(leaf.includes('https://github.com/evil/app')).toBe(true);
    expect(leaf.includes('github-hosted')).toBe(false);
  });
});
