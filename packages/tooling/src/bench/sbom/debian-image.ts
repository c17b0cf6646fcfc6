import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { findProgram } from '../contestant.ts';
import { unpackNode, unpackNpm } from './npm-archive.ts';
import { findAuditable, findSyft } from './peer.ts';
import type { LayerStep, RootTree } from './root-tree.ts';

/** Changes when the steps do: an image of another recipe is made anew. */
export const DEBIAN_IMAGE = 'debian-2';

/** What this machine needs to make it, beside npm. */
export const DEBIAN_IMAGE_NEEDS = ['debootstrap', 'unshare', 'tar', 'npm', 'pip', 'mvn'] as const;

/** Newer releases of npm packages do not take part, so that the image stays about the same. */
const NPM_BEFORE = '2025-10-01';
const NODE_PACKAGES = [
  ...['express', 'lodash', 'axios', 'react', 'react-dom', 'rxjs', 'graphql', 'mongoose', 'sequelize', 'zod'],
  ...['@nestjs/core', '@nestjs/common', '@aws-sdk/client-s3', '@grpc/grpc-js', 'webpack', 'typescript'],
  ...['eslint', '@babel/preset-env', '@babel/core', 'jest', 'date-fns', 'esbuild', 'sharp', 'commander'],
];
const PYTHON_PACKAGES = [
  ...['numpy==2.1.3', 'django==5.1.4', 'flask==3.1.0', 'fastapi==0.115.6', 'boto3==1.35.80'],
  ...['sqlalchemy==2.0.36', 'cryptography==44.0.0', 'celery==5.4.0', 'pillow==11.0.0', 'requests==2.31.0'],
  ...['uvicorn==0.34.0', 'jinja2==3.1.4', 'lxml==5.3.0'],
];
const SPRING_STARTERS = ['web', 'data-jpa', 'actuator', 'security', 'webflux', 'validation', 'data-redis'];
const JAVA_ARCHIVES = [
  'org.openapitools:openapi-generator-cli:7.9.0:jar',
  'org.apache.hadoop:hadoop-client-runtime:3.4.1:jar',
  'org.apache.logging.log4j:log4j-core:2.14.1:jar',
  'org.jolokia:jolokia-war:1.7.2:war',
  'com.google.guava:guava:33.3.1-jre:jar',
  'org.apache.kafka:kafka-clients:3.9.0:jar',
  'io.grpc:grpc-netty-shaded:1.68.2:jar',
  'org.apache.lucene:lucene-core:9.12.0:jar',
];
const GO_PROGRAMS = ['crane', 'regctl', 'oras'] as const;

const SITE_PACKAGES = 'usr/local/lib/python3.11/site-packages';

/** The layers of a service that grew for years: Debian, four languages, and what later builds changed of them. */
export const DEBIAN_LAYERS: readonly LayerStep[] = [
  {
    name: 'base',
    format: 'gnu',
    apply: async (tree) => {
      await tree.run('debootstrap', '--variant=minbase', 'bookworm', tree.directory);
      await cleanApt(tree);
    },
  },
  {
    name: 'runtimes',
    format: 'pax',
    apply: (tree) =>
      installDebian(
        tree,
        'python3',
        'python3-yaml',
        'python3-requests',
        'openssl',
        'ca-certificates',
        'gnupg',
      ),
  },
  {
    name: 'busybox, and gnupg removed',
    format: 'gnu',
    apply: async (tree) => {
      await tree.runInside('apt-get', 'purge', '--yes', '--auto-remove', 'gnupg');
      await installDebian(tree, 'busybox', 'libxml2');
    },
  },
  {
    name: 'node',
    format: 'pax',
    apply: async (tree) => {
      await unpackNode(tree, '20.18.1');
      await unpackNpm(tree, 'npm@10.8.2', 'usr/local/lib/node_modules/npm');
      await unpackNpm(tree, 'corepack@0.34.0', 'usr/local/lib/node_modules/corepack');
      await unpackNpm(tree, 'yarn@1.22.22', 'opt/yarn-v1.22.22');
    },
  },
  {
    name: 'node application',
    format: 'gnu',
    apply: async (tree) => {
      await mkdir(tree.at('app'));
      const manifest = { name: 'shop', version: '3.2.1', license: 'Apache-2.0', private: true };
      await writeFile(tree.at('app/package.json'), JSON.stringify(manifest, undefined, 2));
      const how = [
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        `--before=${NPM_BEFORE}`,
      ];
      await tree.run('npm', 'install', '--prefix', tree.at('app'), ...how, ...NODE_PACKAGES);
    },
  },
  {
    name: 'python packages',
    format: 'pax',
    apply: (tree) => installPython(tree, PYTHON_PACKAGES),
  },
  { name: 'java applications', format: 'gnu', apply: installJava },
  { name: 'programs', format: 'gnu', apply: installPrograms },
  {
    name: 'upkeep',
    format: 'pax',
    apply: async (tree) => {
      await rm(tree.at('app/node_modules/lodash'), { recursive: true });
      // In the place of a directory another of the same name: an opaque whiteout.
      await rm(tree.at('app/node_modules/commander'), { recursive: true });
      await unpackNpm(tree, 'commander@12.1.0', 'app/node_modules/commander');
      await removePython(tree, 'requests');
      await installPython(tree, ['requests==2.32.3', '--no-deps']);
      await rm(tree.at('opt/java/log4j-core-2.14.1.jar'));
      await copyArchive(tree, 'org.apache.logging.log4j:log4j-core:2.24.3:jar');
      await installDebian(tree, 'curl');
    },
  },
];

async function installDebian(tree: RootTree, ...packages: readonly string[]): Promise<void> {
  await cp('/etc/resolv.conf', tree.at('etc/resolv.conf'), { dereference: true });
  await tree.runInside('apt-get', 'update');
  await tree.runInside('apt-get', 'install', '--yes', '--no-install-recommends', ...packages);
  await cleanApt(tree);
}

async function cleanApt(tree: RootTree): Promise<void> {
  await tree.runInside('apt-get', 'clean');
  await tree.runInside('sh', '-c', 'rm -rf /var/lib/apt/lists/* /var/log/*.log /tmp/* /etc/resolv.conf');
}

async function installPython(tree: RootTree, what: readonly string[]): Promise<void> {
  // For the image's Python, whatever this machine's is.
  const how = ['--python-version=3.11', '--only-binary=:all:', '--no-compile', '--quiet', '--upgrade'];
  await tree.run('pip', 'install', '--target', tree.at(SITE_PACKAGES), ...how, ...what);
}

async function removePython(tree: RootTree, name: string): Promise<void> {
  await tree.run('sh', '-c', 'rm -r "$1/$2" "$1/$2"-*.dist-info', 'sh', tree.at(SITE_PACKAGES), name);
}

async function installJava(tree: RootTree): Promise<void> {
  const project = join(tree.scratch, 'shop');
  await mkdir(project, { recursive: true });
  await writeFile(join(project, 'pom.xml'), writePom());
  await tree.run('mvn', '--batch-mode', '--quiet', '--file', join(project, 'pom.xml'), 'package');
  await mkdir(tree.at('opt/java'), { recursive: true });
  await cp(join(project, 'target', 'shop-3.2.1.jar'), tree.at('opt/java/shop.jar'));
  for (const archive of JAVA_ARCHIVES) await copyArchive(tree, archive);
}

async function copyArchive(tree: RootTree, artifact: string): Promise<void> {
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
  const what = [`-Dartifact=${artifact}`, `-DoutputDirectory=${tree.at('opt/java')}`];
  await tree.run('mvn', '--batch-mode', '--quiet', goal, ...what);
}

/** A Spring Boot application without a class of its own: an archive of archives. */
function writePom(): string {
  const dependencies = SPRING_STARTERS.map(
    (name) =>
      `<dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-${name}</artifactId></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent>
    <groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>3.3.6</version>
  </parent>
  <groupId>com.acme</groupId><artifactId>shop</artifactId><version>3.2.1</version>
  <dependencies>${dependencies.join('')}</dependencies>
  <build><plugins><plugin>
    <groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId>
    <configuration><mainClass>com.acme.Shop</mainClass></configuration>
  </plugin></plugins></build>
</project>
`;
}

async function installPrograms(tree: RootTree): Promise<void> {
  await mkdir(tree.at('usr/local/bin'), { recursive: true });
  const found = GO_PROGRAMS.map((name) => findProgram(name));
  const programs = [...found, await findSyft(), await findAuditable()];
  for (const program of programs) {
    if (program !== undefined) await cp(program, tree.at(join('usr/local/bin', basename(program))));
  }
}
