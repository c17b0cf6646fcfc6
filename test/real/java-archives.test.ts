import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { javaArchive } from '../../packages/sbom/src/cataloguers/java/java-archive.ts';
import { catalogue } from '../../packages/sbom/test/support/files.ts';
import { makeZip } from '../../packages/sbom/test/support/zip.ts';
import { runChecked } from '../../packages/tooling/src/bench/process.ts';
import { describeWithTools } from '../support/tools.ts';

/** What Maven is asked for: by Maven and by Gradle, with and without pom.properties, bundles, shaded ones. */
const ARTIFACTS = [
  'com.fasterxml.jackson.core:jackson-core:2.15.2',
  'com.fasterxml.jackson.core:jackson-databind:2.15.2',
  'com.google.guava:guava:29.0-jre',
  'com.h2database:h2:2.2.224',
  'commons-lang:commons-lang:2.6',
  'io.netty:netty-handler:4.1.100.Final',
  'io.quarkus.gizmo:gizmo:1.7.0',
  'log4j:log4j:1.2.17',
  'org.apache.commons:commons-compress:1.19',
  'org.apache.hadoop.thirdparty:hadoop-shaded-guava:1.1.1',
  'org.apache.logging.log4j:log4j-1.2-api:2.14.1',
  'org.apache.logging.log4j:log4j-core:2.14.1',
  'org.slf4j:slf4j-api:1.7.30',
  'org.springframework:spring-core:5.3.39',
  'org.springframework.boot:spring-boot:2.7.18',
  'org.yaml:snakeyaml:1.33',
];

/** Maven fetches the artifacts, once for each machine. */
const PATIENCE = 300_000;

describeWithTools('Java archives that Maven fetched', ['mvn'], ({ mvn }) => {
  /** Contents by file name. */
  const jars: Record<string, Buffer> = {};

  beforeAll(async () => {
    const folder = join(process.env['ARTIFACT_LIFECYCLE_TOOLS'] ?? '', '../jars');
    const fetched = await readdir(folder).catch(() => []);
    if (fetched.length !== ARTIFACTS.length) await fetchInto(folder, mvn);
    for (const file of (await readdir(folder)).sort()) jars[file] = await readFile(join(folder, file));
  }, PATIENCE);

  it('each is who Maven says', () => {
    const { packages, reports } = catalogue(javaArchive, jars);
    expect(reports).toEqual([]);
    const archives = packages.filter(({ hashes }) => hashes?.length !== 0);
    expect(archives.map(({ namespace, name, version }) => `${namespace}:${name}:${version}`).sort()).toEqual(
      [...ARTIFACTS].sort(),
    );
  });

  it('what was unpacked into one stands for itself', () => {
    const file = 'hadoop-shaded-guava-1.1.1.jar';
    const { packages } = catalogue(javaArchive, { [file]: jars[file] ?? '' });
    expect(packages.map(({ namespace, name }) => `${namespace}:${name}`)).toEqual(
      expect.arrayContaining(['com.google.guava:guava', 'com.google.guava:failureaccess']),
    );
  });

  it('POMs say which needs which', () => {
    const { packages } = catalogue(javaArchive, jars);
    const [databind] = packages.filter(({ name }) => name === 'jackson-databind');
    const keys = packages.filter(({ name }) => name === 'jackson-core').map(({ key }) => key);
    expect(keys).toHaveLength(1);
    expect(databind?.dependsOn).toEqual(expect.arrayContaining(keys));
  });

  it('a program of Spring Boot holds them all', () => {
    const libraries = Object.entries(jars).map(([file, content]) => [
      `BOOT-INF/lib/${file}`,
      { content, isStored: true },
    ]);
    const program = makeZip(
      { 'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\n', ...Object.fromEntries(libraries) },
      { prefix: Buffer.from('#!/bin/bash\nexec java -jar "$0"\n') },
    );
    const { packages } = catalogue(javaArchive, { 'srv/shop.jar': program });
    const paths = packages
      .filter(({ hashes }) => hashes?.length !== 0)
      .map(({ occurrences }) => occurrences[0]?.path);
    expect(paths).toEqual([
      'srv/shop.jar',
      ...Object.keys(jars).map((file) => `srv/shop.jar!BOOT-INF/lib/${file}`),
    ]);
  });
});

/** Fetches all artifacts and nothing that they need; the folder is there when they all are. */
async function fetchInto(folder: string, mvn: string): Promise<void> {
  const project = await mkdtemp(join(tmpdir(), 'java-archives-'));
  try {
    const dependencies = ARTIFACTS.map((artifact) => {
      const [group, name, version] = artifact.split(':');
      return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`;
    });
    await writeFile(
      join(project, 'pom.xml'),
      `<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version>
       <dependencies>${dependencies.join('')}</dependencies></project>`,
    );
    const options = ['-q', '-B', '-DexcludeTransitive=true', `-DoutputDirectory=${join(project, 'jars')}`];
    await runChecked(mvn, [...options, 'dependency:copy-dependencies'], { cwd: project, timeout: PATIENCE });
    await rm(folder, { recursive: true, force: true });
    await mkdir(join(folder, '..'), { recursive: true });
    await rename(join(project, 'jars'), folder);
  } finally {
    await rm(project, { recursive: true, force: true });
  }
}
