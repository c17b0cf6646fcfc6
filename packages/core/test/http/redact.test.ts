import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { redactHeaders, redactText, redactUrl } from '../../src/http/redact.ts';
import { Redactor } from '../../src/http/redactor.ts';

describe('a redacted URL', () => {
  it.each([
    ['nothing secret', 'https://ghcr.io/v2/a/b/manifests/1.2.3', 'https://ghcr.io/v2/a/b/manifests/1.2.3'],
    ['user and password', 'https://me:geheim@h/x', 'https://***@h/x'],
    ['a user alone', 'https://geheim@h/x', 'https://***@h/x'],
    [
      'Amazon',
      'https://s3/x?X-Amz-Signature=geheim&X-Amz-Expires=9',
      'https://s3/x?X-Amz-Signature=***&X-Amz-Expires=***',
    ],
    ['Azure', 'https://blob/x?sv=2025&sig=geheim', 'https://blob/x?sv=***&sig=***'],
    ['Google', 'https://gcs/x?X-Goog-Credential=geheim', 'https://gcs/x?X-Goog-Credential=***'],
    [
      'CloudFront',
      'https://cf/x?Policy=g&Key-Pair-Id=g&Signature=g&Expires=1',
      'https://cf/x?Policy=***&Key-Pair-Id=***&Signature=***&Expires=***',
    ],
    ['a token', 'https://h/x?token=geheim&access_token=geheim', 'https://h/x?token=***&access_token=***'],
    [
      'an upload session',
      'https://h/v2/a/blobs/uploads/1?_state=geheim&digest=sha256:aa',
      'https://h/v2/a/blobs/uploads/1?_state=***&digest=sha256:aa',
    ],
    ['what nobody heard of', 'https://h/x?verify=geheim', 'https://h/x?verify=***'],
    ['a query without names', 'https://h/x?geheim', 'https://h/x?***'],
    ['paging', 'https://h/v2/a/tags/list?n=100&last=1.0', 'https://h/v2/a/tags/list?n=100&last=1.0'],
    ['a mount', 'https://h/x?mount=sha256:aa&from=a/b', 'https://h/x?mount=sha256:aa&from=a/b'],
    ['a fragment', 'https://h/x#geheim', 'https://h/x'],
    ['a broken URL', 'https://me:geheim@[/x?sig=geheim', 'https://***@[/x?sig=***'],
    ['a relative one', '/v2/x?_state=geheim', '/v2/x?_state=***'],
  ])('shows no secret: %s', (_name, url, shown) => {
    expect(redactUrl(url)).toBe(shown);
    if (URL.canParse(url)) expect(redactUrl(new URL(url))).toBe(shown);
  });
});

describe('redacted headers', () => {
  it('mask credentials, and what is signed in addresses', () => {
    expect(
      redactHeaders({
        Authorization: 'Bearer geheim',
        'proxy-authorization': 'Basic geheim',
        cookie: 'geheim',
        'set-cookie': 'geheim',
        'private-token': 'geheim',
        location: '/v2/x?_state=geheim&digest=sha256:aa',
        link: '</v2/a/tags/list?n=2&last=x&k=geheim>; rel="next"',
        accept: '*/*',
      }),
    ).toEqual({
      Authorization: '***',
      'proxy-authorization': '***',
      cookie: '***',
      'set-cookie': '***',
      'private-token': '***',
      location: '/v2/x?_state=***&digest=sha256:aa',
      link: '</v2/a/tags/list?n=2&last=x&k=***>; rel="next"',
      accept: '*/*',
    });
  });
});

const JWT = `eyJhbGciOiJSUzI1NiJ9.${'eyJzdWIiOiJtZSJ9'}.c2lnbmF0dXJl`;

describe('redacted text', () => {
  it.each([
    ['a URL', 'GET https://h/x?sig=geheim failed', 'GET https://h/x?sig=*** failed'],
    ['a URL in quotes', '"https://me:geheim@h/x"', '"https://***@h/x"'],
    ['a URL in JSON', '{"u":"https://h/?sig=geheim"}', '{"u":"https://h/?sig=***"}'],
    ['a bearer token', 'sent Bearer abcdefghijklmnopqrstuvwxyz', 'sent Bearer ***'],
    ['a short one in a header', 'Authorization: Basic YTpi', 'Authorization: Basic ***'],
    ['one in JSON', '{"authorization": "Bearer YTpi"}', '{"authorization": "Bearer ***"}'],
    ['a GitHub token', `x ghs_${'a1B2'.repeat(9)} y`, 'x *** y'],
    ['a fine-grained token', `github_pat_${'a1_B'.repeat(12)}`, '***'],
    ['an AWS key', 'AKIAABCDEFGHIJKLMNOP', '***'],
    ['a JSON Web Token', `got ${JWT}.`, 'got ***.'],
    ['prose', 'Bearer authentication at the token endpoint', 'Bearer authentication at the token endpoint'],
    ['a digest', `sha256:${'ab'.repeat(32)}`, `sha256:${'ab'.repeat(32)}`],
  ])('is masked by its looks: %s', (_name, text, shown) => {
    expect(redactText(text)).toBe(shown);
  });

  it('is linear in hostile text', () => {
    const begin = performance.now();
    for (const piece of ['a://', 'eyJ', 'Bearer ', 'authorization: ', 'authorization:\t', 'a+.-', 'ghs_']) {
      redactText(piece.repeat(100_000));
    }
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});

describe('the redactor', () => {
  it.each([
    ['a secret', ['hunter22'], 'my hunter22!', 'my ***!'],
    ['all its places', ['hunter22'], 'hunter22hunter22', '******'],
    ['secrets in one another', ['abcd', 'abcdef'], 'xabcdefx', 'x***x'],
    ['secrets that overlap', ['abcdef', 'defghi'], 'xabcdefghix', 'x***x'],
    ['a secret in a URL', ['p/ss wörd'], 'https://h/p%2Fss%20w%C3%B6rd', 'https://h/***'],
    ['a secret in JSON', ['say "hi"\n'], '{"p":"say \\"hi\\"\\n"}', '{"p":"***"}'],
    ['the lines of a key', ['-----BEGIN\nabcdefgh\n-----END'], 'abcdefgh', '***'],
    ['the host of a URL', ['MySecret'], 'https://MySecret.example/', 'https://***.example/'],
    ['nothing as short as a word', ['abc'], 'abc', 'abc'],
  ])('masks %s', (_name, secrets, text, shown) => {
    const redactor = new Redactor();
    for (const secret of secrets) redactor.add(secret);
    expect(redactor.redact(text)).toBe(shown);
  });

  it('masks a password in the form of Basic authentication', () => {
    const redactor = new Redactor();
    redactor.addPassword('me', 'hunter22');
    expect(redactor.redact(`x ${Buffer.from('me:hunter22').toString('base64')} hunter22`)).toBe('x *** ***');
  });

  it('announces each form of a secret once', () => {
    const announced: string[] = [];
    const redactor = new Redactor((secret) => announced.push(secret));
    redactor.add('a b c d');
    redactor.add('a b c d');
    expect(announced).toEqual(['a b c d', 'a%20b%20c%20d']);
  });

  it('lets no registered secret survive', () => {
    // Few letters, so that secrets overlap each other, the mask, and the text around.
    const letters = fc.string({
      unit: fc.constantFrom('a', 'b', '*', '/', '%', '?', '=', ':', '.'),
      maxLength: 12,
    });
    const secret = letters.filter((text) => text.length >= 4);
    fc.assert(
      fc.property(
        fc.array(secret, { maxLength: 5 }),
        fc.array(letters, { maxLength: 6 }),
        (secrets, rest) => {
          const redactor = new Redactor();
          for (const one of secrets) redactor.add(one);
          const text = rest.flatMap((part, at) => [part, secrets[at] ?? 'https://h/?x=']).join('');
          const shown = redactor.redact(text);
          for (const one of secrets) expect(shown.includes(one)).toBe(false);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('lets no registered secret survive in any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 4 }),
        fc.string(),
        fc.string(),
        (secret, before, after) => {
          const redactor = new Redactor();
          redactor.add(secret);
          expect(redactor.redact(`${before}${secret}${after}`).includes(secret)).toBe(false);
        },
      ),
    );
  });
});
