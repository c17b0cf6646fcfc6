import { Sha256 } from '@aws-crypto/sha256-js';
import { describe, expect, it } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { readEcrHost } from '../../src/cloud/aws/ecr-host.ts';
import { signRequest, type UnsignedRequest } from '../../src/cloud/aws/signature.ts';

const KEYS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: undefined,
};

/** What the SDK of AWS signs the request with. */
async function signBySdk(
  { method, url, headers, body }: UnsignedRequest,
  credentials:
    | typeof KEYS
    | { readonly sessionToken: string; readonly accessKeyId: string; readonly secretAccessKey: string },
  { region, service }: { readonly region: string; readonly service: string },
  time: number,
): Promise<Record<string, string>> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    region,
    service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(url.searchParams.keys())) query[name] = url.searchParams.getAll(name);
  const signed = await signer.sign(
    {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query,
      headers: { ...headers, host: url.host },
      body,
    },
    { signingDate: new Date(time) },
  );
  return signed.headers;
}

describe('a signature of AWS', () => {
  it('is the one of AWS’ own example (Signature Version 4, "ListUsers")', () => {
    const url = new URL('https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08');
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const request = { method: 'GET', url, headers, body: Buffer.alloc(0) } as const;
    const scope = { region: 'us-east-1', service: 'iam' };
    const signed = signRequest(request, KEYS, scope, { now: () => Date.parse('2015-08-30T12:36:00Z') });
    expect(signed['authorization']).toBe(
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
    );
  });

  it('is the one that the SDK makes of the same request', async () => {
    const word = fc.stringMatching(/^[A-Za-z0-9/+=_-]{1,40}$/);
    const value = fc.stringMatching(/^[!-~](?:[ -~]{0,30}[!-~])?$/);
    const request = fc.record({
      body: fc.uint8Array({ maxLength: 200 }),
      target: value,
      header: fc.stringMatching(/^x-[a-z][a-z0-9-]{0,20}$/),
      query: fc.dictionary(
        // The SDK keeps a query in an object, where this name is none.
        fc.string({ minLength: 1, maxLength: 10, unit: 'grapheme' }).filter((name) => name !== '__proto__'),
        fc.string({ maxLength: 10 }),
        {
          maxKeys: 3,
        },
      ),
      host: fc.constantFrom('api.ecr.eu-west-1.amazonaws.com', '127.0.0.1:5000'),
      accessKeyId: fc.stringMatching(/^A[A-Z0-9]{15,19}$/),
      secretAccessKey: word,
      sessionToken: fc.option(word, { nil: undefined }),
      time: fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2099, 0) }),
      region: fc.constantFrom('eu-west-1', 'us-gov-west-1', 'cn-north-1'),
      service: fc.constantFrom('ecr', 'ecr-public', 'sts'),
    });
    await fc.assert(
      fc.asyncProperty(request, async (made) => {
        const { body, target, header, query, host, time, region, service, ...rest } = made;
        const url = new URL(`https://${host}/`);
        for (const [name, text] of Object.entries(query)) url.searchParams.append(name, text);
        const headers = {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': target,
          [header]: target,
        };
        const ours = { method: 'POST', url, headers, body } as const;
        const credentials = { ...rest };
        const signed = signRequest(ours, credentials, { region, service }, { now: () => time });
        const theirs = await signBySdk(ours, credentials as typeof KEYS, { region, service }, time);
        expect(signed['authorization']).toBe(theirs['authorization']);
        expect(signed['x-amz-date']).toBe(theirs['x-amz-date']);
        expect(signed['x-amz-security-token']).toBe(theirs['x-amz-security-token']);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a host of ECR', () => {
  it.each([
    ['123456789012.dkr.ecr.eu-west-1.amazonaws.com', 'https://api.ecr.eu-west-1.amazonaws.com/'],
    ['123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn', 'https://api.ecr.cn-north-1.amazonaws.com.cn/'],
    [
      '123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com',
      'https://ecr-fips.us-gov-west-1.amazonaws.com/',
    ],
    ['123456789012.dkr-ecr.eu-west-1.on.aws', 'https://api.ecr.eu-west-1.amazonaws.com/'],
    ['123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu', 'https://api.ecr.eusc-de-east-1.amazonaws.eu/'],
    ['123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov', 'https://api.ecr.us-iso-east-1.c2s.ic.gov/'],
  ])('%s has its API at %s', (host, endpoint) => {
    expect(readEcrHost(host)).toMatchObject({ account: '123456789012', endpoint: new URL(endpoint) });
  });

  it.each([
    'ghcr.io',
    'public.ecr.aws',
    '123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example',
    '123456789012.dkr.ecr.eu-west-1.evil.com',
    '12345.dkr.ecr.eu-west-1.amazonaws.com',
    '123456789012.dkr.ecr.eu.west.amazonaws.com',
  ])('%s is none', (host) => {
    expect(readEcrHost(host)).toBeUndefined();
  });
});
