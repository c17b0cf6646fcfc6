import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '@artifact-lifecycle/core';
import { createHttpClient, type HttpClient } from '@artifact-lifecycle/core/http';
import { REUSABLE_WORKFLOW_CLAIMS } from '@artifact-lifecycle/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeProvenance } from '../../src/provenance/workflow-provenance.ts';
import { createKeylessAttestor, type KeylessOptions } from '../../src/signing/keyless-attestor.ts';
import { makeStatement } from '../../src/statement/encode-statement.ts';
import { makeSignatureStatement } from '../../src/statement/sbom-statement.ts';
import { legacySignature, simpleSigningPayload } from '../../src/store/legacy-layer.ts';
import { fetchWorkflowClaims } from '../../src/token/workflow-claims.ts';
import { type Bench, SUBJECT, startBench, verifyElsewhere } from '../support/bench.ts';
import { COSIGN_MISSING, COSIGN_TIMEOUT_MS, runCosign } from '../support/cosign.ts';

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
  it.each([
    { name: 'of an ordinary job', claims: {} },
    { name: 'of a reusable workflow', claims: REUSABLE_WORKFLOW_CLAIMS },
    {
      name: 'of a workflow that an organisation requires',
      claims: { workflow_ref: 'acme/rules/.github/workflows/required.yml@refs/heads/main' },
    },
    { name: 'of a branch with an @', claims: { ref: 'refs/heads/a@b' } },
  ])('is that of the certificate $name', async ({ claims }) => {
    const { http, source, sigstore } = bench;
    sigstore.issuer.tamper({ claims });
    const demands = { source, http, clock: systemClock, issuer: sigstore.urls.issuer, audience: 'sigstore' };
    const predicate = writeProvenance(await fetchWorkflowClaims(demands), {
      serverUrl: 'https://github.com',
    });
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

describe('rates', () => {
  it('waits for its turn before it asks for a certificate', async () => {
    const slept: string[] = [];
    const clock: Clock = {
      ...systemClock,
      sleep: (milliseconds) => {
        slept.push(`${milliseconds > 400} ${bench.requests()['fulcio'] ?? 0}`);
        return Promise.resolve();
      },
    };
    const attestor = attestorOf({ clock, rate: { burst: 1, perSecond: 1 } });
    await Promise.all([attestor.attest(STATEMENT), attestor.attest(STATEMENT)]);
    expect(slept).toEqual(['true 0']);
  });

  it('waits as long as the log asks for', async () => {
    let slept = 0;
    const clock: Clock = {
      now: () => Date.now() + slept,
      sleep: (milliseconds) => {
        slept += milliseconds;
        return Promise.resolve();
      },
    };
    const slow = createHttpClient({ userAgent: 'tests', environment: {}, random: () => 0, clock });
    bench.sigstore.rekor.faults.add(
      { method: 'POST', path: '/api/v2/log/entries', times: 1 },
      { kind: 'answer', status: 429, headers: { 'retry-after': '7' } },
    );
    await expect(attestorOf({ http: slow }).attest(STATEMENT)).resolves.toBeDefined();
    expect(slept).toBeGreaterThan(6000);
    expect(bench.requests()).toMatchObject({ fulcio: 1, rekor: 2 });
    slow.close();
  });
});

describe('payloads for cosign’s older tags', () => {
  it('are signed and logged with a promise', async () => {
    const instance = bench.instance({ rekor: { url: bench.sigstore.urls.rekorV1, version: 1 } });
    const payload = simpleSigningPayload('ghcr.io/acme/app', `sha256:${'c'.repeat(64)}`);
    const bundle = await attestorOf({ instance }).signPayload(payload);
    const layer = legacySignature(payload, bundle);
    expect(Object.keys(layer.annotations).sort()).toEqual([
      'dev.cosignproject.cosign/signature',
      'dev.sigstore.cosign/bundle',
      'dev.sigstore.cosign/certificate',
      'dev.sigstore.cosign/rfc3161timestamp',
    ]);
  });

  it('need a log that promises', async () => {
    await expect(attestorOf().signPayload(Buffer.from('{}'))).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      remedy: expect.stringContaining('rekor-version'),
    });
    expect(bench.requests()).toEqual({});
  });
});

describe('an answer that is lost', () => {
  it.each([
    { name: 'a certificate', service: 'fulcio', path: '/api/v2/signingCert', entries: { v1: 0, v2: 1 } },
    { name: 'a stamp', service: 'tsa', path: '/api/v1/timestamp', entries: { v1: 0, v2: 1 } },
    // The log has it, and says so when it is asked again.
    {
      name: 'an entry of version 1',
      service: 'rekorV1',
      path: '/api/v1/log/entries',
      entries: { v1: 1, v2: 0 },
    },
    // That log cannot be asked for it: another signature is entered.
    {
      name: 'an entry of version 2',
      service: 'rekor',
      path: '/api/v2/log/entries',
      entries: { v1: 0, v2: 2 },
    },
  ] as const)('is asked for again: $name', async ({ service, path, entries }) => {
    const { sigstore } = bench;
    sigstore[service].faults.add({ method: 'POST', path, times: 1 }, { kind: 'drop-answer' });
    const rekor =
      entries.v1 === 0 ? undefined : { rekor: { url: sigstore.urls.rekorV1, version: 1 as const } };
    const signed = await attestorOf({ instance: bench.instance(rekor) }).attest(STATEMENT);
    expect(verifyElsewhere(bench, signed).identity?.subjectAlternativeName).toBe(IDENTITY);
    expect({ v1: sigstore.rekorV1.entries.length, v2: sigstore.rekor.entries.length }).toEqual(entries);
  });
});

describe('redirects', () => {
  it('are not followed by a token', async () => {
    bench.sigstore.fulcio.faults.add(
      { method: 'POST', path: '/api/v2/signingCert', times: 1 },
      { kind: 'answer', status: 307, headers: { location: `${bench.sigstore.urls.tsa}` } },
    );
    await expect(attestorOf().attest(STATEMENT)).rejects.toThrow(/redirects to 127\.0\.0\.1:\d+ \(307\)/);
    expect(bench.requests()).toEqual({ fulcio: 1 });
  });
});

(COSIGN_MISSING === '' ? describe : describe.skip)(`cosign${COSIGN_MISSING}`, () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cosign-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  it.each([
    { name: 'with a log of version 2', changes: () => ({}), options: [] },
    {
      name: 'with a log of version 1',
      changes: () => ({
        rekor: { url: bench.sigstore.urls.rekorV1, version: 1 as const },
        tsaUrl: undefined,
      }),
      options: [],
    },
    {
      name: 'without a log',
      changes: () => ({ rekor: undefined }),
      options: ['--insecure-ignore-tlog'],
    },
  ])(
    'accepts what was signed $name',
    async ({ changes, options }) => {
      const instance = bench.instance(changes());
      const signed = await attestorOf({ instance }).attest(STATEMENT);
      await writeFile(join(directory, 'bundle.json'), signed.bytes);
      await writeFile(join(directory, 'root.json'), JSON.stringify(bench.sigstore.trustedRoot));
      const argv = [
        'verify-blob-attestation',
        ...['--bundle', 'bundle.json', '--trusted-root', 'root.json'],
        ...['--certificate-identity', IDENTITY, '--certificate-oidc-issuer', bench.sigstore.urls.issuer],
        ...['--type', 'https://sigstore.dev/cosign/sign/v1'],
        ...['--digest', 'c'.repeat(64), '--digestAlg', 'sha256'],
        ...(instance.tsaUrl === undefined ? [] : ['--use-signed-timestamps']),
        ...options,
      ];
      expect(await runCosign(argv, directory)).toMatch(/^accepted: [\s\S]*Verified OK/);
    },
    COSIGN_TIMEOUT_MS,
  );
});
