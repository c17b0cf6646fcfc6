import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@artifact-lifecycle/core';
import { createHttpClient } from '@artifact-lifecycle/core/http';
import {
  attachReferrer,
  createConnections,
  parseDigest,
  parseRepository,
} from '@artifact-lifecycle/registry';
import type { ManifestContent } from '@artifact-lifecycle/testing';
import { runChecked } from '../process.ts';
import type { SigningArena } from './contestants.ts';

/** What lies beside the signature that is looked for: fifteen referrers, as a busy project has them. */
const CROWD = { sboms: 5, provenances: 5, documents: 5 } as const;

/** Components of each SBOM: some 3 MB, as the SBOM of a distribution with its packages' files has. */
const COMPONENTS = 15_000;

export const CROWD_DESCRIPTION =
  '5 attested CycloneDX documents of 3 MB, 5 attested provenances, 5 plain documents';

/** Attaches the crowd, the signed part of it by cosign with the arena's key. */
export async function attachCrowd(
  cosign: string,
  arena: SigningArena,
  {
    host,
    repository,
    image,
  }: { readonly host: string; readonly repository: string; readonly image: ManifestContent },
  directory: string,
): Promise<void> {
  const env = { PATH: process.env['PATH'], HOME: directory, COSIGN_PASSWORD: arena.password };
  const attest = async (type: string, name: string, predicate: unknown): Promise<void> => {
    const file = join(directory, name);
    await writeFile(file, JSON.stringify(predicate));
    const how = ['--yes', '--key', arena.privateKey, '--signing-config', arena.stack.offlineConfigFile];
    const what = ['--type', type, '--predicate', file, `${host}/${repository}@${image.digest}`];
    await runChecked(cosign, ['attest', ...how, ...what], { cwd: directory, env });
  };
  for (let number = 0; number < CROWD.sboms; number++) {
    await attest('cyclonedx', `sbom-${number}.json`, makeSbom(number));
  }
  for (let number = 0; number < CROWD.provenances; number++) {
    await attest('slsaprovenance1', `provenance-${number}.json`, makeProvenance(number));
  }
  await attachDocuments(`${host}/${repository}`, image.digest);
}

/** Attaches documents that nobody signed: where the registry lists no referrers, under the tag that does. */
async function attachDocuments(repository: string, image: string): Promise<void> {
  const http = createHttpClient({ userAgent: 'artifact-lifecycle/bench', environment: {} });
  try {
    const connections = createConnections({ http, clock: systemClock, credentials: [] });
    const registry = connections.open(parseRepository(repository, 'bench'));
    const subject = await registry.resolve(parseDigest(image, 'bench'));
    if (subject === undefined) throw new Error(`${repository}@${image} is not there`);
    for (let number = 0; number < CROWD.documents; number++) {
      const document = { bomFormat: 'CycloneDX', specVersion: '1.6', version: number + 1 };
      const bytes = Buffer.from(JSON.stringify(document));
      await attachReferrer(registry, {
        subject,
        mediaType: 'application/vnd.cyclonedx+json',
        bytes,
        annotations: {},
      });
    }
  } finally {
    http.close();
  }
}

function makeSbom(number: number): unknown {
  const components = Array.from({ length: COMPONENTS }, (_, index) => ({
    type: 'library',
    'bom-ref': `pkg:deb/debian/package-${index}@1.${number}.${index}?arch=amd64`,
    name: `package-${index}`,
    version: `1.${number}.${index}`,
    purl: `pkg:deb/debian/package-${index}@1.${number}.${index}?arch=amd64&distro=debian-12`,
  }));
  return { bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, components };
}

function makeProvenance(number: number): unknown {
  return {
    buildDefinition: {
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      externalParameters: {
        workflow: {
          ref: 'refs/heads/main',
          repository: 'https://github.com/acme/app',
          path: '.github/workflows/release.yml',
        },
      },
    },
    runDetails: {
      builder: { id: 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main' },
      metadata: { invocationId: `https://github.com/acme/app/actions/runs/${number}/attempts/1` },
    },
  };
}
