import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gemfileLock } from '../../src/cataloguers/ruby/gemfile-lock.ts';
import { parseGemspec } from '../../src/cataloguers/ruby/gemspec.ts';
import { rubyInstalled } from '../../src/cataloguers/ruby/installed-gems.ts';
import { catalogue } from '../support/files.ts';
import { edgesOf, nameOf, namesOf, packageOf } from '../support/packages.ts';

/** As RubyGems 3 dumps it. */
const NOKOGIRI = `# -*- encoding: utf-8 -*-
# stub: nokogiri 1.13.0 x86_64-linux lib

Gem::Specification.new do |s|
  s.name = "nokogiri".freeze
  s.version = "1.13.0"
  s.platform = "x86_64-linux".freeze

  s.required_rubygems_version = Gem::Requirement.new(">= 0".freeze) if s.respond_to? :required_rubygems_version=
  s.metadata = { "changelog_uri" => "https://nokogiri.org/CHANGELOG.html", "source_code_uri" => "https://github.com/sparklemotion/nokogiri" } if s.respond_to? :metadata=
  s.require_paths = ["lib".freeze]
  s.authors = ["Mike Dalessio".freeze, "Aaron \\"tenderlove\\" Patterson".freeze]
  s.date = "2022-01-06"
  s.description = "Nokogiri (\\u92F8) makes it easy\\nto work with XML.".freeze
  s.email = ["nokogiri-talk@googlegroups.com".freeze]
  s.homepage = "https://nokogiri.org".freeze
  s.licenses = ["MIT".freeze]
  s.rubygems_version = "3.3.7".freeze
  s.summary = "Nokogiri (\\u92F8) makes it easy.".freeze

  s.installed_by_version = "3.3.7" if s.respond_to? :installed_by_version

  if s.respond_to? :specification_version then
    s.specification_version = 4
  end

  if s.respond_to? :add_runtime_dependency then
    s.add_runtime_dependency(%q<racc>.freeze, ["~> 1.4"])
    s.add_development_dependency(%q<bundler>.freeze, ["~> 2.2"])
  else
    s.add_dependency(%q<racc>.freeze, ["~> 1.4"])
  end
end
`;

const gem = (name: string, version: string, rest = ''): string =>
  `Gem::Specification.new do |spec|\n  spec.name = '${name}'\n  spec.version = "${version}"\n${rest}end\n`;

const HOME = 'usr/local/bundle/specifications';

describe('ruby-installed', () => {
  it('reads what RubyGems dumps', () => {
    const { packages, reports } = catalogue(rubyInstalled, {
      [`${HOME}/nokogiri-1.13.0-x86_64-linux.gemspec`]: NOKOGIRI,
      [`${HOME}/racc-1.6.0.gemspec`]: gem('racc', '1.6.0'),
      [`${HOME}/racc-1.10.0.gemspec`]: gem('racc', '1.10.0'),
      'usr/local/lib/ruby/gems/3.1.0/specifications/default/racc-1.11.0.gemspec': gem('racc', '1.11.0'),
      'usr/local/bundle/gems/racc-1.6.0/racc.gemspec': gem('racc', '0.0.0'),
    });
    expect(reports).toEqual([]);
    expect(namesOf(packages)).toEqual(['nokogiri@1.13.0', 'racc@1.10.0', 'racc@1.11.0', 'racc@1.6.0']);
    expect(edgesOf(packages)).toEqual(['nokogiri@1.13.0 → racc@1.10.0']);
    expect(packageOf(packages, 'nokogiri@1.13.0')).toMatchObject({
      type: 'gem',
      qualifiers: { platform: 'x86_64-linux' },
      licences: [{ text: 'MIT', style: 'spdx' }],
      authors: [{ name: 'Mike Dalessio' }, { name: 'Aaron "tenderlove" Patterson' }],
      description: 'Nokogiri (鋸) makes it easy.',
      homepage: 'https://nokogiri.org/',
      sourceUrl: 'https://github.com/sparklemotion/nokogiri',
      completeness: 'complete',
    });
    expect(packageOf(packages, 'racc@1.11.0').properties).toEqual({ 'gem.default': 'true' });
  });

  it.each([
    { name: 'without .freeze', text: gem('a', '1.0.0'), expected: { name: 'a', version: '1.0.0' } },
    {
      name: 'whose version is code',
      text: '# stub: a 1.0.0 java lib\ns.name = "a"\ns.version = A::VERSION\n',
      expected: { name: 'a', version: '1.0.0', platform: 'java' },
    },
    {
      name: 'of one licence',
      text: gem('a', '1', '  spec.license = "MIT"\n'),
      expected: { licences: ['MIT'] },
    },
    {
      name: 'of several',
      text: gem('a', '1', '  spec.licenses = ["Ruby".freeze, "BSD-2-Clause".freeze]\n'),
      expected: { licences: ['Ruby', 'BSD-2-Clause'] },
    },
    { name: 'without a version', text: 's.name = "a"\n', expected: undefined },
    { name: 'with an open quotation mark', text: 's.name = "a\ns.version = "1"\n', expected: undefined },
  ])('reads one $name', ({ text, expected }) => {
    if (expected === undefined) expect(parseGemspec(text)).toBeUndefined();
    else expect(parseGemspec(text)).toMatchObject(expected);
  });

  it('lists what it cannot read, and reads the rest', () => {
    const { packages, reports } = catalogue(rubyInstalled, {
      'specifications/a.gemspec': '\0\0\0',
      'specifications/b.gemspec': gem('b', '1.0'),
    });
    expect(namesOf(packages)).toEqual(['b@1.0']);
    expect(reports).toEqual(['specifications/a.gemspec: It says no name or no version of a gem.']);
  });

  it('throws at nothing', () => {
    const piece = fc.constantFrom(
      's.name = ',
      's.version = ',
      '"',
      "'",
      '\\',
      '%q<',
      '>',
      '# stub: ',
      'a ',
      '1',
      '\n',
      '[',
      '=>',
      '\\u{12345}',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(() => parseGemspec(pieces.join(''))).not.toThrow();
      }),
    );
  });
});

describe('gemfile-lock', () => {
  it('reads sources, platforms, checksums and what was asked for', () => {
    const { packages, reports } = catalogue(
      gemfileLock,
      {
        'Gemfile.lock': `GIT
  remote: https://github.com/acme/g.git
  revision: 0123abc
  branch: main
  specs:
    g (0.1.0)
      nokogiri

PATH
  remote: engines/own
  specs:
    own (0.0.1)
      missing (>= 1)

GEM
  remote: https://rubygems.org/
  specs:
    nokogiri (1.13.0-java)
    nokogiri (1.13.0-x86_64-linux)
      racc (~> 1.4)
    racc (1.6.0)

PLATFORMS
  x86_64-linux

DEPENDENCIES
  g!
  nokogiri (~> 1.13)
  own!

CHECKSUMS
  racc (1.6.0) sha256=2dede3b136eeabd0f7b8c9356b958b3d743c00158e2615acab431af141354551

BUNDLED WITH
   2.5.0
`,
      },
      { origin: 'directory' },
    );
    expect(reports).toEqual([]);
    expect(
      packages.map((one) => [nameOf(one), one.qualifiers?.['platform'], one.isDirect, one.completeness]),
    ).toEqual([
      ['g@0.1.0', undefined, true, 'complete'],
      ['own@0.0.1', undefined, true, 'incomplete'],
      ['nokogiri@1.13.0', 'java', true, 'complete'],
      ['nokogiri@1.13.0', 'x86_64-linux', true, 'complete'],
      ['racc@1.6.0', undefined, false, 'complete'],
    ]);
    expect(new Set(edgesOf(packages))).toEqual(
      new Set(['g@0.1.0 → nokogiri@1.13.0', 'nokogiri@1.13.0 → racc@1.6.0']),
    );
    expect(packageOf(packages, 'racc@1.6.0').hashes).toEqual([
      { algorithm: 'SHA-256', hex: '2dede3b136eeabd0f7b8c9356b958b3d743c00158e2615acab431af141354551' },
    ]);
    expect(packageOf(packages, 'g@0.1.0')).toMatchObject({
      sourceUrl: 'https://github.com/acme/g.git',
      properties: { 'gem.commit': '0123abc' },
    });
  });
});

const DATA = process.env['ARTIFACT_LIFECYCLE_DATA'];
const describeWithData = DATA === undefined ? describe.skip : describe;

describeWithData('gemfile-lock, on Trivy’s fixtures (skipped without ARTIFACT_LIFECYCLE_DATA)', () => {
  const read = (name: string): Buffer => readFileSync(`${DATA}/sbom/ruby/trivy/bundler/testdata/${name}`);

  it.each([
    {
      name: 'Gemfile_normal.lock',
      packages: [
        'coderay@1.1.2',
        'concurrent-ruby@1.1.5',
        'dotenv@2.7.2',
        'faker@1.9.3',
        'i18n@1.6.0',
        'method_source@0.9.2',
        'pry@0.12.2',
      ],
      edges: [
        'faker@1.9.3 → i18n@1.6.0',
        'i18n@1.6.0 → concurrent-ruby@1.1.5',
        'pry@0.12.2 → coderay@1.1.2',
        'pry@0.12.2 → method_source@0.9.2',
      ],
      direct: ['dotenv@2.7.2', 'faker@1.9.3', 'pry@0.12.2'],
    },
    {
      name: 'Gemfile_bundler2.lock',
      packages: [
        'coderay@1.1.3',
        'concurrent-ruby@1.1.10',
        'dotenv@2.7.6',
        'faker@2.21.0',
        'i18n@1.10.0',
        'json@2.6.2',
        'method_source@1.0.0',
        'pry@0.14.1',
      ],
      edges: [
        'faker@2.21.0 → i18n@1.10.0',
        'i18n@1.10.0 → concurrent-ruby@1.1.10',
        'pry@0.14.1 → coderay@1.1.3',
        'pry@0.14.1 → method_source@1.0.0',
      ],
      direct: ['dotenv@2.7.6', 'faker@2.21.0', 'json@2.6.2', 'pry@0.14.1'],
    },
  ])('$name', ({ name, packages: expected, edges, direct }) => {
    const { packages } = catalogue(gemfileLock, { 'Gemfile.lock': read(name) }, { origin: 'directory' });
    expect(namesOf(packages)).toEqual(expected);
    expect(edgesOf(packages)).toEqual(edges);
    expect(namesOf(packages.filter(({ isDirect }) => isDirect))).toEqual(direct);
  });

  it('Gemfile_malformed.lock is listed', () => {
    const { reports } = catalogue(
      gemfileLock,
      { 'Gemfile.lock': read('Gemfile_malformed.lock') },
      { origin: 'directory' },
    );
    expect(reports).toEqual(['Gemfile.lock: It is no lock file of Bundler.']);
  });
});
