import { type Main, readPolicyInputs } from '@artifact-lifecycle/core/action';
import { connectRegistries } from '@artifact-lifecycle/registry';
import { attachAll } from './attachments.ts';
import { compareWith, openComparison } from './comparison.ts';
import { readDocumentContext } from './document-context.ts';
import { makeDocuments, saveDocuments } from './documents.ts';
import type { sbom } from './inputs.ts';
import { factsOf, outputsOf, packagesOf } from './outputs.ts';
import { describe } from './reading.ts';
import { readRequest } from './request.ts';
import { summarise, verdictOf } from './summary.ts';

/** Lists what is inside, says what has changed, and then writes it as documents and attaches them. */
export const main: Main<typeof sbom> = async (inputs, context) => {
  const { log, env, clock, workspace, summary } = context;
  const { registries } = await readPolicyInputs(inputs, context);
  const request = readRequest(inputs, workspace);
  const documentContext = readDocumentContext(env, clock);
  const { connections, http } = connectRegistries({
    action: 'sbom',
    registries,
    githubToken: inputs.githubToken,
    context,
  });
  try {
    // Whatever is wrong with the other side shows before minutes of reading, and before anything is written.
    const before = await openComparison(request.comparison, connections, context);
    const description = await describe(request, connections, context);
    const diff = before && (await compareWith(before, request.platforms, description, context));
    if (description.inventories.every((inventory) => packagesOf(inventory).length === 0)) {
      log.warning(nothingFound(request.described.kind));
    }
    const made = makeDocuments(description, request.formats, documentContext);
    const documents = inputs.dryRun ? made : await saveDocuments(made, inputs.outputDir, workspace);
    const attached =
      request.attach && !inputs.dryRun
        ? await attachAll(description, documents, context, documentContext)
        : [];
    const report = { isDryRun: inputs.dryRun, description, documents, attached, diff };
    if (!inputs.dryRun) for (const { path } of documents) log.info(`  ${path}`);
    log.info(verdictOf(report));
    summarise(report, summary);
    context.addToJson(factsOf(report));
    return outputsOf(report);
  } finally {
    http.close();
  }
};

/** Who expects a list and gets an empty one has often named the wrong thing. */
function nothingFound(kind: 'image' | 'path'): string {
  return kind === 'path'
    ? 'No package was found. A path is read as it lies there: an image in a file or an OCI layout is named by "image", as docker-archive:FILE or oci:DIR.'
    : 'No package was found: nothing in the image says what it is of.';
}
