import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findStale, generateFiles } from './generated-files.ts';

// npm run generate [-- --check]: writes what follows from the specs, or says what does not follow them.
const root = fileURLToPath(new URL('../../../..', import.meta.url));
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const files = await generateFiles(root);
const stale = findStale(root, files);

for (const { path, text } of stale) {
  if (values.check) {
    console.error(`${path} differs from what it is generated from: run npm run generate.`);
    continue;
  }
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  console.log(`wrote ${path}`);
}
console.log(`${files.length - stale.length} of ${files.length} generated files were up to date.`);
if (values.check && stale.length > 0) process.exitCode = 1;
