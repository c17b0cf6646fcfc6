import {
  type ActionContext,
  createProgress,
  type Main,
  readPolicyInputs,
} from '@artifact-lifecycle/core/action';
import {
  type Connections,
  connectRegistries,
  formatReference,
  openRegistry,
  type Reference,
  resolveSource,
} from '@artifact-lifecycle/registry';
import { type DescribeProgress, describeDirectory, describeImage } from '@artifact-lifecycle/sbom';
import { attachAll } from './attachments.ts';
import { compareWith } from './comparison.ts';
import type { Comparison, Description } from './description.ts';
import { readDocumentContext } from './document-context.ts';
import { makeDocuments, saveDocuments } from './documents.ts';
import type { sbom } from './inputs.ts';
import { factsOf, outputsOf } from './outputs.ts';
import { readRequest, type SbomRequest } from './request.ts';
import { summarise, verdictOf } from './summary.ts';

type Context = ActionContext<typeof sbom>;

/** Lists what is inside, writes it as documents, attaches them, and says what has changed. */
export const main: Main<typeof sbom> = async (inputs, context) => {
  const { log, env, clock, workspace, summary } = context;
  const { registries } = await readPolicyInputs(inputs, context);
  const request = readRequest(inputs, workspace);
  const documentContext = readDocumentContext(env, clock);
  const { connections, http } = connectRegistries({
    userAgent: 'artifact-lifecycle/sbom',
    registries,
    githubToken: inputs.githubToken,
    environment: env,
    clock,
    onSecret: (secret) => log.mask(secret),
    onWarning: (warning) => log.warning(warning),
    onTrace: (line) => log.debug(line),
  });
  try {
    const description = await describe(request, connections, context);
    const made = makeDocuments(description, request.formats, documentContext);
    const documents = inputs.dryRun ? made : await saveDocuments(made, inputs.outputDir, workspace);
    const attached =
      request.attach && !inputs.dryRun
        ? await attachAll(description, documents, context, documentContext)
        : [];
    const diff = await compare(request, description, connections, context);
    const report = { isDryRun: inputs.dryRun, description, documents, attached, diff };
    for (const { path } of documents) log.info(`  ${path}`);
    log.info(verdictOf(report));
    summarise(report, summary);
    context.addToJson(factsOf(report));
    return outputsOf(report);
  } finally {
    http.close();
  }
};

/** Reads what was named, under the eyes of the reader. */
async function describe(
  { described, platforms }: SbomRequest,
  connections: Connections,
  context: Context,
): Promise<Description> {
  const { log, signal } = context;
  if (described.kind === 'path') {
    const inventory = await describeDirectory(described.path, { signal });
    return { kind: 'path', inventories: [inventory] };
  }
  const image = await resolve(described.reference, connections, signal);
  log.info(`${formatReference(described.reference)} is ${image.root.digest}`);
  const images = await withProgress(context, (onProgress) =>
    describeImage({ ...image, platforms }, { signal, onProgress }),
  );
  return { kind: 'image', ...image, images, inventories: images.map(({ inventory }) => inventory) };
}

async function compare(
  { comparison, platforms }: SbomRequest,
  description: Description,
  connections: Connections,
  context: Context,
): Promise<Comparison | undefined> {
  if (comparison === undefined) return undefined;
  if (comparison.kind === 'document') return compareWith(comparison.path, comparison.path, description);
  const image = await resolve(comparison.reference, connections, context.signal);
  const images = await withProgress(context, (onProgress) =>
    describeImage({ ...image, platforms }, { signal: context.signal, onProgress }),
  );
  return compareWith(
    images.map(({ inventory }) => inventory),
    formatReference(comparison.reference),
    description,
  );
}

async function resolve(
  reference: Reference,
  connections: Connections,
  signal: AbortSignal,
): Promise<Pick<Extract<Description, { kind: 'image' }>, 'registry' | 'reference' | 'root'>> {
  const registry = openRegistry(reference.location, connections);
  return { registry, reference, root: await resolveSource(registry, reference, { signal }) };
}

async function withProgress<Result>(
  { log, clock, isTerminal }: Context,
  work: (onProgress: (progress: DescribeProgress) => void) => Promise<Result>,
): Promise<Result> {
  const progress = createProgress({ log, clock, isTerminal, verb: 'Read' });
  try {
    return await work(({ doneBytes, totalBytes, doneImages, totalImages }) =>
      progress.update({ doneBytes, totalBytes, doneItems: doneImages, totalItems: totalImages }),
    );
  } finally {
    progress.finish();
  }
}
