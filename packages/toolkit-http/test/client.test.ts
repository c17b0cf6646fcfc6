import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Issuer, startIssuer } from '../../../test/support/issuer.ts';
import { BearerCredentialHandler } from '../src/auth.ts';
import { HttpClient } from '../src/index.ts';

const TOKEN = 'request-token-0123456789';

describe('the HTTP client below @actions/core', () => {
  let issuer: Issuer;
  beforeAll(async () => {
    issuer = await startIssuer();
  });
  afterAll(() => issuer.close());
  beforeEach(() => issuer.reset());
  const client = (maxRetries = 10): HttpClient =>
    new HttpClient('actions/oidc-client', [new BearerCredentialHandler(TOKEN)], {
      allowRetries: true,
      maxRetries,
    });

  it('introduces itself, and gives the JSON', async () => {
    issuer.answers.push({ status: 200, body: '{"value":"t"}' });
    expect(await client().getJson(`${issuer.url}/token?a=1&audience=x`)).toEqual({
      statusCode: 200,
      result: { value: 't' },
    });
    expect(issuer.asked).toEqual([
      {
        path: '/token?a=1&audience=x',
        authorization: `Bearer ${TOKEN}`,
        accept: 'application/json',
        userAgent: 'actions/oidc-client',
      },
    ]);
  });

  it.each([500, 502, 503, 504, 429])('asks again after %i', async (status) => {
    issuer.answers.push({ status }, { status }, { status: 200, body: '{}' });
    expect(await client().getJson(issuer.url)).toEqual({ statusCode: 200, result: {} });
    expect(issuer.asked).toHaveLength(3);
  });

  it('asks no oftener than it is told to', async () => {
    issuer.answers.push({ status: 503 }, { status: 503 }, { status: 200, body: '{}' });
    await expect(client(1).getJson(issuer.url)).rejects.toMatchObject({ statusCode: 503 });
    expect(issuer.asked).toHaveLength(2);
  });

  it('asks once where repeating is not allowed', async () => {
    issuer.answers.push({ status: 503 });
    await expect(new HttpClient('x').getJson(issuer.url)).rejects.toMatchObject({ statusCode: 503 });
    expect(issuer.asked).toHaveLength(1);
  });

  it('gives null for what is not found', async () => {
    issuer.answers.push({ status: 404, body: '{"message":"Not Found"}' });
    expect(await client().getJson(issuer.url)).toEqual({ statusCode: 404, result: null });
  });

  it.each([
    {
      name: 'its message',
      answer: { status: 403, body: '{"message":"No permission"}' },
      said: /^No permission$/,
    },
    {
      name: 'its status, where it says nothing',
      answer: { status: 401, body: '<html>' },
      said: /^Failed request: \(401\)$/,
    },
    {
      name: 'no token it repeats',
      answer: { status: 400, body: `{"message":"bad ${TOKEN}"}` },
      said: /^bad \*\*\*$/,
    },
    {
      name: 'a short beginning of much',
      answer: { status: 400, body: `{"message":"${'a'.repeat(5000)}"}` },
      said: /^a{200}$/,
    },
    { name: 'what came in the place of JSON', answer: { status: 200, body: '<html>' }, said: /JSON of 127/ },
    {
      name: 'that it is too long',
      answer: { status: 200, body: ' '.repeat(2 ** 20 + 1) },
      said: /more than the 1048576/,
    },
  ])('says of an answer: $name', async ({ answer, said }) => {
    issuer.answers.push(answer);
    await expect(client().getJson(issuer.url)).rejects.toMatchObject({
      statusCode: answer.status,
      message: expect.stringMatching(said),
    });
  });

  it('says where nobody answers, without the query', async () => {
    await expect(
      new HttpClient('x').getJson('http://127.0.0.1:1/token?secret=hidden-value'),
    ).rejects.toMatchObject({
      statusCode: undefined,
      message: expect.not.stringContaining('hidden-value'),
    });
  });
});
