import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEEPEST_NESTING } from '../../src/cataloguers/java/archive-limits.ts';
import { javaArchive } from '../../src/cataloguers/java/java-archive.ts';
import { catalogue } from '../support/files.ts';
import { makeZip, type ZipPart } from '../support/zip.ts';

type Files = Readonly<Record<string, string | Buffer | ZipPart>>;

function properties(group: string, artifact: string, version: string): Files {
  return {
    [`META-INF/maven/${group}/${artifact}/pom.properties`]: `#Created by Apache Maven 3.8.7\nversion=${version}\ngroupId=${group}\nartifactId=${artifact}\n`,
  };
}

function manifest(attributes: Readonly<Record<string, string>> = {}): Files {
  const lines = Object.entries({ 'Manifest-Version': '1.0', ...attributes }).map(
    ([key, value]) => `${key}: ${value}`,
  );
  return {
    'META-INF/MANIFEST.MF': `${lines.join('\r\n')}\r\n\r\nName: other\r\nImplementation-Version: 9\r\n`,
  };
}

function jar(...files: readonly Files[]): Buffer {
  return makeZip({ ...manifest(), ...Object.assign({}, ...files), 'com/acme/Main.class': 'class' });
}

function maven(group: string, artifact: string, version: string, ...files: readonly Files[]): Buffer {
  return jar(properties(group, artifact, version), ...files);
}

/** `group:artifact:version` of each package, and where it is. */
function lines(files: Readonly<Record<string, Buffer>>): readonly string[] {
  return catalogue(javaArchive, files).packages.map(
    ({ namespace, name, version, occurrences }) =>
      `${namespace ?? ''}:${name}:${version ?? ''} ${occurrences[0]?.path}`,
  );
}

function identity(path: string, bytes: Buffer): string | undefined {
  const [first] = catalogue(javaArchive, { [path]: bytes }).packages;
  return (
    first &&
    `${first.namespace ?? ''}:${first.name}:${first.version ?? ''} ${first.properties?.['java.evidence']}`
  );
}

const POM = `<?xml version="1.0"?>
<!DOCTYPE project [ <!ENTITY acme "no"> ]>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><groupId>com.acme</groupId><artifactId>parent</artifactId><version>3</version></parent>
  <artifactId>tool</artifactId>
  <description>Does &amp; finds
    things</description>
  <url>https://acme.example</url>
  <organization><name>Acme</name></organization>
  <licenses><license><name>Apache License, Version 2.0</name></license></licenses>
  <scm><url>https://github.com/acme/tool</url></scm>
  <properties><core.group>org.core</core.group></properties>
  <dependencies>
    <dependency><groupId>\${core.group}</groupId><artifactId>core</artifactId></dependency>
    <dependency><groupId>org.test</groupId><artifactId>test</artifactId><scope>test</scope></dependency>
    <dependency><groupId>org.far</groupId><artifactId>far</artifactId></dependency>
    <!-- <dependency><groupId>org.never</groupId><artifactId>never</artifactId></dependency> -->
  </dependencies>
</project>`;

describe('who a Java archive is', () => {
  it.each([
    {
      name: 'its pom.properties, by its file name',
      path: 'commons-lang3-3.11.jar',
      bytes: maven(
        'org.apache.commons',
        'commons-lang3',
        '3.11',
        manifest({ 'Bundle-SymbolicName': 'org.apache.commons.lang3' }),
      ),
      expected: 'org.apache.commons:commons-lang3:3.11 pom.properties',
    },
    {
      name: 'with its group in the file name',
      path: 'lib/main/io.quarkus.gizmo.gizmo-1.1.jar',
      bytes: maven('io.quarkus.gizmo', 'gizmo', '1.1'),
      expected: 'io.quarkus.gizmo:gizmo:1.1 pom.properties',
    },
    {
      name: 'the longest artifact that fits',
      path: 'spring-boot-starter-2.0.jar',
      bytes: jar(
        properties('org.x', 'spring-boot', '2.0'),
        properties('org.x', 'spring-boot-starter', '2.0'),
      ),
      expected: 'org.x:spring-boot-starter:2.0 pom.properties',
    },
    {
      name: 'the same artifact at the version it states',
      path: 'tool-1.1.0-20240102.030405-1.jar',
      bytes: maven('com.acme', 'tool', '1.1.0-SNAPSHOT'),
      expected: 'com.acme:tool:1.1.0-SNAPSHOT pom.properties',
    },
    {
      name: 'a pom.xml without pom.properties, by its parent',
      path: 'tool.jar',
      bytes: jar({ 'META-INF/maven/com.acme/tool/pom.xml': POM }),
      expected: 'com.acme:tool:3 pom.xml',
    },
    {
      name: 'a program called app, by title and version',
      path: 'app.jar',
      bytes: maven(
        'com.acme',
        'shop',
        '2.1',
        manifest({ 'Implementation-Title': 'shop', 'Implementation-Version': '2.1' }),
      ),
      expected: 'com.acme:shop:2.1 pom.properties',
    },
    {
      name: 'a program that holds libraries, by its only artifact',
      path: 'app.jar',
      bytes: maven('com.acme', 'shop', '2.1', { 'BOOT-INF/lib/x-1.0.jar': jar() }),
      expected: 'com.acme:shop:2.1 pom.properties',
    },
    {
      name: 'not a library that was unpacked into it',
      path: 'shop-3.0.jar',
      bytes: maven('com.google.guava', 'guava', '29.0-jre'),
      expected: ':shop:3.0 manifest',
    },
    {
      name: 'file name and manifest',
      path: 'com.google.src.yolo-0.1.2.jar',
      bytes: jar(manifest({ 'Bundle-SymbolicName': 'com.google.src.yolo;singleton:=true' })),
      expected: 'com.google.src:yolo:0.1.2 manifest',
    },
    {
      name: 'the group that its vendor states, and a version of the manifest',
      path: 'test.jar',
      bytes: jar(
        manifest({
          'Implementation-Title': 'Spring Framework',
          'Implementation-Version': '2.5.6.SEC03',
          'Bundle-SymbolicName': 'org.springframework.core',
        }),
      ),
      expected: 'org.springframework.core:test:2.5.6.SEC03 manifest',
    },
    {
      name: 'the bundle before the specification, continued on a line of its own',
      path: 'tool.jar',
      bytes: jar({
        'META-INF/MANIFEST.MF':
          'Manifest-Version: 1.0\nBundle-Version: 4\nSpecification-Version: 1.2\n .3\nImplementation-Vendor-Id: com.ac\n me\n',
      }),
      expected: 'com.acme:tool:1.2.3 manifest',
    },
    {
      name: 'a well-known artifact',
      path: 'log4j-1.2-api-2.14.1.jar',
      bytes: jar(),
      expected: 'org.apache.logging.log4j:log4j-1.2-api:2.14.1 manifest',
    },
    {
      name: 'a well-known artifact whose manifest is empty',
      path: 'kafka-clients-3.9.0.jar',
      bytes: jar(),
      expected: 'org.apache.kafka:kafka-clients:3.9.0 manifest',
    },
    {
      name: 'a file name alone',
      path: 'akka-actor_2.13-2.6.20.jar',
      bytes: makeZip({ 'a.class': 'class' }),
      expected: ':akka-actor_2.13:2.6.20 file-name',
    },
    {
      name: 'a plugin of Jenkins',
      path: 'renamed.jpi',
      bytes: jar(
        manifest({ 'Group-Id': 'com.example', 'Short-Name': 'jenkins-plugin', 'Plugin-Version': '1.0.0' }),
      ),
      expected: 'com.example:jenkins-plugin:1.0.0 manifest',
    },
    {
      name: 'nothing at all',
      path: 'gradle-wrapper.jar',
      bytes: makeZip({ 'a.class': 'class' }),
      expected: undefined,
    },
    {
      name: 'nobody, where it was woven from others',
      path: 'tool-1.0.jar',
      bytes: jar(manifest({ 'Weave-Classes': 'com.acme' })),
      expected: undefined,
    },
  ])('$name', ({ path, bytes, expected }) => {
    expect(identity(path, bytes)).toBe(expected);
  });

  it.each([
    { name: 'a release', path: 'guava-29.0-jre.jar', expected: ':29.0-jre' },
    { name: 'a candidate', path: 'tool-1.0-rc-2.jar', expected: ':1.0-rc-2' },
    { name: 'a snapshot', path: 'a-b-1.0.0-SNAPSHOT.jar', expected: ':1.0.0-SNAPSHOT' },
    { name: 'a v', path: 'tool-v1.0.jar', expected: ':v1.0' },
    { name: 'none', path: 'jetty-all.jar', expected: ':' },
  ])('the version in a file name: $name', ({ path, expected }) => {
    expect(lines({ [path]: jar() })[0]?.replace(/^.*(:[^:]*) .*$/, '$1')).toBe(expected);
  });
});

describe('what lies in a Java archive', () => {
  it('archives in archives, by the way to them', () => {
    const war = maven('com.example', 'web-app', '1.0-SNAPSHOT', {
      'WEB-INF/lib/slf4j-api-1.7.30.jar': maven('org.slf4j', 'slf4j-api', '1.7.30'),
      'WEB-INF/lib/commons-pool-1.6.JAR': {
        content: maven('commons-pool', 'commons-pool', '1.6'),
        isStored: true,
      },
    });
    const ear = makeZip(
      { ...manifest(), 'web.war': war },
      { prefix: Buffer.from('#!/bin/bash\n'), isLong: true },
    );
    expect(lines({ 'opt/app/shop.ear': ear })).toEqual([
      ':shop: opt/app/shop.ear',
      'com.example:web-app:1.0-SNAPSHOT opt/app/shop.ear!web.war',
      'org.slf4j:slf4j-api:1.7.30 opt/app/shop.ear!web.war!WEB-INF/lib/slf4j-api-1.7.30.jar',
      'commons-pool:commons-pool:1.6 opt/app/shop.ear!web.war!WEB-INF/lib/commons-pool-1.6.JAR',
    ]);
  });

  it('what was unpacked into it stands for itself, and the archive needs it', () => {
    const shaded = jar(
      ...[
        ['org.apache.hadoop.thirdparty', 'hadoop-shaded-guava', '1.1.0-SNAPSHOT'],
        ['com.google.j2objc', 'j2objc-annotations', '1.3'],
        ['com.google.guava', 'guava', '29.0-jre'],
        ['com.google.guava', 'listenablefuture', '9999.0-empty-to-avoid-conflict-with-guava'],
      ].map(([group = '', artifact = '', version = '']) => properties(group, artifact, version)),
    );
    const path = 'lib/hadoop-shaded-guava-1.1.0-SNAPSHOT.jar';
    const { packages } = catalogue(javaArchive, { [path]: shaded });
    expect(lines({ [path]: shaded })).toEqual([
      `org.apache.hadoop.thirdparty:hadoop-shaded-guava:1.1.0-SNAPSHOT ${path}`,
      `com.google.guava:guava:29.0-jre ${path}!META-INF/maven/com.google.guava/guava/pom.properties`,
      `com.google.guava:listenablefuture:9999.0-empty-to-avoid-conflict-with-guava ${path}!META-INF/maven/com.google.guava/listenablefuture/pom.properties`,
      `com.google.j2objc:j2objc-annotations:1.3 ${path}!META-INF/maven/com.google.j2objc/j2objc-annotations/pom.properties`,
    ]);
    const [main, ...others] = packages;
    expect(main?.dependsOn).toEqual(others.map(({ key }) => key));
    const hex = (algorithm: string): string => createHash(algorithm).update(shaded).digest('hex');
    expect(main?.hashes).toEqual([
      { algorithm: 'SHA-1', hex: hex('sha1') },
      { algorithm: 'SHA-256', hex: hex('sha256') },
    ]);
    expect(others.flatMap(({ hashes }) => hashes)).toEqual([]);
  });

  it('what its POM says: licences, supplier, and what of it is there', () => {
    const { packages, reports } = catalogue(javaArchive, {
      'app/lib/tool-3.jar': maven('com.acme', 'tool', '3', { 'META-INF/maven/com.acme/tool/pom.xml': POM }),
      'app/lib/core-1.jar': maven('org.core', 'core', '1'),
      'other/core-2.jar': maven('org.core', 'core', '2'),
      'app/lib/test-2.jar': maven('org.test', 'test', '2'),
    });
    expect(reports).toEqual([]);
    const byName = new Map(packages.map((one) => [one.occurrences[0]?.path, one]));
    expect(byName.get('app/lib/tool-3.jar')).toMatchObject({
      licences: [{ text: 'Apache License, Version 2.0', style: 'free' }],
      supplier: { name: 'Acme' },
      description: 'Does & finds things',
      homepage: 'https://acme.example',
      sourceUrl: 'https://github.com/acme/tool',
      dependsOn: [byName.get('app/lib/core-1.jar')?.key],
      completeness: 'incomplete',
    });
  });

  it('licence and vendor of the manifest, where there is no POM', () => {
    const bytes = jar(
      manifest({
        'Bundle-License': '"EPL-2.0";link="https://x", https://www.gnu.org/gpl',
        'Bundle-Vendor': 'Acme',
      }),
    );
    expect(catalogue(javaArchive, { 'tool-1.jar': bytes }).packages[0]).toMatchObject({
      licences: [{ text: 'EPL-2.0' }, { text: 'https://www.gnu.org/gpl' }],
      supplier: { name: 'Acme' },
    });
  });

  const bom = JSON.stringify({
    bomFormat: 'CycloneDX',
    metadata: {
      component: {
        'bom-ref': 'root',
        group: 'com.acme',
        name: 'shop',
        version: '1',
        purl: 'pkg:maven/com.acme/shop@1',
      },
    },
    components: [
      {
        'bom-ref': 'a',
        group: 'org.core',
        name: 'core',
        version: '1',
        purl: 'pkg:maven/org.core/core@1',
        licenses: [{ license: { id: 'MIT' } }],
      },
      { 'bom-ref': 'b', group: 'org.left', name: 'out', version: '2', purl: 'pkg:maven/org.left/out@2' },
      { 'bom-ref': 'c', name: 'x', version: '2', purl: 'pkg:npm/x@2' },
    ],
    dependencies: [{ ref: 'root', dependsOn: ['a', 'b', 'c', 'nobody'] }],
  });

  it('the SBOM that Spring Boot puts in adds licences to what is there', () => {
    const { packages } = catalogue(javaArchive, {
      'shop-1.jar': maven('com.acme', 'shop', '1', {
        'BOOT-INF/lib/core-1.jar': maven('org.core', 'core', '1'),
        'META-INF/sbom/application.cdx.json': bom,
      }),
    });
    expect(packages.map(({ name, licences }) => [name, licences])).toEqual([
      ['shop', []],
      ['core', [{ text: 'MIT', style: 'spdx' }]],
    ]);
  });

  it('and names what was unpacked where nothing else does', () => {
    const { packages } = catalogue(javaArchive, {
      'shop-1.jar': maven('com.acme', 'shop', '1', { 'META-INF/sbom/application.cdx.json': bom }),
    });
    expect(packages.map(({ name, properties: found }) => [name, found?.['java.evidence']])).toEqual([
      ['shop', 'pom.properties'],
      ['core', 'sbom'],
      ['out', 'sbom'],
    ]);
    expect([...new Set(packages[0]?.dependsOn)]).toEqual(packages.slice(1).map(({ key }) => key));
  });
});

describe('a hostile Java archive', () => {
  it(`nests 120 deep: what lies more than ${DEEPEST_NESTING} deep is listed as unknown`, () => {
    let bytes = maven('com.acme', 'inner', '120');
    for (let depth = 119; depth > 0; depth--) bytes = jar({ [`level-${depth}.0.jar`]: bytes });
    const { packages, reports } = catalogue(javaArchive, { 'outer-1.0.jar': bytes });
    expect(packages).toHaveLength(DEEPEST_NESTING + 1);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatch(/level-17\.0\.jar: It lies more than 16 archives deep\.$/);
  });

  it('inflates to gigabytes: what is too much is unknown, and the rest there', () => {
    const bomb = makeZip({ ...manifest(), 'x.jar': { content: Buffer.alloc(70_000_000) } });
    const claim = makeZip({ ...manifest(), 'y.jar': { content: 'y', claimedSize: 0xfffffff0 } });
    const large = makeZip({
      ...manifest(),
      'z.jar': { content: randomBytes(300_000), claimedSize: 300_000_000 },
    });
    const { packages, reports } = catalogue(javaArchive, {
      'app-1.0.jar': jar({
        'bomb-1.0.jar': bomb,
        'claim-1.0.jar': claim,
        'large-1.0.jar': large,
        'fine-1.0.jar': jar(),
      }),
    });
    expect(packages.map(({ name }) => name)).toEqual(['app', 'bomb', 'claim', 'large', 'fine']);
    expect(reports).toEqual([
      'app-1.0.jar: bomb-1.0.jar!x.jar: The zip archive is broken: its end record is missing.',
      'app-1.0.jar: claim-1.0.jar!y.jar: The zip archive is broken: its end record is missing.',
      expect.stringMatching(
        /^app-1\.0\.jar: large-1\.0\.jar!z\.jar: 300\d{6} bytes of it would be inflated at once\.$/,
      ),
    ]);
  });

  it('broken in one place is read in all others', () => {
    const bytes = jar({
      ...properties('com.acme', 'good', '1'),
      'META-INF/maven/com.acme/good/pom.xml': 'no XML',
      'META-INF/maven/com.acme/bad/pom.properties': { content: 'artifactId=bad', isEncrypted: true },
      'lib/broken-1.0.jar': 'no archive',
    });
    const { packages, reports } = catalogue(javaArchive, {
      'good-1.jar': bytes,
      'text.jar': Buffer.from('text'),
      'other.rar': Buffer.from('Rar!'),
    });
    expect(packages.map(({ name }) => name)).toEqual(['good']);
    expect(reports).toEqual([
      'good-1.jar: META-INF/maven/com.acme/bad/pom.properties: The zip archive is broken: entry "META-INF/maven/com.acme/bad/pom.properties" is encrypted.',
      'good-1.jar: META-INF/maven/com.acme/good/pom.xml: It has no XML element.',
      'good-1.jar: lib/broken-1.0.jar: The zip archive is broken: its end record is missing.',
      'text.jar: The zip archive is broken: its end record is missing.',
    ]);
  });

  it('a thousand broken parts are not a thousand lines', () => {
    const parts = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [`${index}.jar`, 'no archive']),
    );
    const { reports } = catalogue(javaArchive, { 'a-1.jar': jar(parts) });
    expect(reports).toHaveLength(50);
    expect(reports.at(-1)).toBe('a-1.jar: More in it could not be read.');
  });

  it('a POM that grows when its properties are put in, or nests for ever', () => {
    const grow = Array.from(
      { length: 9 },
      (_, index) => `<p${index}>${`\${p${index + 1}}`.repeat(100)}</p${index}>`,
    ).join('');
    const poms = [
      `<project><artifactId>tool</artifactId><properties>${grow}</properties><version>\${p0}</version></project>`,
      '<a>'.repeat(100_000),
      '<project><artifactId>'.repeat(40),
      `<project>${'<!>'.repeat(100_000)}`,
    ];
    for (const pom of poms) {
      const { packages } = catalogue(javaArchive, {
        'tool-1.jar': jar({ 'META-INF/maven/a/tool/pom.xml': pom }),
      });
      expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual(['tool 1']);
    }
  });

  it('whatever is changed or cut, reading ends', () => {
    const bytes = jar(
      {
        ...properties('com.acme', 'tool', '1'),
        'META-INF/maven/com.acme/tool/pom.xml': { content: POM, isStored: true },
      },
      { 'lib/a-1.jar': { content: maven('com.acme', 'a', '1'), isStored: true } },
    );
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 10 }), fc.nat(bytes.length), (changes, length) => {
        const broken = Buffer.from(bytes);
        for (const { at, to } of changes) broken[at] = to;
        for (const file of [broken, broken.subarray(0, length)]) {
          const { packages, reports } = catalogue(javaArchive, { 'tool-1.jar': file });
          expect(packages.length).toBeLessThan(5);
          expect(reports.length).toBeLessThanOrEqual(50);
        }
      }),
    );
  });
});
