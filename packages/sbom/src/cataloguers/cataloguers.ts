import { apk } from './alpine/apk.ts';
import { binaryClassifier } from './binary/binary-classifier.ts';
import { elfPackageNote } from './binary/elf-package-note.ts';
import type { Cataloguer } from './cataloguer.ts';
import { condaMeta } from './conda/conda-meta.ts';
import { dpkg } from './debian/dpkg.ts';
import { opkg } from './debian/opkg.ts';
import { osRelease } from './distribution/os-release.ts';
import { dotnetDeps } from './dotnet/deps-json.ts';
import { nugetLock } from './dotnet/nuget-lock.ts';
import { packagesConfig } from './dotnet/packages-config.ts';
import { apkDocuments } from './embedded/apk-documents.ts';
import { bitnami } from './embedded/bitnami.ts';
import { dockerHardened } from './embedded/docker-hardened.ts';
import { wheelDocuments } from './embedded/wheel-documents.ts';
import { githubActions } from './github-actions/github-actions.ts';
import { goBinary } from './go/go-binary.ts';
import { goModule } from './go/go-module.ts';
import { helmCharts } from './helm/helm-charts.ts';
import { gradleLockfile } from './java/gradle-lockfile.ts';
import { javaArchive } from './java/java-archive.ts';
import { jvm } from './java/jvm.ts';
import { mavenProject } from './java/maven-project.ts';
import { bunLock } from './javascript/bun-lock.ts';
import { denoLock } from './javascript/deno-lock.ts';
import { npmInstalled } from './javascript/npm-installed.ts';
import { npmLock } from './javascript/npm-lock.ts';
import { pnpmLock } from './javascript/pnpm-lock.ts';
import { yarnLock } from './javascript/yarn-lock.ts';
import { yarnPnp } from './javascript/yarn-pnp.ts';
import { composerInstalled, composerLock } from './php/composer.ts';
import { pythonInstalled } from './python/installed.ts';
import { pythonLockFiles } from './python/lock-files.ts';
import { rpm } from './rpm/rpm.ts';
import { gemfileLock } from './ruby/gemfile-lock.ts';
import { rubyInstalled } from './ruby/installed-gems.ts';
import { cargoLock } from './rust/cargo-lock.ts';
import { rustBinary } from './rust/rust-binary.ts';

/** Every cataloguer there is. The order does not matter; a new one is entered here. */
export const CATALOGUERS: readonly Cataloguer<unknown>[] = [
  apk,
  apkDocuments,
  binaryClassifier,
  bitnami,
  bunLock,
  cargoLock,
  composerInstalled,
  composerLock,
  condaMeta,
  denoLock,
  dockerHardened,
  dotnetDeps,
  dpkg,
  elfPackageNote,
  gemfileLock,
  githubActions,
  goBinary,
  goModule,
  gradleLockfile,
  helmCharts,
  javaArchive,
  jvm,
  mavenProject,
  npmInstalled,
  npmLock,
  nugetLock,
  opkg,
  osRelease,
  packagesConfig,
  pnpmLock,
  pythonInstalled,
  pythonLockFiles,
  rpm,
  rubyInstalled,
  rustBinary,
  wheelDocuments,
  yarnLock,
  yarnPnp,
];
