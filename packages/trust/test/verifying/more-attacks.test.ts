import { digestHex } from '@artifact-lifecycle/registry';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { VerificationPolicy } from '../../src/verifying/policy.ts';
import { verifyArtifact } from '../../src/verifying/verify-artifact.ts';
import {
  ARTIFACT,
  type Bendable,
  b64,
  type Forge,
  type Forgery,
  GITHUB,
  IDENTITY,
  makeKey,
  makePolicy,
  makeStatement,
  NOW,
  OTHER,
  openForge,
  stored,
  WORKFLOW,
} from './forge.ts';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
});
afterAll(async () => {
  await forge.close();
});

interface Attack {
  readonly name: string;
  readonly forgery?: Forgery | undefined;
  /** Changes the bytes of the bundle. */
  readonly rewrite?: ((json: string) => string | Uint8Array) | undefined;
  readonly policy?: Partial<VerificationPolicy> | undefined;
  readonly reason: RegExp;
}

async function refuse({ forgery, rewrite = (json) => json, policy, reason }: Attack): Promise<void> {
  const { verified, evidence } = await verifyArtifact({
    digest: ARTIFACT,
    entries: [stored(rewrite(JSON.stringify(forge.forge(forgery))))],
    policy: makePolicy(policy),
    roots: [forge.root],
    clock: { now: () => NOW + 60_000 },
  });
  expect({ verified, reasons: evidence.map((one) => one.reason) }).toEqual({
    verified: false,
    reasons: [expect.stringMatching(reason)],
  });
}

const material = (bundle: Bendable): Bendable => bundle.verificationMaterial;
const entry = (bundle: Bendable): Bendable => material(bundle).tlogEntries[0];
const bend = (change: (bundle: Bendable) => void): Forgery => ({ bend: change });
const KEY = makeKey();
const OID = '1.3.6.1.4.1.57264.1';

/** A DER element of less than 128 bytes, or of less than 65,536. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const length =
    body.length < 128 ? Buffer.of(body.length) : Buffer.of(0x82, body.length >> 8, body.length & 0xff);
  return Buffer.concat([Buffer.of(tag), length, body]);
}
const san = (...values: readonly Buffer[]): Forgery => ({
  certificate: { names: [], more: [{ oid: '2.5.29.17', critical: true, value: der(0x30, ...values) }] },
});
const extension = (number: number, value: Uint8Array): Forgery => ({
  certificate: { extensions: { [number]: value } },
});
const uri = (value: string): Forgery => ({ certificate: { names: [{ kind: 'uri', value }] } });
const payload = (text: string): Forgery => ({ payload: text });
const statement = JSON.stringify(makeStatement());

describe('names that look alike', () => {
  it.each<Attack>([
    {
      name: 'a letter of another alphabet',
      forgery: uri(IDENTITY.replace('acme', '\u0430cme')),
      reason: /characters that no name has/,
    },
    {
      name: 'letters whose high bit some readers drop',
      forgery: san(
        der(
          0x86,
          Buffer.from(IDENTITY, 'latin1').map((byte) => byte | 0x80),
        ),
      ),
      reason: /characters that no name has/,
    },
    {
      name: 'an invisible character',
      forgery: uri(`${IDENTITY}\u200b`),
      reason: /characters that no name has/,
    },
    {
      name: 'a NUL, where some readers end',
      forgery: uri(`${IDENTITY}\0.evil`),
      reason: /characters that no name has/,
    },
    { name: 'a space behind', forgery: uri(`${IDENTITY} `), reason: /characters that no name has/ },
    {
      name: 'a slash that is written as %2F',
      forgery: uri(IDENTITY.replace('acme/app', 'acme%2Fapp')),
      reason: /The identity is/,
    },
    {
      name: 'a letter that is written as %61',
      forgery: uri(IDENTITY.replace('acme', '%61cme')),
      reason: /The identity is/,
    },
    {
      name: 'a port',
      forgery: uri(IDENTITY.replace('github.com', 'github.com:443')),
      reason: /The identity is/,
    },
    { name: 'a user', forgery: uri(IDENTITY.replace('//', '//github.com@')), reason: /The identity is/ },
    { name: 'plain HTTP', forgery: uri(IDENTITY.replace('https', 'http')), reason: /The identity is/ },
    { name: 'two slashes', forgery: uri(IDENTITY.replace('com/', 'com//')), reason: /The identity is/ },
    {
      name: 'steps back',
      forgery: uri(IDENTITY.replace('acme/app', 'evil/../acme/app')),
      reason: /The identity is/,
    },
    { name: 'a fragment', forgery: uri(`${IDENTITY}#`), reason: /The identity is/ },
    {
      name: 'two names, the right one first',
      forgery: {
        certificate: {
          names: [
            { kind: 'uri', value: IDENTITY },
            { kind: 'uri', value: 'https://evil.test' },
          ],
        },
      },
      reason: /not exactly one alternative name/,
    },
    {
      name: 'two names, the right one last',
      forgery: {
        certificate: {
          names: [
            { kind: 'uri', value: 'https://evil.test' },
            { kind: 'uri', value: IDENTITY },
          ],
        },
      },
      reason: /not exactly one alternative name/,
    },
    {
      name: 'the right name as that of a host',
      forgery: { certificate: { names: [{ kind: 'dns', value: IDENTITY }] } },
      reason: /name of unknown kind/,
    },
    { name: 'no name', forgery: { certificate: { names: [] } }, reason: /no alternative name/ },
    {
      name: 'two extensions of names',
      forgery: {
        certificate: { more: [{ oid: '2.5.29.17', value: der(0x30, der(0x86, Buffer.from(IDENTITY))) }] },
      },
      reason: /2\.5\.29\.17 twice/,
    },
    {
      name: 'a workflow in a folder below',
      forgery: {
        claims: {
          job_workflow_ref: 'acme/app/.github/workflows/x/.github/workflows/release.yml@refs/heads/main',
        },
      },
      policy: { identity: { kind: 'certificate', signerWorkflow: WORKFLOW, issuer: GITHUB } },
      reason: /workflow is/,
    },
    {
      name: 'a workflow whose ref holds the right one',
      forgery: {
        claims: {
          job_workflow_ref: `evil/app/.github/workflows/release.yml@refs/heads/${WORKFLOW}@refs/heads/main`,
        },
      },
      policy: { identity: { kind: 'certificate', signerWorkflow: WORKFLOW, issuer: GITHUB } },
      reason: /workflow is/,
    },
    {
      name: 'a name that is not the workflow that signed',
      forgery: {
        certificate: {
          extensions: { 9: 'https://github.com/evil/app/.github/workflows/release.yml@refs/heads/main' },
        },
      },
      policy: { identity: { kind: 'certificate', signerWorkflow: WORKFLOW, issuer: GITHUB } },
      reason: /workflow is/,
    },
  ])('$name', refuse);
});

describe('certificates with two meanings', () => {
  it.each<Attack>([
    {
      name: 'two issuers',
      forgery: {
        certificate: { more: [{ oid: `${OID}.8`, value: der(0x0c, Buffer.from('https://evil.test')) }] },
      },
      reason: /57264\.1\.8 twice/,
    },
    {
      name: 'two usages',
      forgery: {
        certificate: {
          extendedKeyUsage: '1.3.6.1.5.5.7.3.1',
          more: [{ oid: '2.5.29.37', value: der(0x30, Buffer.from('06082b06010505070303', 'hex')) }],
        },
      },
      reason: /2\.5\.29\.37 twice/,
    },
    {
      name: 'a critical extension that nobody knows',
      forgery: { certificate: { more: [{ oid: '1.2.3.4', critical: true, value: der(0x05) }] } },
      reason: /critical extension 1\.2\.3\.4/,
    },
    {
      name: 'an issuer with a NUL',
      forgery: { claims: { iss: `${GITHUB}\0.evil` } },
      reason: /control characters/,
    },
    {
      name: 'an issuer that is not UTF-8',
      forgery: extension(8, der(0x0c, Buffer.of(0xff))),
      reason: /not UTF-8/,
    },
    {
      name: 'an issuer as another kind of text',
      forgery: extension(8, der(0x13, Buffer.from(GITHUB))),
      reason: /has the tag 19/,
    },
    {
      name: 'an issuer without its DER',
      forgery: extension(8, Buffer.from(GITHUB)),
      reason: /certificate cannot be read/,
    },
    {
      name: 'an issuer with something behind it',
      forgery: extension(8, Buffer.concat([der(0x0c, Buffer.from(GITHUB)), Buffer.of(5, 0)])),
      reason: /not one element/,
    },
    {
      name: 'an issuer whose length is written in two bytes',
      forgery: extension(8, Buffer.concat([Buffer.of(0x0c, 0x81, GITHUB.length), Buffer.from(GITHUB)])),
      reason: /length that DER does not allow/,
    },
    {
      name: 'a line separator in the ref',
      forgery: { claims: { ref: 'refs/heads/main\u2028' } },
      reason: /control characters/,
    },
    {
      name: 'no issuer',
      forgery: { certificate: { extensions: { 1: null, 8: null } } },
      reason: /no issuer/,
    },
    ...(
      [
        [2, 20],
        [3, 13],
        [6, 14],
        [5, 12],
      ] as const
    ).map(([old, now]) => ({
      name: `an old extension ${old} that contradicts the new one, ${now}`,
      forgery: { certificate: { extensions: { [old]: 'evil' } } },
      reason: new RegExp(`extensions ${old} and ${now} say different things`),
    })),
    {
      name: 'a certificate with bytes behind it',
      forgery: bend((b) => {
        material(b).certificate.rawBytes = b64(
          Buffer.concat([Buffer.from(material(b).certificate.rawBytes, 'base64'), Buffer.of(0)]),
        );
      }),
      reason: /certificate cannot be read/,
    },
    {
      name: 'a certificate that is no certificate',
      forgery: bend((b) => {
        material(b).certificate.rawBytes = b64(Buffer.from('certificate'));
      }),
      reason: /certificate cannot be read/,
    },
    {
      name: 'a certificate of 40 kB',
      forgery: bend((b) => {
        material(b).certificate.rawBytes = b64(Buffer.alloc(40_000));
      }),
      reason: /more than 32 kB/,
    },
    {
      name: 'a certificate of another key with the same identity',
      forgery: bend((b) => {
        material(b).certificate.rawBytes = b64(
          forge.sigstore.fulcio.issue(KEY.publicKey, { iss: GITHUB }).leaf,
        );
      }),
      reason: /signature verification failed/,
    },
    {
      name: 'a certificate that ends before it begins',
      forgery: { certificate: { notBefore: NOW + 1000, notAfter: NOW - 1000 } },
      reason: /certificate chain/,
    },
  ])('$name', refuse);
});

describe('bundles with two meanings', () => {
  it.each<Attack>([
    {
      name: 'a certificate and a key',
      forgery: bend((b) => {
        material(b).publicKey = { hint: '' };
      }),
      reason: /certificate.*publicKey|publicKey.*certificate/,
    },
    {
      name: 'a certificate and a chain',
      forgery: bend((b) => {
        material(b).x509CertificateChain = { certificates: [material(b).certificate] };
      }),
      reason: /exactly one of/,
    },
    {
      name: 'neither',
      forgery: bend((b) => {
        delete material(b).certificate;
      }),
      reason: /has none/,
    },
    {
      name: 'a chain in version 0.3',
      forgery: bend((b) => {
        material(b).x509CertificateChain = { certificates: [material(b).certificate] };
        delete material(b).certificate;
      }),
      reason: /invalid bundle/,
    },
    {
      name: 'a chain that begins with another certificate',
      forgery: bend((b) => {
        b.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.2';
        const own = material(b).certificate;
        material(b).x509CertificateChain = {
          certificates: [
            { rawBytes: b64(forge.sigstore.fulcio.issue(KEY.publicKey, { iss: GITHUB }).leaf) },
            own,
          ],
        };
        delete material(b).certificate;
      }),
      reason: /does not verify/,
    },
    {
      name: 'an envelope and a bare signature',
      forgery: bend((b) => {
        b.messageSignature = {
          messageDigest: { algorithm: 'SHA2_256', digest: b64(Buffer.from(digestHex(ARTIFACT), 'hex')) },
          signature: b.dsseEnvelope.signatures[0].sig,
        };
      }),
      reason: /exactly one of/,
    },
    {
      name: 'no content',
      forgery: bend((b) => {
        b.dsseEnvelope = null;
      }),
      reason: /has none/,
    },
    {
      name: 'a field in the spelling of other readers',
      forgery: bend((b) => {
        b.dsse_envelope = b.dsseEnvelope;
      }),
      reason: /field "dsse_envelope"/,
    },
    {
      name: 'a field that bundles do not have',
      forgery: bend((b) => {
        entry(b).trusted = true;
      }),
      reason: /field "trusted"/,
    },
    {
      name: 'a key twice',
      rewrite: (json) => json.replace('"payloadType"', '"payloadType":"application/jwt","payloadType"'),
      reason: /"payloadType" twice/,
    },
    { name: 'a second document behind', rewrite: (json) => `${json}\n${json}`, reason: /is not JSON/ },
    { name: 'a byte-order mark', rewrite: (json) => `\ufeff${json}`, reason: /is not JSON/ },
    { name: 'UTF-16', rewrite: (json) => Buffer.from(json, 'utf16le'), reason: /is not JSON/ },
    { name: 'a comment', rewrite: (json) => `/**/${json}`, reason: /is not JSON/ },
    {
      name: 'a media type in capitals',
      forgery: bend((b) => {
        b.mediaType = b.mediaType.toUpperCase();
      }),
      reason: /no Sigstore bundle of version/,
    },
    {
      name: 'a media type with a line break',
      forgery: bend((b) => {
        b.mediaType += '\n';
      }),
      reason: /no Sigstore bundle of version/,
    },
    {
      name: 'a media type that is a list',
      forgery: bend((b) => {
        b.mediaType = [b.mediaType];
      }),
      reason: /no Sigstore bundle of version/,
    },
    {
      name: 'two signatures',
      forgery: bend((b) => {
        b.dsseEnvelope.signatures.push(b.dsseEnvelope.signatures[0]);
      }),
      reason: /at most 1/,
    },
    {
      name: 'no signature',
      forgery: bend((b) => {
        b.dsseEnvelope.signatures = [];
      }),
      reason: /no entries/,
    },
    {
      name: 'an empty signature',
      forgery: bend((b) => {
        b.dsseEnvelope.signatures[0].sig = '';
      }),
      reason: /is empty/,
    },
    {
      name: 'base64 of another alphabet',
      forgery: bend((b) => {
        b.dsseEnvelope.payload = `${Buffer.from('???>>>').toString('base64url')}`;
      }),
      reason: /not base64/,
    },
    {
      name: 'base64 with bits behind the last byte',
      forgery: bend((b) => {
        b.dsseEnvelope.payload = 'eyJ9'.replace('9', '=').replace('J', 'J');
      }),
      reason: /not base64/,
    },
    {
      name: 'base64 that is a list',
      forgery: bend((b) => {
        b.dsseEnvelope.payload = [123, 125];
      }),
      reason: /is empty|not base64/,
    },
  ])('$name', refuse);
});

describe('statements with two meanings', () => {
  it.each<Attack>([
    {
      name: 'two subjects under one key',
      forgery: payload(
        statement.replace(
          '"subject"',
          `"subject":[{"name":"","digest":{"sha256":"${digestHex(OTHER)}"}}],"subject"`,
        ),
      ),
      reason: /"subject" twice/,
    },
    {
      name: 'two subjects under one key in two spellings',
      forgery: payload(
        statement.replace(
          '"subject"',
          `"\\u0073ubject":[{"name":"","digest":{"sha256":"${digestHex(OTHER)}"}}],"subject"`,
        ),
      ),
      reason: /"subject" twice/,
    },
    {
      name: 'two digests under one key',
      forgery: payload(statement.replace('"sha256"', `"sha256":"${digestHex(OTHER)}","sha256"`)),
      reason: /"sha256" twice/,
    },
    {
      name: 'a prototype that holds the digest',
      forgery: payload(statement.replace('"digest":{', '"digest":{"__proto__":{"sha512":""},')),
      reason: /"__proto__"/,
    },
    {
      name: 'a prototype deep inside the predicate',
      forgery: payload(statement.replace('"predicate":{}', '"predicate":{"a":[{"__proto__":{"b":1}}]}')),
      reason: /"__proto__"/,
    },
    {
      name: 'subjects as an object',
      forgery: {
        statement: { subject: { 0: { name: '', digest: { sha256: digestHex(ARTIFACT) } }, length: 1 } },
      },
      reason: /has no subject/,
    },
    {
      name: 'a digest that is inherited in name only',
      forgery: { statement: { subject: [{ name: '', digest: { constructor: digestHex(ARTIFACT) } }] } },
      reason: /no subject by its sha256/,
    },
    {
      name: 'two subjects, both others',
      forgery: {
        statement: {
          subject: [
            { name: 'a', digest: { sha256: digestHex(OTHER) } },
            { name: 'b', digest: { sha256: 'f'.repeat(64) } },
          ],
        },
      },
      reason: /and others, not about this artifact/,
    },
    {
      name: 'a predicate that is null',
      forgery: { statement: { predicate: null } },
      reason: /predicate of the statement is no object/,
    },
    {
      name: 'a predicate that is a list',
      forgery: { statement: { predicate: [] } },
      reason: /predicate of the statement is no object/,
    },
    {
      name: 'a predicate type that is a list',
      forgery: { statement: { predicateType: ['https://sigstore.dev/cosign/sign/v1'] } },
      reason: /no predicate type/,
    },
    {
      name: 'an empty predicate type',
      forgery: { statement: { predicateType: '' } },
      reason: /no predicate type/,
    },
    {
      name: 'a statement that is a text',
      forgery: payload(JSON.stringify(statement)),
      reason: /not a JSON object/,
    },
    {
      name: 'a statement with a byte-order mark',
      forgery: payload(`\ufeff${statement}`),
      reason: /is not JSON/,
    },
    {
      name: 'a statement that nests without end',
      forgery: payload(`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`),
      reason: /nests deeper/,
    },
    {
      name: 'a statement of five thousand subjects',
      forgery: {
        statement: { subject: new Array(5000).fill({ name: '', digest: { sha256: digestHex(ARTIFACT) } }) },
      },
      reason: /has 5000 subjects/,
    },
    {
      name: 'a type in other case',
      forgery: { statement: { _type: 'https://in-toto.io/statement/v1' } },
      reason: /type that is not read/,
    },
    {
      name: 'a type over plain HTTP',
      forgery: { statement: { _type: 'http://in-toto.io/Statement/v1' } },
      reason: /type that is not read/,
    },
  ])('$name', refuse);
});

describe('lies of and about logs', () => {
  const numbers = [
    '99999999999999999999',
    '9223372036854775808',
    '0x10',
    '01',
    ' 1',
    '1.5',
    '1e3',
    '',
    true,
    1.5,
    -1,
    1e30,
    [],
    {},
  ];
  it.each<Attack>([
    ...numbers.map((value) => ({
      name: `an index that is ${JSON.stringify(value)}`,
      forgery: bend((b) => {
        entry(b).logIndex = value;
      }),
      reason: /logIndex is not a whole number from 0/,
    })),
    ...numbers.map((value) => ({
      name: `a time that is ${JSON.stringify(value)}`,
      forgery: {
        log: 1 as const,
        bend: (b: Bendable) => {
          entry(b).integratedTime = value;
        },
      },
      reason: /integratedTime is not a whole number from 0/,
    })),
    {
      name: 'a time moved into the certificate’s life',
      forgery: {
        log: 1,
        logChanges: { integrated: NOW / 1000 + 5000 },
        bend: (b) => {
          entry(b).integratedTime = String(NOW / 1000);
        },
      },
      reason: /inclusion promise/,
    },
    {
      name: 'a time of zero, and no other',
      forgery: {
        log: 1,
        bend: (b) => {
          entry(b).integratedTime = '0';
        },
      },
      reason: /expected 1 timestamps, got 0/,
    },
    {
      name: 'an index moved under a promise',
      forgery: {
        log: 1,
        bend: (b) => {
          entry(b).logIndex = '1';
        },
      },
      reason: /inclusion promise/,
    },
    {
      name: 'a promise that Rekor v2 never gives',
      forgery: bend((b) => {
        entry(b).inclusionPromise = { signedEntryTimestamp: b64(Buffer.from('promise')) };
        entry(b).integratedTime = String(NOW / 1000);
      }),
      reason: /inclusion promise/,
    },
    {
      name: 'an index that is not the one proven',
      forgery: bend((b) => {
        entry(b).logIndex = '77';
      }),
      reason: /claims the index 77, its proof/,
    },
    {
      name: 'an index past the end of the tree',
      forgery: { logChanges: { proof: { index: 4_000_000 } } },
      reason: /invalid index|index/,
    },
    {
      name: 'a proof of another size than its checkpoint',
      forgery: bend((b) => {
        entry(b).inclusionProof.treeSize = '123456';
      }),
      reason: /another tree than its checkpoint/,
    },
    {
      name: 'a proof of another root than its checkpoint',
      forgery: bend((b) => {
        entry(b).inclusionProof.rootHash = b64(Buffer.alloc(32));
      }),
      reason: /another tree than its checkpoint/,
    },
    {
      name: 'a checkpoint of another log under the same key',
      forgery: { logChanges: { proof: { checkpoint: { origin: 'other.test' } } } },
      reason: /checkpoint is of "other.test"/,
    },
    {
      name: 'a checkpoint of a log whose name begins alike',
      forgery: { logChanges: { proof: { checkpoint: { origin: 'rekor-v2.test.evil' } } } },
      reason: /checkpoint is of "rekor-v2.test.evil"/,
    },
    {
      name: 'a checkpoint signed under another name',
      forgery: { logChanges: { proof: { checkpoint: { name: 'other.test' } } } },
      reason: /checkpoint signature/,
    },
    {
      name: 'a checkpoint signed under an expression',
      forgery: { logChanges: { proof: { checkpoint: { name: '.*' } } } },
      reason: /checkpoint signature/,
    },
    {
      name: 'a checkpoint whose size is no number',
      forgery: bend((b) => {
        const { checkpoint } = entry(b).inclusionProof;
        checkpoint.envelope = checkpoint.envelope.replace(/\n\d+\n/, '\nmany\n');
      }),
      reason: /does not verify/,
    },
    {
      name: 'a checkpoint of 70 kB',
      forgery: bend((b) => {
        entry(b).inclusionProof.checkpoint.envelope += 'x'.repeat(70_000);
      }),
      reason: /too long/,
    },
    {
      name: 'a proof of a thousand hashes',
      forgery: bend((b) => {
        entry(b).inclusionProof.hashes = new Array(1000).fill(b64(Buffer.alloc(32)));
      }),
      reason: /at most 64/,
    },
    {
      name: 'an entry of the other log',
      forgery: bend((b) => {
        entry(b).logId.keyId = b64(forge.sigstore.rekorV1.signer.id);
      }),
      reason: /does not verify/,
    },
    {
      name: 'an entry of a log nobody knows',
      forgery: bend((b) => {
        entry(b).logId.keyId = b64(Buffer.alloc(32));
      }),
      reason: /does not verify/,
    },
    {
      name: 'an entry of another kind than its body',
      forgery: bend((b) => {
        entry(b).kindVersion = { kind: 'dsse', version: '0.0.1' };
      }),
      reason: /kind\/version mismatch/,
    },
    {
      name: 'an entry of a kind nobody reads',
      forgery: {
        record: (body) => {
          body.kind = 'alpine';
        },
      },
      reason: /unsupported kind/,
    },
    {
      name: 'an entry over a digest of another algorithm',
      forgery: {
        record: (body) => {
          body.spec.hashedRekordV002.data.algorithm = 'SHA2_384';
        },
      },
      reason: /no digest of the algorithm it names/,
    },
    {
      name: 'an entry over a digest of no algorithm',
      forgery: {
        log: 1,
        record: (body) => {
          delete body.spec.payloadHash.algorithm;
        },
      },
      reason: /no digest of the algorithm it names/,
    },
    {
      name: 'an entry whose body is no JSON',
      forgery: bend((b) => {
        entry(b).canonicalizedBody = b64(Buffer.from('{'));
      }),
      reason: /does not verify/,
    },
    {
      name: 'no proof and no promise',
      forgery: bend((b) => {
        delete entry(b).inclusionProof;
      }),
      reason: /invalid bundle/,
    },
    {
      name: 'a promise without a proof in version 0.3',
      forgery: {
        log: 1,
        bend: (b) => {
          delete entry(b).inclusionProof;
        },
      },
      reason: /invalid bundle/,
    },
    {
      name: 'thirty-three entries',
      forgery: bend((b) => {
        material(b).tlogEntries = new Array(33).fill(entry(b));
      }),
      reason: /at most 32/,
    },
    {
      name: 'a good entry beside a bad one',
      forgery: bend((b) => {
        material(b).tlogEntries.push({
          ...entry(b),
          canonicalizedBody: b64(Buffer.from('{"kind":"hashedrekord","apiVersion":"0.0.2","spec":{}}')),
        });
      }),
      reason: /does not verify/,
    },
  ])('$name', refuse);
});

describe('lies of and about time', () => {
  const stamps = (bundle: Bendable): Bendable => material(bundle).timestampVerificationData.rfc3161Timestamps;
  it.each<Attack>([
    {
      name: 'a stamp that is no DER',
      forgery: bend((b) => {
        stamps(b)[0].signedTimestamp = b64(Buffer.from('now'));
      }),
      reason: /does not verify/,
    },
    {
      name: 'a stamp with bytes behind it',
      forgery: bend((b) => {
        stamps(b)[0].signedTimestamp = b64(
          Buffer.concat([Buffer.from(stamps(b)[0].signedTimestamp, 'base64'), Buffer.of(0)]),
        );
      }),
      reason: /does not verify/,
    },
    {
      name: 'a refusal to stamp',
      forgery: bend((b) => {
        stamps(b)[0].signedTimestamp = b64(Buffer.from('30053003020102', 'hex'));
      }),
      reason: /does not verify/,
    },
    {
      name: 'a stamp whose status says that it was refused',
      forgery: bend((b) => {
        const bytes = Buffer.from(stamps(b)[0].signedTimestamp, 'base64');
        const at = bytes.indexOf(Buffer.from('3003020100', 'hex'));
        bytes[at + 4] = 2;
        stamps(b)[0].signedTimestamp = b64(bytes);
      }),
      reason: /not granted/,
    },
    {
      name: 'a time changed in the stamp',
      forgery: bend((b) => {
        const bytes = Buffer.from(stamps(b)[0].signedTimestamp, 'base64');
        const at = bytes.indexOf('20261120120000Z');
        bytes.write('20261120120100Z', at);
        stamps(b)[0].signedTimestamp = b64(bytes);
      }),
      reason: /timestamp could not be verified/,
    },
    {
      name: 'a good stamp beside a stranger’s',
      forgery: bend((b) => {
        stamps(b).push({
          signedTimestamp: b64(
            forge.sigstore.tsa.stamp(Buffer.from(b.dsseEnvelope.signatures[0].sig, 'base64'), {
              signer: 'stranger',
            }),
          ),
        });
      }),
      reason: /timestamp could not be verified/,
    },
    {
      name: 'thirty-three stamps',
      forgery: bend((b) => {
        material(b).timestampVerificationData.rfc3161Timestamps = new Array(33).fill(stamps(b)[0]);
      }),
      reason: /at most 32/,
    },
    {
      name: 'the last millisecond is past',
      forgery: { stamp: { time: NOW + 600_000, fraction: '001' } },
      reason: /certificate chain/,
    },
  ])('$name', refuse);
});

describe('bare signatures', () => {
  const artifact = Buffer.from('an artifact');
  const message = (change: (signature: Bendable) => void): Forgery => ({
    message: artifact,
    bend: (bundle) => change(bundle.messageSignature),
  });
  it.each<Attack>([
    {
      name: 'over a digest that is said to be another algorithm’s',
      forgery: message((m) => {
        m.messageDigest.algorithm = 'SHA2_512';
      }),
      reason: /over a "sha512" digest/,
    },
    {
      name: 'over a digest of no algorithm',
      forgery: message((m) => {
        m.messageDigest.algorithm = 'HASH_ALGORITHM_UNSPECIFIED';
      }),
      reason: /over a "unknown" digest/,
    },
    {
      name: 'over a digest of an algorithm nobody knows',
      forgery: message((m) => {
        m.messageDigest.algorithm = 'MD5';
      }),
      reason: /cannot be read/,
    },
    {
      name: 'over a digest cut short',
      forgery: message((m) => {
        m.messageDigest.digest = b64(Buffer.from(digestHex(ARTIFACT), 'hex').subarray(0, 16));
      }),
      reason: /not over this artifact/,
    },
    {
      name: 'without a digest',
      forgery: message((m) => {
        delete m.messageDigest;
      }),
      reason: /no messageDigest/,
    },
    {
      name: 'of zeros',
      forgery: {
        ...message((m) => {
          m.signature = b64(Buffer.from('3006020100020100', 'hex'));
        }),
        key: KEY,
        log: 'none',
        stamp: 'none',
      },
      policy: {
        identity: { kind: 'key', publicKey: String(KEY.publicKey.export({ type: 'spki', format: 'pem' })) },
      },
      reason: /signature verification failed/,
    },
  ])('$name', refuse);
});

describe('policies that make no sense are errors', () => {
  const identity = (value: object): Partial<VerificationPolicy> => ({
    identity: { kind: 'certificate', issuer: GITHUB, ...value },
  });
  const key = {
    identity: {
      kind: 'key' as const,
      publicKey: String(KEY.publicKey.export({ type: 'spki', format: 'pem' })),
    },
  };
  it.each<{ name: string; policy: Partial<VerificationPolicy> }>([
    { name: 'nobody in particular', policy: identity({}) },
    { name: 'an empty identity', policy: identity({ identity: { exact: '' } }) },
    { name: 'an empty pattern', policy: identity({ identity: { pattern: '' } }) },
    { name: 'a pattern that is an expression', policy: identity({ identity: { pattern: '/.*/' } }) },
    { name: 'an empty issuer', policy: identity({ identity: { exact: IDENTITY }, issuer: '' }) },
    { name: 'a workflow that is none', policy: identity({ signerWorkflow: 'acme/app' }) },
    { name: 'a workflow of an empty ref', policy: identity({ signerWorkflow: `${WORKFLOW}@` }) },
    { name: 'a repository that is none', policy: { sourceRepository: 'acme' } },
    { name: 'a builder that is none', policy: { builders: ['acme/builder'] } },
    { name: 'a requirement that is none', policy: { require: ['signatures' as 'signature'] } },
    { name: 'a key with a repository', policy: { ...key, sourceRepository: 'acme/app' } },
    { name: 'a key with events', policy: { ...key, events: ['push'] } },
    { name: 'a key with a hosted runner', policy: { ...key, denySelfHosted: true } },
    {
      name: 'a private key',
      policy: {
        identity: { kind: 'key', publicKey: String(KEY.privateKey.export({ type: 'pkcs8', format: 'pem' })) },
      },
    },
    {
      name: 'a key of a curve nobody uses',
      policy: {
        identity: {
          kind: 'key',
          publicKey: String(makeKey('secp256k1').publicKey.export({ type: 'spki', format: 'pem' })),
        },
      },
    },
  ])('$name', async ({ policy }) => {
    const request = {
      digest: ARTIFACT,
      entries: [],
      policy: makePolicy(policy),
      roots: [forge.root],
      clock: { now: () => NOW },
    };
    await expect(verifyArtifact(request)).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:INPUT_INVALID|UNSUPPORTED)$/),
    });
  });
});

describe('nothing is not something', () => {
  it.each<{ name: string; policy: Partial<VerificationPolicy>; refusals: readonly string[] }>([
    {
      name: 'no bundle where any is demanded',
      policy: { require: [] },
      refusals: ['There is no bundle to verify.'],
    },
    {
      name: 'no bundle where a signature is demanded',
      policy: {},
      refusals: ['There is no signature about this artifact.'],
    },
    {
      name: 'no bundle where a type is demanded',
      policy: { require: ['https://example.test/a'] },
      refusals: ['There is no attestation of type https://example.test/a about this artifact.'],
    },
    {
      name: 'no bundle where a level is demanded',
      policy: { require: ['sbom'], minSlsaLevel: 1 },
      refusals: [
        'There is no SBOM attestation about this artifact.',
        'SLSA build level 1 is demanded, and 0 is proven: There is no provenance about this artifact that verifies.',
      ],
    },
  ])('$name', async ({ policy, refusals }) => {
    const request = {
      digest: ARTIFACT,
      entries: [],
      policy: makePolicy(policy),
      roots: [forge.root],
      clock: { now: () => NOW },
    };
    expect(await verifyArtifact(request)).toMatchObject({ verified: false, refusals, evidence: [] });
  });

  it('one broken bundle spoils a set that must all be valid, and no set of which one must', async () => {
    const entries = [stored(forge.forge()), stored('{}')];
    const request = { digest: ARTIFACT, entries, roots: [forge.root], clock: { now: () => NOW } };
    expect(await verifyArtifact({ ...request, policy: makePolicy({ require: [] }) })).toMatchObject({
      verified: false,
    });
    expect(await verifyArtifact({ ...request, policy: makePolicy() })).toMatchObject({ verified: true });
  });

  it('nobody is trusted without a root', async () => {
    const request = {
      digest: ARTIFACT,
      entries: [stored(forge.forge())],
      policy: makePolicy(),
      roots: [],
      clock: { now: () => NOW },
    };
    expect(await verifyArtifact(request)).toMatchObject({
      verified: false,
      evidence: [{ reason: expect.stringMatching(/no trusted root/) }],
    });
  });

  it('a key that has not signed is told so, whatever roots there are', async () => {
    const key = makeKey();
    const publicKey = String(key.publicKey.export({ type: 'spki', format: 'pem' }));
    const policy = makePolicy({ identity: { kind: 'key', publicKey } });
    const entries = [stored(forge.forge({ key: KEY, stamp: 'none' }))];
    for (const roots of [[], [forge.root], [forge.root, { name: 'empty', root: EMPTY }]]) {
      const { evidence } = await verifyArtifact({
        digest: ARTIFACT,
        entries,
        policy,
        roots,
        clock: { now: () => NOW },
      });
      expect(evidence.map(({ reason }) => reason)).toEqual([
        'It does not verify: signature verification failed.',
      ]);
    }
  });

  it('a key verifies by itself, but not with a log entry that nobody trusted can vouch for', async () => {
    const publicKey = String(KEY.publicKey.export({ type: 'spki', format: 'pem' }));
    const policy = makePolicy({ identity: { kind: 'key', publicKey } });
    const judge = async (entry: Bendable, roots: readonly Forge['root'][]): Promise<boolean> => {
      const request = {
        digest: ARTIFACT,
        entries: [stored(entry)],
        policy,
        roots,
        clock: { now: () => NOW },
      };
      return (await verifyArtifact(request)).verified;
    };
    const bare = forge.forge({ key: KEY, log: 'none', stamp: 'none' });
    const logged = forge.forge({ key: KEY, stamp: 'none' });
    expect(await Promise.all([judge(bare, []), judge(logged, []), judge(logged, [forge.root])])).toEqual([
      true,
      false,
      true,
    ]);
  });
});

const EMPTY: Forge['root']['root'] = {
  mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
  tlogs: [],
  certificateAuthorities: [],
  ctlogs: [],
  timestampAuthorities: [],
};
