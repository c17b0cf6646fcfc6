import { describe, expect, it } from '@jest/globals';
import { oauthReason, refusedBy, type TokenAnswer } from '../../src/cloud/token-service.ts';

const answer = (status: number, text = ''): TokenAnswer => ({
  service: 'The service',
  host: 'tokens.example',
  status,
  headers: {},
  text,
});

describe('a refusal of a token service', () => {
  it('is told without what was sent, and only its first line', () => {
    const said = 'The proof opaque-1 (opaque-1) is wrong.\r\nIt should have been: opaque-1 opaque-2';
    const { message } = refusedBy(answer(401), { doing: 'log in', said, secrets: ['opaque-1', ''] });
    expect(message).toBe(
      'The service (tokens.example) answered 401 (The proof *** (***) is wrong) to the wish to log in.',
    );
  });

  it.each([
    [400, 'UNAUTHORIZED', true],
    [401, 'UNAUTHORIZED', true],
    [403, 'FORBIDDEN', true],
    [404, 'PROTOCOL_INVALID', false],
    [429, 'RATE_LIMITED', false],
    [503, 'UNREACHABLE', false],
  ])('with %i is %s', (status, code, advised) => {
    const refusal = refusedBy(answer(status), { doing: 'log in', said: '', secrets: [], remedy: 'Do this.' });
    expect(refusal.code).toBe(code);
    expect(refusal.remedy === 'Do this.').toBe(advised);
  });

  it.each([
    ['an OAuth server', '{"error":"a","error_description":"b"}', 'a: b'],
    ['an API of Google', '{"error":{"code":403,"status":"A","message":"b"}}', 'A: b'],
    ['a registry', '{"errors":[{"code":"A","message":"b"}]}', 'A: b'],
    ['one that names no reason', '{}', ''],
    ['one that answers a page', '<html>', ''],
    ['one that answers a list', '["a"]', ''],
    ['one that answers a prototype', '{"__proto__":{"error":"a"}}', ''],
  ])('has the reason of %s', (_, text, reason) => {
    expect(oauthReason(answer(400, text))).toBe(reason);
  });
});
