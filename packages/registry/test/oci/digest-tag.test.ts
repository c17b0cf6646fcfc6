import { expect, it } from '@jest/globals';
import { digestOf } from '../../src/name/digest.ts';
import { cosignTags, parseTag, referrersTag } from '../../src/name/tag.ts';
import { digestTagKind } from '../../src/oci/digest-tag.ts';

const sha256 = digestOf(Buffer.from('a'));
const sha512 = digestOf(Buffer.from('a'), 'sha512');

it.each([
  ...[sha256, sha512].map((digest) => ({ tag: referrersTag(digest), kind: 'referrers' })),
  ...cosignTags(sha256),
  { tag: 'v1', kind: undefined },
  { tag: 'sha256-abc', kind: undefined },
  { tag: `${referrersTag(sha256)}.vex`, kind: undefined },
  { tag: `x${referrersTag(sha256)}`, kind: undefined },
  { tag: referrersTag(sha256).toUpperCase(), kind: undefined },
])('digestTagKind finds $tag to be $kind', ({ tag, kind }) => {
  expect(digestTagKind(parseTag(tag, 'test'))).toBe(kind);
});
