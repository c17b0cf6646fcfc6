import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { goModule } from '../../src/cataloguers/go/go-module.ts';
import { catalogue } from '../support/files.ts';

const DATA = process.env['ARTIFACT_LIFECYCLE_DATA'];

function lines(files: Readonly<Record<string, string>>): readonly string[] {
  return catalogue(goModule, files, { origin: 'directory' }).packages.map(
    ({ namespace, name, version, isDirect }) =>
      `${namespace === undefined ? '' : `${namespace}/`}${name} ${version ?? '-'}${isDirect === true ? ' direct' : ''}`,
  );
}

describe('go.mod', () => {
  it('blocks, comments, quotes and every verb', () => {
    const mod = `// Deprecated: no
module "example.org/app" // the app

go 1.22.0
toolchain go1.22.5

require example.org/one v1.0.0
require (
	example.org/two/v2 v2.1.0 // indirect
	example.org/three v0.0.0-20240102030405-abcdefabcdef // indirect; with a reason
	// example.org/never v1.0.0
	example.org/excluded v1.0.0
	example.org/kept v1.0.0
	example.org/moved v1.0.0
	example.org/moved-at v1.0.0
	example.org/here v1.0.0
)

exclude (
	example.org/excluded v1.0.0
	example.org/kept v0.9.0
)
replace example.org/moved => example.org/elsewhere v1.5.0
replace (
	example.org/moved-at v0.1.0 => example.org/elsewhere v9.0.0
	example.org/here => ../here
)
retract v0.0.1 // published by accident
tool example.org/one/cmd/x
`;
    const { packages, reports } = catalogue(goModule, { 'go.mod': mod }, { origin: 'directory' });
    expect(reports).toEqual([]);
    expect(lines({ 'go.mod': mod })).toEqual([
      'example.org/app -',
      'example.org/one v1.0.0 direct',
      'example.org/two/v2 v2.1.0',
      'example.org/three v0.0.0-20240102030405-abcdefabcdef',
      'example.org/kept v1.0.0 direct',
      'example.org/elsewhere v1.5.0 direct',
      'example.org/moved-at v1.0.0 direct',
      'example.org/here v1.0.0 direct',
    ]);
    expect(packages[0]).toMatchObject({
      kind: 'application',
      properties: { 'go.version': 'go1.22.0', 'go.toolchain': 'go1.22.5' },
      dependsOn: [1, 4, 5, 6, 7].map((index) => packages[index]?.key),
    });
    expect(packages[5]?.properties).toEqual({ 'go.replaces': 'example.org/moved@v1.0.0' });
    expect(packages[7]?.properties).toEqual({ 'go.replacedBy': '../here' });
  });

  it('hashes come from the go.sum beside it', () => {
    const mod = 'module example.org/app\ngo 1.21\nrequire example.org/one v1.0.0\n';
    const sum = 'example.org/one v1.0.0 h1:one=\nexample.org/one v1.0.0/go.mod h1:mod=\n';
    const { packages } = catalogue(goModule, { 'a/go.mod': mod, 'a/go.sum': sum, 'go.sum': '' });
    expect(packages[1]?.properties).toEqual({ 'go.h1': 'h1:one=' });
  });

  it('without a module is listed as unknown, and what it requires is there', () => {
    const { packages, reports } = catalogue(goModule, { 'go.mod': 'require example.org/one v1.0.0\n' });
    expect(packages.map(({ name }) => name)).toEqual(['one']);
    expect(reports).toEqual(['go.mod: The go.mod names no module.']);
  });
});

const XERRORS = 'golang.org/x/xerrors v0.0.0-20200804184101-5ec99f83aff1';
const YAML = 'gopkg.in/yaml.v3 v3.0.0-20210107192922-496545a6307b';
const PARSER = 'github.com/aquasecurity/go-dep-parser v0.0.0-20211224170007-df43bca6b6ff';

(DATA === undefined ? describe.skip : describe)('go.mod of others', () => {
  it.each([
    {
      name: 'normal',
      expected: [
        'github.com/aquasecurity/go-version v0.0.0-20240603093900-cf8a8d29271d direct',
        'github.com/davecgh/go-spew v1.1.2-0.20180830191138-d8f796af33cc',
        'github.com/pmezard/go-difflib v1.0.1-0.20181226105442-5d4384ee4fb2',
        'github.com/stretchr/testify v1.9.0',
        'golang.org/x/xerrors v0.0.0-20231012003039-104605ab7028',
      ],
    },
    {
      name: 'replaced',
      expected: ['github.com/aquasecurity/go-dep-parser v0.0.0-20220406074731-71021a481237 direct', XERRORS],
    },
    {
      name: 'replaced-with-version',
      expected: ['github.com/aquasecurity/go-dep-parser v0.0.0-20220406074731-71021a481237 direct', XERRORS],
    },
    { name: 'replaced-with-version-mismatch', expected: [`${PARSER} direct`, XERRORS, YAML] },
    { name: 'replaced-with-local-path', expected: [`${PARSER} direct`, XERRORS, YAML] },
    { name: 'replaced-with-local-path-and-version', expected: [`${PARSER} direct`, XERRORS, YAML] },
    { name: 'replaced-with-local-path-and-version-mismatch', expected: [`${PARSER} direct`, XERRORS, YAML] },
  ])('$name', ({ name, expected }) => {
    expect(lines(read(name))).toEqual(['github.com/org/repo -', ...expected]);
  });

  it('of Go 1.16 leaves what is needed only by others to go.sum', () => {
    const found = lines(read('go116'));
    expect(found.slice(0, 3)).toEqual(['github.com/org/repo -', `${PARSER} direct`, YAML]);
    expect(found).toContain(XERRORS);
    expect(found).toContain('github.com/davecgh/go-spew v1.1.1');
  });
});

function read(name: string): Readonly<Record<string, string>> {
  const folder = join(DATA ?? '', 'sbom/go/trivy/mod', name);
  return Object.fromEntries(
    ['go.mod', 'go.sum'].map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );
}
