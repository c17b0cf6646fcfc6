import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { rustBinary } from '../../packages/sbom/src/cataloguers/rust/rust-binary.ts';
import { catalogue } from '../../packages/sbom/test/support/files.ts';
import { runChecked } from '../../packages/tooling/src/bench/process.ts';
import { describeWithTools } from '../support/tools.ts';

/** A program with a library and a library of its build script, all of them in folders: nothing is fetched. */
const FILES: Readonly<Record<string, string>> = {
  'Cargo.toml':
    '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nlib = { path = "lib", version = "1.2.3" }\n[build-dependencies]\nfor-build = { path = "for-build" }\n',
  'build.rs': 'fn main() { for_build::run(); }\n',
  'src/main.rs': 'fn main() { println!("{}", lib::NAME); }\n',
  'lib/Cargo.toml': '[package]\nname = "lib"\nversion = "1.2.3"\nedition = "2021"\n',
  'lib/src/lib.rs': 'pub const NAME: &str = "lib";\n',
  'for-build/Cargo.toml': '[package]\nname = "for-build"\nversion = "2.0.0"\nedition = "2021"\n',
  'for-build/src/lib.rs': 'pub fn run() {}\n',
};

describeWithTools('Rust programs that cargo-auditable built', ['cargo-auditable'], (tools) => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rust-binaries-'));
    for (const [name, text] of Object.entries(FILES)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('crates and edges; what only the build needed is left out', async () => {
    const args = ['auditable', 'build', '--release', '--offline'];
    await runChecked(tools['cargo-auditable'], args, { cwd: folder });
    const bytes = await readFile(join(folder, 'target/release/app'));
    const { packages, reports } = catalogue(rustBinary, { 'usr/bin/app': bytes });
    expect(reports).toEqual([]);
    const [app, lib] = packages;
    expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual(['app 0.1.0', 'lib 1.2.3']);
    expect(app).toMatchObject({
      kind: 'application',
      dependsOn: [lib?.key],
      properties: { 'rust.buildDependencies': 'for-build@2.0.0' },
    });
  }, 120_000);
});
