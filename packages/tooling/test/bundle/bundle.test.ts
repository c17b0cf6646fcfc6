import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BUNDLE_FILES, buildBundle } from '../../src/bundle/bundle.ts';
import { findDifferences } from '../../src/bundle/compare.ts';

const TIMEOUT = 60_000;

/** A repository with one action, and packages of others in node_modules. */
function createRepository(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'bundle-test-')));
  const all = {
    LICENSE: 'Apache License\n',
    'actions/demo/package.json': '{"name":"@artifact-lifecycle/demo","type":"module"}',
    'node_modules/left/package.json':
      '{"name":"left","version":"1.2.3","license":"MIT","type":"module","exports":"./index.js"}',
    'node_modules/left/LICENSE': 'MIT License\r\n\r\nCopyright Left\r\n',
    'node_modules/left/index.js': 'export const left = () => `le\r\nft`;\r\n',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text.replaceAll('ROOT', root));
  }
  return root;
}

const PLAIN = {
  'actions/demo/lib/index.js':
    "import { left } from 'left';\nimport { basename } from 'node:path';\nconsole.log(basename(left()), (await import(/* webpackMode: \"eager\" */ './lazy.js')).lazy);\n",
  'actions/demo/lib/lazy.js': "export const lazy = 'lazy';\n",
};

describe('buildBundle', () => {
  it(
    'makes one file that runs alone, its module type, and the licences of what is in it',
    async () => {
      const root = createRepository(PLAIN);
      const target = join(root, 'dist', 'demo');
      await buildBundle(root, 'demo', target);
      expect(readdirSync(target).sort()).toEqual([...BUNDLE_FILES]);
      expect(readFileSync(join(target, 'package.json'), 'utf8')).toBe('{\n  "type": "module"\n}\n');
      expect(readFileSync(join(target, 'licenses.txt'), 'utf8')).toBe(
        `Third-party software in this bundle, each under its own licence.\n${'-'.repeat(80)}\nleft@1.2.3\nMIT\n\nMIT License\n\nCopyright Left\n`,
      );
      expect(readFileSync(join(target, 'index.js'), 'utf8')).not.toContain('\r');
      const elsewhere = mkdtempSync(join(tmpdir(), 'bundle-test-'));
      cpSync(target, elsewhere, { recursive: true });
      const printed = execFileSync(process.execPath, [join(elsewhere, 'index.js')], { encoding: 'utf8' });
      expect(printed).toBe('le\nft lazy\n');
    },
    TIMEOUT,
  );

  it(
    'makes the same bytes from another directory, and replaces what was there',
    async () => {
      const [one, other] = [createRepository(PLAIN), createRepository(PLAIN)];
      const target = join(other, 'dist', 'demo');
      mkdirSync(target, { recursive: true });
      writeFileSync(join(target, 'stale.js'), '');
      await buildBundle(one, 'demo', join(one, 'dist', 'demo'));
      await buildBundle(other, 'demo', target);
      expect(findDifferences(join(one, 'dist'), join(other, 'dist'))).toEqual([]);
    },
    TIMEOUT,
  );

  it.each([
    [
      'a bundle that ncc splits',
      {
        ...PLAIN,
        'actions/demo/lib/index.js': "const { lazy } = await import('./lazy.js');\nconsole.log(lazy);\n",
      },
      /ncc split the bundle of demo: it wrote .*index\.js beside index\.js/,
    ],
    [
      'a package without a licence text',
      {
        'actions/demo/lib/index.js': "import 'right';\n",
        'node_modules/right/package.json': '{"name":"right","version":"2.0.0","license":"MIT"}',
        'node_modules/right/index.js': 'module.exports = 1;\n',
      },
      /right@2\.0\.0 ships no licence text/,
    ],
    [
      'a licence that is not known',
      {
        'actions/demo/lib/index.js': "import 'right';\n",
        'node_modules/right/package.json': '{"name":"right","version":"2.0.0","license":"GPL-3.0-only"}',
        'node_modules/right/LICENSE': 'GPL',
        'node_modules/right/index.js': 'module.exports = 1;\n',
      },
      /right@2\.0\.0 has the licence "GPL-3\.0-only"/,
    ],
    ['a package that is missing', { 'actions/demo/lib/index.js': "import 'absent';\n" }, /absent/],
    [
      'the directory it was built in',
      { 'actions/demo/lib/index.js': "console.log('ROOT');\n" },
      /names the directory it was built in/,
    ],
  ])(
    'refuses %s',
    async (_, files, message) => {
      const root = createRepository(files);
      const target = join(root, 'dist', 'demo');
      await expect(buildBundle(root, 'demo', target)).rejects.toThrow(message);
      expect(readdirSync(root)).not.toContain('dist');
    },
    TIMEOUT,
  );
});
