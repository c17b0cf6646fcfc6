import { describe, expect, it } from '@jest/globals';
import { bakeFiles, leveledAnnotations, namingJson, type OutputForm, writeOutputs } from '../src/outputs.ts';
import { parseSettings } from '../src/settings.ts';
import { NOW, name, PUSH } from './git-context.ts';

const FORM: OutputForm = { sepTags: '', sepLabels: '', sepAnnotations: '', bakeTarget: '' };

describe('labels', () => {
  const labelsOf = async (labels: string) => Object.fromEntries((await name({ labels })).labels);

  it('say what the event and the repository say', async () => {
    const image = 'org.opencontainers.image';
    expect((await name({})).labels).toEqual([
      [`${image}.created`, '2020-01-10T00:30:00.000Z'],
      [`${image}.description`, 'An app'],
      [`${image}.licenses`, 'MIT'],
      [`${image}.revision`, PUSH.sha],
      [`${image}.source`, 'https://github.com/acme/app'],
      [`${image}.title`, 'app'],
      [`${image}.url`, 'https://github.com/acme/app'],
      [`${image}.version`, 'dev'],
    ]);
  });

  it('are sorted as words, and the last of a key wins', async () => {
    const keys = (await name({ labels: 'Zed=1\nalpha=2\n_x=3\nalpha=4' })).labels.filter(
      ([key]) => !key.startsWith('org.'),
    );
    expect(keys).toEqual([
      ['_x', '3'],
      ['alpha', '4'],
      ['Zed', '1'],
    ]);
  });

  it('hold equals signs, commas, nothing, and no HTML', async () => {
    expect(await labelsOf('a=b=c,d\ne=\nf={{branch}} & "{{sha}}"')).toMatchObject({
      a: 'b=c,d',
      e: '',
      f: 'dev & "860c190"',
    });
  });

  it('without an equals sign are left out, with a notice', async () => {
    const { labels, remarks } = await name({ labels: 'foo' });
    expect(labels).toHaveLength(8);
    expect(remarks).toEqual([
      { level: 'notice', message: '"foo" of input "labels" has no "=" and is left out.', row: 'foo' },
    ]);
  });

  it('are no way into objects', async () => {
    const named = await name({ labels: '__proto__=x' });
    expect(JSON.stringify(namingJson(named, parseSettings({})).labels)).toContain('"__proto__":"x"');
    expect(Object.getPrototypeOf(namingJson(named, parseSettings({})).labels)).toBe(Object.prototype);
  });

  it('are those of SOURCE_DATE_EPOCH where it is set', async () => {
    const env = { SOURCE_DATE_EPOCH: '1234567890' };
    const named = await name({ tags: "value={{date 'YYYYMMDD'}}" }, PUSH, { env, now: NOW });
    expect(named.tagNames).toEqual(['20090213']);
    expect(named.labels).toContainEqual(['org.opencontainers.image.created', '2009-02-13T23:31:30.000Z']);
  });
});

describe('outputs', () => {
  it('are joined by line feeds, or as the inputs say', async () => {
    const named = await name({ tags: 'a\nb', annotations: 'k=v' });
    const settings = parseSettings({});
    expect(writeOutputs(named, FORM, settings)).toMatchObject({
      version: 'a',
      tags: 'acme/app:a\nacme/app:b',
      'tag-names': 'a\nb',
    });
    const outputs = writeOutputs(
      named,
      { ...FORM, sepTags: ',', sepLabels: ';', sepAnnotations: '|' },
      settings,
    );
    expect(outputs.tags).toBe('acme/app:a,acme/app:b');
    expect(outputs.labels.split(';')).toHaveLength(8);
    expect(outputs.annotations.split('|')).toContain('manifest:k=v');
  });

  it('are empty where nothing is made', async () => {
    const named = await name({ tags: 'type=edge' });
    expect(writeOutputs(named, FORM, parseSettings({}))).toMatchObject({
      version: '',
      tags: '',
      'tag-names': '',
    });
    expect(JSON.parse(bakeFiles(named, FORM, parseSettings({}))['bake-file-tags'])).toEqual({
      target: { 'docker-metadata-action': { tags: [], args: { DOCKER_META_IMAGES: 'acme/app' } } },
    });
  });

  it('of bake have the target that is asked for', async () => {
    const named = await name({ images: 'a/b\nc/d', tags: 'x' });
    const files = bakeFiles(
      named,
      { ...FORM, bakeTarget: 'meta' },
      parseSettings({ DOCKER_METADATA_ANNOTATIONS_LEVELS: 'auto' }),
    );
    expect(files['bake-file-tags']).toBe(
      JSON.stringify(
        {
          target: {
            meta: {
              tags: ['a/b:x', 'c/d:x'],
              args: { DOCKER_META_IMAGES: 'a/b,c/d', DOCKER_META_VERSION: 'x' },
            },
          },
        },
        null,
        2,
      ),
    );
    expect(Object.keys(JSON.parse(files['bake-file']).target.meta)).toEqual(['tags', 'labels', 'args']);
    expect(JSON.parse(files['bake-file-annotations']).target.meta.annotations).toHaveLength(16);
  });

  it('have annotations level by level', async () => {
    const named = {
      ...(await name({})),
      annotations: [
        ['a', '1'],
        ['b', '2'],
      ] as const,
    };
    expect(leveledAnnotations(named, ['index', 'manifest'])).toEqual([
      'index:a=1',
      'index:b=2',
      'manifest:a=1',
      'manifest:b=2',
    ]);
  });
});

describe('settings', () => {
  it('have defaults', () => {
    expect(parseSettings({})).toEqual({
      prHeadSha: false,
      shortShaLength: 7,
      annotationLevels: ['manifest'],
      setOutputEnv: true,
      sourceDate: undefined,
    });
  });

  it.each<[variable: string, value: string, wanted: object]>([
    ['DOCKER_METADATA_PR_HEAD_SHA', 'True', { prHeadSha: true }],
    ['DOCKER_METADATA_SHORT_SHA_LENGTH', '12', { shortShaLength: 12 }],
    [
      'DOCKER_METADATA_ANNOTATIONS_LEVELS',
      'index, manifest-descriptor',
      { annotationLevels: ['index', 'manifest-descriptor'] },
    ],
    ['DOCKER_METADATA_ANNOTATIONS_LEVELS', 'auto,index', { annotationLevels: ['index', 'manifest'] }],
    [
      'DOCKER_METADATA_ANNOTATIONS_LEVELS',
      'manifest[linux/amd64]',
      { annotationLevels: ['manifest[linux/amd64]'] },
    ],
    ['DOCKER_METADATA_SET_OUTPUT_ENV', 'false', { setOutputEnv: false }],
    ['SOURCE_DATE_EPOCH', '0', { sourceDate: 0 }],
  ])('read %s=%s', (variable, value, wanted) => {
    expect(parseSettings({ [variable]: value })).toMatchObject(wanted);
  });

  it.each([
    ['DOCKER_METADATA_SHORT_SHA_LENGTH', 'abc'],
    ['DOCKER_METADATA_SHORT_SHA_LENGTH', '-1'],
    ['DOCKER_METADATA_ANNOTATIONS_LEVELS', 'manifest,layer'],
    ['SOURCE_DATE_EPOCH', 'yesterday'],
    ['SOURCE_DATE_EPOCH', '9999999999999'],
  ])('refuse %s=%s', (variable, value) => {
    expect(() => parseSettings({ [variable]: value })).toThrow(variable);
  });
});
