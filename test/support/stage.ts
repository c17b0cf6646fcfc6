import {
  cosignTag,
  type ManifestContent,
  makeAttestationChild,
  makeImage,
  makeIndex,
  makeReferrer,
  type RegistryOptions,
  randomLayer,
  seed,
  startRegistry,
  type TestRegistry,
} from '@artifact-lifecycle/testing';
import { openWorkplace, type Workplace } from '../../packages/tooling/src/bench/workplace.ts';
import type { StepResult } from '../../packages/tooling/src/start/runner.ts';
import { type ActionStep, runAction } from './runner.ts';

/** Two registries, an image in the first, and jobs that promote it. */
export interface Stage {
  readonly workplace: Workplace;
  readonly dev: TestRegistry;
  readonly prod: TestRegistry;
  /** `host/dev/api:1.0.0`. */
  readonly source: string;
  readonly image: ManifestContent;
  /** Runs the action in a job of its own. */
  promote(inputs: Readonly<Record<string, string>>, step?: Partial<ActionStep>): Promise<StepResult>;
}

/** Where the image is seeded. */
export const REPOSITORY = 'dev/api';
/** Its tag. */
export const VERSION = '1.0.0';

/** How the two registries differ from the strict OCI 1.1 registry that is open to everyone. */
export interface StageOptions {
  readonly dev?: RegistryOptions;
  readonly prod?: RegistryOptions;
  readonly layerSize?: number;
}

/** Starts both registries and seeds {@link makeStageImage} with all that is attached to it. */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const workplace = await openWorkplace('e2e');
  const dev = await startRegistry(options.dev);
  workplace.onClose(() => dev.close());
  const prod = await startRegistry(options.prod);
  workplace.onClose(() => prod.close());
  const image = makeStageImage('stage', options.layerSize);
  await seedImage(dev, REPOSITORY, image, VERSION);
  return {
    workplace,
    dev,
    prod,
    source: `${dev.host}/${REPOSITORY}:${VERSION}`,
    image,
    promote: async (inputs, step) =>
      runAction('promote', { inputs, directory: await workplace.place('job'), ...step }),
  };
}

/**
 * Makes an image with what the real ones have: two platforms that share a layer, an attestation among the
 * platforms, and an index inside the index. The bytes depend on the seed alone.
 */
export function makeStageImage(seedText: string, layerSize = 20_000): ManifestContent {
  const base = randomLayer(`${seedText} base`, layerSize);
  const platforms = (['amd64', 'arm64'] as const).map((architecture) =>
    makeImage({
      platform: { os: 'linux', architecture },
      layers: [
        base,
        randomLayer(`${seedText} ${architecture}`, layerSize),
        randomLayer(`${seedText} ${architecture} app`, layerSize),
      ],
    }),
  );
  const [first] = platforms;
  const attestations = first === undefined ? [] : [makeAttestationChild(first)];
  return makeIndex([makeIndex([...platforms, ...attestations]), ...platforms]);
}

/**
 * Seeds an image with its tag and what is attached: an SBOM, a signature on the SBOM, provenance on a platform,
 * and cosign's old tag.
 */
export async function seedImage(
  registry: TestRegistry,
  repository: string,
  image: ManifestContent,
  tag: string,
): Promise<void> {
  await seed(registry, repository, image, { tags: [tag] });
  const sbom = makeReferrer({ subject: image, artifactType: 'application/vnd.cyclonedx+json' });
  const signature = makeReferrer({
    subject: sbom,
    artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    annotations: { 'dev.sigstore.bundle.predicateType': 'https://sigstore.dev/cosign/sign/v1' },
  });
  const [platform = image] = image.children.flatMap((child) => child.children);
  const provenance = makeReferrer({ subject: platform, artifactType: 'application/vnd.in-toto+json' });
  for (const referrer of [sbom, signature, provenance]) await seed(registry, repository, referrer);
  const legacy = makeImage({ layers: ['a signature as cosign wrote it before version 3'] });
  await seed(registry, repository, legacy, { tags: [cosignTag(image.digest, 'sig')] });
}

/** The lines of a registry's log that changed something, or began to: what it did not refuse. */
export function writesOf(registry: TestRegistry): readonly string[] {
  return registry.log.lines({
    method: ['POST', 'PUT', 'PATCH', 'DELETE'],
    path: /^\/v2\//,
    when: ({ status }) => status < 400,
  });
}

/** The output `json`. */
export function jsonOf(result: StepResult): Readonly<Record<string, unknown>> {
  return JSON.parse(result.outputs.get('json') ?? 'null') ?? {};
}
