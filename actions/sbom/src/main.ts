import { type Main, readPolicyInputs, readSigstore } from '@artifact-lifecycle/core/action';
import { connectRegistries } from '@artifact-lifecycle/registry';
import { attachAll } from './attachments.ts';
import { compareWith, openComparison } from './comparison.ts';
import { readDocumentContext } from './document-context.ts';
import { makeDocuments, saveDocuments } from './documents.ts';
import type { sbom } from './inputs.ts';
import { factsOf, outputsOf, packagesOf } from './outputs.ts';
import { describe } from './reading.ts';
import { saveReports } from './reports.ts';
import { readRequest } from './request.ts';
import { summarise, verdictOf } from './summary.ts';
import { assessAll } from './vulnerability-assessment.ts';
import { openCheck } from './vulnerability-check.ts';
import { passGate } from './vulnerability-gate.ts';

/** Lists what is inside, says what has changed, and then writes it as documents and attaches them. */
export const main: Main<typeof sbom> = async (inputs, context) => {
  const { log, env, clock, workspace, summary } = context;
  const { policy, registries } = await readPolicyInputs(inputs, context);
  const sigstore = await readSigstore(inputs.sigstore, policy, context);
  const request = readRequest(inputs, workspace);
  const documentContext = readDocumentContext(env, clock);
  const { connections, http } = connectRegistries({
    action: 'sbom',
    registries,
    githubToken: inputs.githubToken,
    context,
  });
  try {
    // Whatever is wrong with what is compared or judged by shows before minutes of reading, and before anything is written.
    const check = await openCheck(inputs, http, context);
    const before = await openComparison(request.comparison, connections, context);
    const description = await describe(request, connections, context);
    const diff = before && (await compareWith(before, request.platforms, description, context));
    if (description.inventories.every((inventory) => packagesOf(inventory).length === 0)) {
      log.warning(nothingFound(request.described.kind));
    }
    const made = makeDocuments(description, request.formats, documentContext);
    const asked = check && (await assessAll(check, description, made, sigstore, context));
    const documents = inputs.dryRun ? made : await saveDocuments(made, inputs.outputDir, workspace);
    const attached =
      request.attach && !inputs.dryRun
        ? await attachAll(description, documents, context, documentContext)
        : [];
    const vulnerabilities =
      asked &&
      (await saveReports(asked, { request, description, documents, documentContext }, inputs, workspace));
    const report = { isDryRun: inputs.dryRun, description, documents, attached, diff, vulnerabilities };
    if (!inputs.dryRun) for (const { path } of documents) log.info(`  ${path}`);
    log.info(verdictOf(report));
    summarise(report, summary);
    context.addToJson(factsOf(report));
    context.setOutputs(outputsOf(report));
    passGate(vulnerabilities, description.inventories[0]?.subject.name ?? 'It', context);
    return {};
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
