import { type Clock, systemClock } from '@artifact-lifecycle/core';
import type { HttpClient } from '@artifact-lifecycle/core/http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeProvenance } from '../../src/provenance/workflow-provenance.ts';
import { createKeylessAttestor, type KeylessOptions } from '../../src/signing/keyless-attestor.ts';
import { makeStatement } from '../../src/statement/encode-statement.ts';
import { makeSignatureStatement } from '../../src/statement/sbom-statement.ts';
import { fetchWorkflowClaims } from '../../src/token/workflow-claims.ts';
import { type Bench, SUBJECT, startBench, verifyElsewhere } from '../support/bench.ts';

const IDENTITY = 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main';
const STATEMENT = makeSignatureStatement(SUBJECT);

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(async () => {
  await bench.close();
  expect(bench.sigstore.defects()).toEqual([]);
});

function attestorOf(changes: Partial<KeylessOptions> = {}): ReturnType<typeof createKeylessAttestor> {
  const { http, source } = bench;
  return createKeylessAttestor({ instance: bench.instance(), http, clock: systemClock, source, ...changes });
}

describe('signs a statement', () => {
  it.each([
    {
      name: 'with a log of version 2',
      changes: () => ({}),
      options: {},
      entry: 'hashedrekord 0.0.2',
      stamps: 1,
    },
    {
      name: 'with a log of version 1',
      changes: () => ({ rekor: { url: bench.sigstore.urls.rekorV1, version: 1 as const } }),
      options: {},
      entry: 'dsse 0.0.1',
      stamps: 1,
    },
    {
      name: 'with a log of version 1 that alone tells the time',
      changes: () => ({
        rekor: { url: bench.sigstore.urls.rekorV1, version: 1 as const },
        tsaUrl: undefined,
      }),
      options: {},
      entry: 'dsse 0.0.1',
      stamps: 0,
    },
    {
      name: 'without a log, as at GitHub',
      changes: () => ({ rekor: undefined }),
      options: { tlogThreshold: 0 },
      entry: undefined,
      stamps: 1,
    },
  ])('$name', async ({ changes, options, entry, stamps }) => {
    const attestor = attestorOf({ instance: bench.instance(changes()) });
    const signed = await attestor.attest(STATEMENT);
    const { verificationMaterial: material, mediaType, dsseEnvelope } = signed.bundle;
    const [first] = material.tlogEntries ?? [];
    expect(mediaType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json');
    expect(first === undefined ? undefined : `${first.kindVersion?.kind} ${first.kindVersion?.version}`).toBe(
      entry,
    );
    expect(material.timestampVerificationData?.rfc3161Timestamps ?? []).toHaveLength(stamps);
    expect(dsseEnvelope?.payloadType).toBe('application/vnd.in-toto+json');
    expect(verifyElsewhere(bench, signed, options).identity?.subjectAlternativeName).toBe(IDENTITY);
    expect(attestor.describe()).toBe(IDENTITY);
    expect(JSON.parse(Buffer.from(dsseEnvelope?.payload ?? '', 'base64').toString())).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: SUBJECT,
      predicateType: 'https://sigstore.dev/cosign/sign/v1',
      predicate: {},
    });
  });
});

describe('certificates', () => {
  it('signs fifty statements with one', async () => {
    const attestor = attestorOf();
    const all = Array.from({ length: 50 }, (_, index) =>
      attestor.attest(makeStatement(SUBJECT, 'https://example.com/predicate/v1', { index })),
    );
    const signed = await Promise.all(all);
    expect(bench.requests()).toEqual({ fulcio: 1, rekor: 50, tsa: 50 });
    expect(new Set(signed.map(({ bundle }) => bundle.verificationMaterial.certificate?.rawBytes)).size).toBe(
      1,
    );
  });

  it('renews one that would expire before it reached the log', async () => {
    let ahead = 0;
    const clock: Clock = { ...systemClock, now: () => Date.now() + ahead };
    const attestor = attestorOf({ clock });
    await attestor.attest(STATEMENT);
    ahead = 7 * 60_000;
    await attestor.attest(STATEMENT);
    expect(bench.requests()['fulcio']).toBe(1);
    ahead = 8 * 60_000 + 1000;
    await Promise.all([attestor.attest(STATEMENT), attestor.attest(STATEMENT)]);
    expect(bench.requests()['fulcio']).toBe(2);
  });

  it('asks again after a failure', async () => {
    const attestor = attestorOf();
    bench.sigstore.issuer.tamper({ flaw: 'expired' });
    await expect(attestor.attest(STATEMENT)).rejects.toMatchObject({ code: 'PROTOCOL_INVALID' });
    bench.sigstore.issuer.tamper({});
    await expect(attestor.attest(STATEMENT)).resolves.toMatchObject({ statement: STATEMENT });
  });

  it('signs anew when the log kept it waiting past its end', async () => {
    let ahead = 0;
    const clock: Clock = { ...systemClock, now: () => Date.now() + ahead };
    const { http, sigstore } = bench;
    const slow: HttpClient = {
      ...http,
      statistics: http.statistics,
      send: async (request) => {
        const isLate = request.url.href === sigstore.urls.tsa && ahead === 0;
        if (isLate) {
          ahead = 11 * 60_000;
          sigstore.tsa.tamper({ time: Date.now() + ahead });
        }
        const answer = await http.send(request);
        // The second certificate is stamped while it holds.
        if (isLate) sigstore.tsa.tamper({});
        return answer;
      },
    };
    await expect(attestorOf({ clock, http: slow }).attest(STATEMENT)).resolves.toMatchObject({
      statement: STATEMENT,
    });
    expect(bench.requests()['fulcio']).toBe(2);
  });
});

describe('provenance', () => {
  it('is that of the certificate', async () => {
    const { http, source, sigstore } = bench;
    const claims = await fetchWorkflowClaims({
      source,
      http,
      clock: systemClock,
      issuer: sigstore.urls.issuer,
      audience: 'sigstore',
    });
    const predicate = writeProvenance(claims, { serverUrl: 'https://github.com' });
    const statement = makeStatement(SUBJECT, 'https://slsa.dev/provenance/v1', predicate);
    await expect(attestorOf().attest(statement)).resolves.toMatchObject({ statement });
  });

  it('is refused when the certificate says otherwise', async () => {
    const { http, source, sigstore } = bench;
    const demands = { source, http, clock: systemClock, issuer: sigstore.urls.issuer, audience: 'sigstore' };
    const predicate = writeProvenance(await fetchWorkflowClaims(demands), {
      serverUrl: 'https://github.com',
    });
    sigstore.issuer.tamper({ claims: { sha: 'b'.repeat(40) } });
    const statement = makeStatement(SUBJECT, 'https://slsa.dev/provenance/v1', predicate);
    await expect(attestorOf().attest(statement)).rejects.toMatchObject({
      code: 'NOT_VERIFIED',
      message: expect.stringContaining('its commit is'),
    });
    expect(bench.requests()['rekor']).toBeUndefined();
  });
});

describe('gives out nothing that does not verify', () => {
  it.each([
    {
      name: 'a certificate of somebody else',
      break: () => bench.sigstore.fulcio.tamper({ issuedBy: 'stranger' }),
    },
    { name: 'a certificate that no log has', break: () => bench.sigstore.fulcio.tamper({ sct: 'foreign' }) },
    { name: 'a stamp of somebody else', break: () => bench.sigstore.tsa.tamper({ signer: 'stranger' }) },
    {
      name: 'a stamp of another time',
      break: () => bench.sigstore.tsa.tamper({ time: Date.now() + 3_600_000 }),
    },
  ])('$name', async (row) => {
    row.break();
    await expect(attestorOf().attest(STATEMENT)).rejects.toMatchObject({
      code: 'NOT_VERIFIED',
      message: expect.stringMatching(/^What the instance of the tests signed does not verify/),
    });
  });

  it.each([
    { name: 'a stamp over other bytes', lie: 'digest', fault: 'stamped other bytes than ours' },
    { name: 'a stamp of another request', lie: 'nonce', fault: 'its nonce differs' },
  ] as const)('$name', async ({ lie, fault }) => {
    bench.sigstore.tsa.tamper({ lie });
    await expect(attestorOf().attest(STATEMENT)).rejects.toMatchObject({
      code: 'PROTOCOL_INVALID',
      message: expect.stringContaining(fault),
    });
  });
});

describe('timestamps', () => {
  it.each(['', '1', '12', '123', '123456'])('takes a fraction of "%s"', async (fraction) => {
    bench.sigstore.tsa.tamper({ fraction });
    await expect(attestorOf().attest(STATEMENT)).resolves.toMatchObject({ statement: STATEMENT });
  });
});

describe('tokens', () => {
  it.each([
    { flaw: 'expired', code: 'PROTOCOL_INVALID' },
    { flaw: 'foreign-key', code: 'PROTOCOL_INVALID' },
    { flaw: 'unsigned', code: 'UNAUTHORIZED' },
    { flaw: 'malformed', code: 'UNAUTHORIZED' },
  ] as const)('says nothing of one that is $flaw', async ({ flaw, code }) => {
    bench.sigstore.issuer.tamper({ flaw });
    const seen: string[] = [];
    const source = async (audience: string): Promise<string> => {
      const token = await bench.source(audience);
      seen.push(token);
      return token;
    };
    const error: unknown = await attestorOf({ source })
      .attest(STATEMENT)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    const [token = ''] = seen;
    const { message, remedy, stack } = error as { message: string; remedy: string; stack: string };
    for (const part of token.split('.').filter((piece) => piece.length > 5)) {
      expect(`${message} ${remedy} ${stack} ${String((error as Error).cause)}`).not.toContain(part);
    }
  });

  it('names the authority, its status and what it said', async () => {
    bench.sigstore.issuer.tamper({ flaw: 'expired' });
    await expect(attestorOf().attest(STATEMENT)).rejects.toThrow(
      /^The certificate authority at http:\/\/127\.0\.0\.1:\d+\/api\/v2\/signingCert refused with 400: "There was an error processing the identity token"\.$/,
    );
  });
});

it('demands something that tells the time', () => {
  expect(() => attestorOf({ instance: bench.instance({ tsaUrl: undefined }) })).toThrow(
    /nothing would prove when/,
  );
});
