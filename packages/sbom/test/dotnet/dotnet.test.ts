import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dotnetDeps } from '../../src/cataloguers/dotnet/deps-json.ts';
import { nugetLock } from '../../src/cataloguers/dotnet/nuget-lock.ts';
import { packagesConfig } from '../../src/cataloguers/dotnet/packages-config.ts';
import { catalogue } from '../support/files.ts';
import { edgesOf, nameOf, namesOf, packageOf } from '../support/packages.ts';

/** SHA-512 of nothing. */
const INTEGRITY =
  'sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==';

describe('dotnet-deps', () => {
  it('reads libraries that are there at run time, and who needs them', () => {
    const library = { type: 'package', sha512: INTEGRITY };
    const { packages, reports } = catalogue(dotnetDeps, {
      'app/App.deps.json': `\uFEFF${JSON.stringify({
        runtimeTarget: { name: '.NETCoreApp,Version=v8.0/linux-x64' },
        targets: {
          '.NETCoreApp,Version=v8.0': {},
          '.NETCoreApp,Version=v8.0/linux-x64': {
            'App/1.0.0': { dependencies: { Meta: '2.0.0', Gone: '1.0.0' }, runtime: { 'App.dll': {} } },
            'Meta/2.0.0': { dependencies: { real: '3.0.0' } },
            'Real/3.0.0': { runtime: { 'lib/Real.dll': {} } },
            'Native/4.0.0': { native: { 'libx.so': {} } },
            'BuildOnly/5.0.0': { compile: { 'ref/B.dll': {} } },
          },
        },
        libraries: {
          'App/1.0.0': { type: 'project', sha512: '' },
          'Meta/2.0.0': library,
          'Real/3.0.0': library,
          'Native/4.0.0': library,
          'BuildOnly/5.0.0': library,
          'Assembly/6.0.0': { type: 'reference' },
          NoVersion: library,
        },
      })}`,
    });
    expect(reports).toEqual([]);
    expect(packages.map((one) => [nameOf(one), one.kind, one.isDirect, one.completeness])).toEqual([
      ['App@1.0.0', 'application', false, 'incomplete'],
      ['Meta@2.0.0', undefined, true, 'complete'],
      ['Real@3.0.0', undefined, false, 'complete'],
      ['Native@4.0.0', undefined, false, 'complete'],
    ]);
    expect(edgesOf(packages)).toEqual(['App@1.0.0 → Meta@2.0.0', 'Meta@2.0.0 → Real@3.0.0']);
    expect(packageOf(packages, 'Real@3.0.0').hashes?.[0]?.hex).toMatch(/^cf83e1357eefb8bd/);
  });

  it('is not held up by packages that need each other', () => {
    const { packages } = catalogue(dotnetDeps, {
      'a.deps.json': JSON.stringify({
        runtimeTarget: { name: 't' },
        targets: {
          t: { 'A/1': { dependencies: { B: '1' } }, 'B/1': { dependencies: { A: '1' }, runtime: { x: {} } } },
        },
        libraries: { 'A/1': { type: 'package' }, 'B/1': { type: 'package' } },
      }),
    });
    expect(edgesOf(packages)).toEqual(['A@1 → B@1', 'B@1 → A@1']);
  });

  it('throws at nothing that is an object', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('libraries', 'targets', 'runtimeTarget'),
          fc.jsonValue({ maxDepth: 4 }),
          { noNullPrototype: true },
        ),
        (value) => {
          expect(catalogue(dotnetDeps, { 'a.deps.json': JSON.stringify(value) }).reports).toEqual([]);
        },
      ),
    );
  });
});

describe('nuget-lock', () => {
  it('keeps frameworks apart', () => {
    const { packages } = catalogue(nugetLock, {
      'packages.lock.json': JSON.stringify({
        version: 2,
        dependencies: {
          'net8.0': {
            A: {
              type: 'Direct',
              resolved: '1.0.0',
              contentHash: 'abc==',
              dependencies: { b: '2.0.0', C: '1' },
            },
            B: { type: 'CentralTransitive', resolved: '2.0.0' },
            own: { type: 'Project', dependencies: { A: '1.0.0' } },
          },
          net48: { B: { type: 'Transitive', resolved: '1.5.0' } },
        },
      }),
    });
    expect(packages.map((one) => [nameOf(one), one.isDirect, one.completeness])).toEqual([
      ['A@1.0.0', true, 'incomplete'],
      ['B@2.0.0', false, 'complete'],
      ['B@1.5.0', false, 'complete'],
    ]);
    expect(edgesOf(packages)).toEqual(['A@1.0.0 → B@2.0.0']);
    expect(packageOf(packages, 'A@1.0.0').properties).toEqual({ 'nuget.contentHash': 'abc==' });
  });
});

describe('packages-config', () => {
  it('reads packages, and not what stands in comments', () => {
    const { packages, reports } = catalogue(packagesConfig, {
      'web/packages.config': `<?xml version="1.0" encoding="utf-8"?>
<packages>
  <package id="jQuery" version="3.1.1" targetFramework="net46" />
  <!-- <package id="Old" version="1.0.0" />
  -->
  <package version = '9.0.1' id='NLog' developmentDependency="true"></package>
  <package id="NoVersion" />
</packages>`,
      'nginx/packages.config': 'server {}',
    });
    expect(packages.map((one) => [nameOf(one), one.scope])).toEqual([
      ['jQuery@3.1.1', undefined],
      ['NLog@9.0.1', 'development'],
    ]);
    expect(reports).toEqual(['nginx/packages.config: It has no <packages>.']);
  });

  it.each([
    { name: 'open elements', text: '<packages>'.padEnd(2_000_000, '<package ') },
    { name: 'one long word', text: `<packages><package ${'a'.repeat(2_000_000)}>` },
    { name: 'open comments', text: `<packages>${'<!--'.repeat(500_000)}` },
  ])('is done with $name at once', ({ text }) => {
    expect(catalogue(packagesConfig, { 'packages.config': text }).packages).toEqual([]);
  });
});

const DATA = process.env['ARTIFACT_LIFECYCLE_DATA'];
const describeWithData = DATA === undefined ? describe.skip : describe;

describeWithData('.NET, on Trivy’s fixtures (skipped without ARTIFACT_LIFECYCLE_DATA)', () => {
  const read = (name: string): Buffer => readFileSync(`${DATA}/sbom/dotnet/trivy/${name}`);

  it.each([
    {
      name: 'happy',
      expected: ['ExampleApp1@1.0.0', 'Newtonsoft.Json@13.0.1'],
      edges: ['ExampleApp1@1.0.0 → Newtonsoft.Json@13.0.1'],
    },
    { name: 'missing-target', expected: ['ExampleApp1@1.0.0', 'Newtonsoft.Json@13.0.1'], edges: [] },
    { name: 'no-libraries', expected: [], edges: [] },
    {
      name: 'ambiguous-root',
      expected: ['Newtonsoft.Json@13.0.3', 'Web@1.0.0', 'Worker@1.0.0'],
      edges: ['Web@1.0.0 → Newtonsoft.Json@13.0.3'],
    },
    {
      name: 'multi-project',
      expected: ['Api@1.0.0', 'Data@1.0.0', 'Newtonsoft.Json@13.0.3', 'Web@1.0.0'],
      edges: ['Api@1.0.0 → Data@1.0.0', 'Web@1.0.0 → Api@1.0.0', 'Web@1.0.0 → Newtonsoft.Json@13.0.3'],
    },
    {
      name: 'self-contained',
      expected: [
        'ExampleApp1@1.0.0',
        'Microsoft.AspNetCore.App.Runtime.linux-x64@8.0.0',
        'Microsoft.NETCore.App.Runtime.linux-x64@8.0.0',
        'Newtonsoft.Json@13.0.1',
      ],
      edges: [
        'ExampleApp1@1.0.0 → Microsoft.AspNetCore.App.Runtime.linux-x64@8.0.0',
        'ExampleApp1@1.0.0 → Microsoft.NETCore.App.Runtime.linux-x64@8.0.0',
        'ExampleApp1@1.0.0 → Newtonsoft.Json@13.0.1',
      ],
    },
    {
      // Trivy leaves Microsoft.NETCore.App out, which has no file of its own but needs Libuv, which has.
      name: 'without-runtime',
      expected: ['JsonDiffPatch@2.0.61', 'Libuv@1.9.1', 'Microsoft.NETCore.App@1.1.2', 'hello2@1.0.0'],
      edges: [
        'JsonDiffPatch@2.0.61 → Microsoft.NETCore.App@1.1.2',
        'Microsoft.NETCore.App@1.1.2 → Libuv@1.9.1',
        'hello2@1.0.0 → JsonDiffPatch@2.0.61',
      ],
    },
  ])('$name.deps.json', ({ name, expected, edges }) => {
    const { packages, reports } = catalogue(dotnetDeps, {
      'a.deps.json': read(`core_deps/${name}.deps.json`),
    });
    expect(reports).toEqual([]);
    expect(namesOf(packages)).toEqual(expected);
    expect(edgesOf(packages)).toEqual(edges);
  });

  it('invalid.deps.json is listed', () => {
    expect(catalogue(dotnetDeps, { 'a.deps.json': read('core_deps/invalid.deps.json') }).reports).toEqual([
      'a.deps.json: It is not JSON.',
    ]);
  });

  it.each([
    { name: 'simple', expected: ['Newtonsoft.Json@12.0.3 !', 'NuGet.Frameworks@5.7.0 !'], edges: [] },
    { name: 'legacy', expected: ['AWSSDK.Core@3.5.1.30 !', 'Newtonsoft.Json@12.0.3 !'], edges: [] },
    {
      name: 'subdependencies',
      expected: [
        'Microsoft.Extensions.ApiDescription.Server@3.0.0',
        'Microsoft.OpenApi@1.1.4',
        'Newtonsoft.Json@12.0.3 !',
        'NuGet.Frameworks@5.7.0 !',
        'Swashbuckle.AspNetCore.Swagger@5.5.1',
        'Swashbuckle.AspNetCore.SwaggerGen@5.5.1',
        'Swashbuckle.AspNetCore.SwaggerUI@5.5.1',
        'Swashbuckle.AspNetCore@5.5.1 !',
      ],
      edges: [
        'Swashbuckle.AspNetCore.Swagger@5.5.1 → Microsoft.OpenApi@1.1.4',
        'Swashbuckle.AspNetCore.SwaggerGen@5.5.1 → Swashbuckle.AspNetCore.Swagger@5.5.1',
        'Swashbuckle.AspNetCore@5.5.1 → Microsoft.Extensions.ApiDescription.Server@3.0.0',
        'Swashbuckle.AspNetCore@5.5.1 → Swashbuckle.AspNetCore.Swagger@5.5.1',
        'Swashbuckle.AspNetCore@5.5.1 → Swashbuckle.AspNetCore.SwaggerGen@5.5.1',
        'Swashbuckle.AspNetCore@5.5.1 → Swashbuckle.AspNetCore.SwaggerUI@5.5.1',
      ],
    },
  ])('packages_lock_$name.json', ({ name, expected, edges }) => {
    const { packages } = catalogue(nugetLock, {
      'packages.lock.json': read(`nuget-lock/packages_lock_${name}.json`),
    });
    expect(packages.map((one) => `${nameOf(one)}${one.isDirect === true ? ' !' : ''}`).sort()).toEqual(
      expected,
    );
    expect(edgesOf(packages)).toEqual(edges);
  });

  it('packages_lock_multi.json: as many as it says "resolved"', () => {
    const content = read('nuget-lock/packages_lock_multi.json');
    const { packages } = catalogue(nugetLock, { 'packages.lock.json': Buffer.from(content) });
    const expected = [
      ...content
        .toString()
        .matchAll(/"([^"]+)": \{\s+"type": "\w+",(?:\s+"requested": "[^"]+",)?\s+"resolved": "([^"]+)"/g),
    ];
    expect(expected.length).toBe(content.toString().split('"resolved"').length - 1);
    expect(namesOf(packages)).toEqual(expected.map(([, name, version]) => `${name}@${version}`).sort());
  });
});
