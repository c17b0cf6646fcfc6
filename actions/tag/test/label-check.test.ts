import { digestOf, type ImageLabels } from '@artifact-lifecycle/registry';
import { parseVersion } from '@artifact-lifecycle/versions';
import { describe, expect, it } from '@jest/globals';
import { checkLabels } from '../src/label-check.ts';

const SHA = 'a'.repeat(40);
const image = (labels: Readonly<Record<string, string>>, platform?: string): ImageLabels => ({
  platform,
  digest: digestOf(Buffer.from(platform ?? '')),
  labels: new Map(Object.entries(labels).map(([key, value]) => [`org.opencontainers.image.${key}`, value])),
});
const check = (
  images: readonly ImageLabels[],
  tags: readonly string[] = ['2.1.0'],
  event: string | undefined = undefined,
): readonly string[] =>
  checkLabels(images, { revision: SHA, event, tags }, (text) => parseVersion('semver', text));

describe('checkLabels', () => {
  it.each([
    ['all is right', { revision: SHA, version: '2.1.0' }],
    ['the revision is in capitals', { revision: SHA.toUpperCase(), version: 'v2.1.0' }],
    ['the version is a branch', { revision: SHA, version: 'main' }],
    ['only the build metadata differs', { revision: SHA, version: '2.1.0+5' }],
  ])('is silent where %s', (_, labels) => {
    expect(check([image(labels)])).toEqual([]);
  });

  it.each([
    ['the revision is another', { revision: 'b'.repeat(40), version: '2.1.0' }, 'b'.repeat(40)],
    ['the version is another', { revision: SHA, version: '2.0.0' }, '2.0.0'],
  ])('refuses where %s, with both values', (_, labels, actual) => {
    expect(() => check([image(labels)])).toThrow(
      expect.objectContaining({ code: 'NOT_VERIFIED', message: expect.stringContaining(actual) }),
    );
  });

  it.each([
    ['the first tag is a commit', ['a1b2c3d', '2.1.0'], undefined],
    ['the only tag is of a line', ['2.1'], 'v2.1.0'],
    ['the tags are no versions', ['stable'], 'v2.1.0'],
  ])('refuses another version where %s', (_, tags, event) => {
    expect(() => check([image({ revision: SHA, version: '1.9.0' })], tags, event)).toThrow(
      expect.objectContaining({ code: 'NOT_VERIFIED', message: expect.stringContaining('2.1.0') }),
    );
  });

  it.each([
    ['a version with its commit', ['2.1.0-a1b2c3d'], 'v2.1.0', '2.1.0'],
    ['a version with its commit, as the image has it', ['2.1.0-a1b2c3d'], 'v2.1.0', '2.1.0-a1b2c3d'],
    ['the run of a git tag', ['v2.1.0-4521'], 'v2.1.0', '2.1.0'],
    ['a run without any version', ['main'], undefined, '1.0.0'],
  ])('takes %s for no other version', (_, tags, event, version) => {
    expect(check([image({ revision: SHA, version })], tags, event)).toEqual([]);
  });

  it('refuses what it cannot compare, because the run has no commit', () => {
    const expected = { revision: '', event: undefined, tags: [] };
    const read = (text: string) => parseVersion('semver', text);
    expect(() => checkLabels([image({ revision: SHA })], expected, read)).toThrow(
      expect.objectContaining({ code: 'NOT_VERIFIED', message: expect.stringContaining(SHA) }),
    );
  });

  it('refuses where one platform of many is from another commit', () => {
    const right = image({ revision: SHA, version: '2.1.0' }, 'linux/amd64');
    const wrong = image({ revision: 'c'.repeat(40), version: '2.1.0' }, 'linux/arm64');
    expect(() => check([right, wrong])).toThrow(
      expect.objectContaining({ message: expect.stringContaining('linux/arm64') }),
    );
  });

  it('warns of labels that are missing, and where nothing has any', () => {
    expect(check([image({})])).toEqual([
      expect.stringContaining('.revision'),
      expect.stringContaining('.version'),
    ]);
    expect(check([])).toEqual([expect.stringContaining('no image')]);
  });
});
