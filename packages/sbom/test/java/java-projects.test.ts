import { describe, expect, it } from '@jest/globals';
import { gradleLockfile } from '../../src/cataloguers/java/gradle-lockfile.ts';
import { jvm } from '../../src/cataloguers/java/jvm.ts';
import { mavenProject } from '../../src/cataloguers/java/maven-project.ts';
import { catalogue } from '../support/files.ts';

const ROOT = `<project>
  <groupId>com.acme</groupId><artifactId>shop</artifactId><version>1.0</version>
  <properties><slf4j.version>1.7.30</slf4j.version></properties>
  <dependencyManagement><dependencies>
    <dependency><groupId>org.managed</groupId><artifactId>managed</artifactId><version>4.2</version></dependency>
  </dependencies></dependencyManagement>
  <dependencies>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-api</artifactId><version>\${slf4j.version}</version></dependency>
    <dependency><groupId>org.managed</groupId><artifactId>managed</artifactId></dependency>
    <dependency><groupId>org.elsewhere</groupId><artifactId>elsewhere</artifactId><version>\${who.knows}</version></dependency>
    <dependency><groupId>org.range</groupId><artifactId>range</artifactId><version>[1.0,2.0)</version></dependency>
    <dependency><groupId>org.test</groupId><artifactId>test</artifactId><version>1</version><scope>test</scope></dependency>
    <dependency><groupId>com.acme</groupId><artifactId>core</artifactId><version>\${project.version}</version></dependency>
  </dependencies>
</project>`;
const CORE = `<project><parent><groupId>com.acme</groupId><artifactId>shop</artifactId><version>1.0</version></parent>
  <artifactId>core</artifactId></project>`;

describe('Maven projects', () => {
  it('what their POMs ask for, with properties put in and versions managed', () => {
    const { packages, reports } = catalogue(mavenProject, { 'pom.xml': ROOT, 'core/pom.xml': CORE });
    expect(reports).toEqual([]);
    expect(
      packages.map(
        ({ namespace, name, version, scope }) => `${namespace}:${name}:${version ?? ''} ${scope ?? ''}`,
      ),
    ).toEqual([
      'com.acme:core:1.0 ',
      'com.acme:shop:1.0 ',
      'org.slf4j:slf4j-api:1.7.30 ',
      'org.managed:managed:4.2 ',
      'org.elsewhere:elsewhere: ',
      'org.range:range: ',
      'org.test:test:1 development',
    ]);
    const [core, shop, ...others] = packages;
    expect(shop?.dependsOn).toEqual([...others.map(({ key }) => key), core?.key]);
  });

  it('a POM of nothing is none, and a broken one is unknown', () => {
    const { packages, reports } = catalogue(mavenProject, { 'a/pom.xml': '<settings/>', 'pom.xml': '' });
    expect(packages).toEqual([]);
    expect(reports).toEqual(['pom.xml: It has no XML element.']);
  });
});

it('gradle.lockfile: every artifact, and which are for development', () => {
  const lock = `# This is a Gradle generated file for dependency locking.
org.slf4j:slf4j-api:1.7.30=compileClasspath,runtimeClasspath,testRuntimeClasspath
org.junit:junit-bom:5.9=testCompileClasspath,testRuntimeClasspath
com.acme:android:1=releaseRuntimeClasspath
com.puppycrawl:checkstyle:10=checkstyle
empty=annotationProcessor
`;
  const { packages } = catalogue(gradleLockfile, { 'gradle.lockfile': lock });
  expect(
    packages.map(({ namespace, name, version, scope }) => `${namespace}:${name}:${version} ${scope ?? ''}`),
  ).toEqual([
    'org.slf4j:slf4j-api:1.7.30 ',
    'org.junit:junit-bom:5.9 development',
    'com.acme:android:1 ',
    'com.puppycrawl:checkstyle:10 development',
  ]);
});

describe('Java runtimes', () => {
  it.each([
    {
      name: 'OpenJDK of Debian',
      release:
        'IMPLEMENTOR="Debian"\nJAVA_RUNTIME_VERSION="17.0.15+6-Debian-1deb12u1"\nJAVA_VERSION="17.0.15"\nOS_ARCH="x86_64"\n',
      expected: {
        name: 'openjdk',
        version: '17.0.15+6',
        supplier: { name: 'Debian' },
        cpes: ['cpe:2.3:a:oracle:openjdk:17.0.15:*:*:*:*:*:*:*'],
      },
    },
    {
      name: 'Temurin',
      release:
        'IMPLEMENTOR="Eclipse Adoptium"\nIMAGE_TYPE="JRE"\nJAVA_RUNTIME_VERSION="21.0.2+13-LTS"\nJAVA_VERSION="21.0.2"\n',
      expected: {
        name: 'openjdk',
        version: '21.0.2+13-LTS',
        properties: { 'jvm.imageType': 'JRE', 'jvm.runtimeVersion': '21.0.2+13-LTS' },
      },
    },
    {
      name: 'of old',
      release: 'JAVA_VERSION="1.8.0_352"\nOS_NAME="Linux"\n',
      expected: {
        name: 'openjdk',
        version: '1.8.0_352',
        cpes: ['cpe:2.3:a:oracle:openjdk:1.8.0:update352:*:*:*:*:*:*'],
      },
    },
    {
      name: "Oracle's",
      release:
        'IMPLEMENTOR="Oracle Corporation"\nBUILD_TYPE="commercial"\nJAVA_VERSION="19.0.1"\nJAVA_RUNTIME_VERSION="19.0.1+10-21"\n',
      expected: { name: 'jdk', version: '19.0.1+10-21' },
    },
    {
      name: 'GraalVM',
      release: 'IMPLEMENTOR="GraalVM Community"\nJAVA_VERSION="17.0.8"\nGRAALVM_VERSION="23.0.1"\n',
      expected: { name: 'graalvm', version: '17.0.8' },
    },
  ])('$name', ({ release, expected }) => {
    const { packages } = catalogue(jvm, { 'opt/java/openjdk/release': release });
    expect(packages).toHaveLength(1);
    expect(packages[0]).toMatchObject({
      type: 'generic',
      namespace: 'oracle',
      kind: 'application',
      ...expected,
    });
  });

  it('a file of that name that is of something else is none', () => {
    expect(catalogue(jvm, { 'opt/x/release': 'VERSION=1\n', 'etc/release': 'JAVA_VERSION="1"' })).toEqual({
      packages: [],
      reports: [],
    });
  });
});
