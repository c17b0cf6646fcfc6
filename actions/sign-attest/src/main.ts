import { resolve } from 'node:path';
import { type Main, readArtifactList, readPolicyInputs, readSigstore } from '@artifact-lifecycle/core/action';
import { readEvent } from '@artifact-lifecycle/github';
import { connectRegistries } from '@artifact-lifecycle/registry';
import { maskTokens, openSigner, readRunIdentity, writeProvenance } from '@artifact-lifecycle/trust';
import type { signAttest } from './inputs.ts';
import { chooseSigstore, rootPath } from './instance.ts';
import { findOwn } from './own-bundles.ts';
import { requireIdToken } from './permission.ts';
import { factsOf, outputsOf, runOf } from './report.ts';
import { readRequest } from './request.ts';
import { signAndKeep } from './sign-and-keep.ts';
import type { SignReport } from './sign-report.ts';
import { readKey } from './signing-key.ts';
import { planStatements } from './statements.ts';
import { findSubjects } from './subjects.ts';
import { summarise, verdictOf } from './summary.ts';

/** A log answers 20 seconds later at times, and never after a minute; it takes many entries at once. */
const SERVICES = { timeouts: { commit: 60_000 }, concurrency: { start: 16 } };

/** Signs and attests: who may, what about, by whom; then every statement signed, verified, kept and read back. */
export const main: Main<typeof signAttest> = async (inputs, context) => {
  const { log, env, clock, workspace, summary, signal } = context;
  const { policy, registries } = await readPolicyInputs(inputs, context);
  const request = readRequest(inputs, workspace);
  const setting = await readSigstore(inputs.sigstore, policy, context);
  const event = await readEvent(env);
  const needsToken = inputs.key === undefined || request.claims.provenance;
  if (needsToken) requireIdToken(env, event, inputs.key !== undefined);
  const { connections, http } = connectRegistries({
    action: 'sign-attest',
    registries,
    githubToken: inputs.githubToken,
    context,
    limits: SERVICES,
  });
  try {
    const source = maskTokens(
      (audience) => context.requestIdToken(audience),
      (token) => log.mask(token),
    );
    const listed = await readArtifactList(env);
    const [key, subjects] = await Promise.all([
      readKey(inputs, context),
      findSubjects({ request, recursive: inputs.recursive, connections, workspace, listed, signal }),
    ]);
    const isOwnInstance = inputs.fulcioUrl !== undefined || setting.kind === 'own';
    const run = needsToken
      ? await readRunIdentity({ source, http, clock, signal, serverUrl: event.serverUrl, isOwnInstance })
      : undefined;
    const signatory = { visibility: run?.claims.repository_visibility, serverUrl: event.serverUrl };
    const instance = await chooseSigstore(inputs, setting, signatory, context);
    for (const { name, digest } of subjects) log.info(`${name}@${digest}`);
    const isProven = request.claims.provenance && run !== undefined;
    const planned = await planStatements(
      subjects,
      request.claims,
      isProven ? writeProvenance(run.claims, { serverUrl: run.serverUrl }) : undefined,
    );
    const signer = openSigner(key, { instance, source, http, clock });
    const own = findOwn(signer, run, instance, clock);
    const kept = await signAndKeep(planned, { inputs, instance, signer, own, event }, context);
    const report: SignReport = {
      isDryRun: inputs.dryRun,
      subjects,
      planned,
      attestations: kept.attestations,
      instance,
      identity: own.identity,
      issuer: signer.publicKey === undefined ? run?.issuer : undefined,
      repository: event.repository,
      run: run === undefined ? undefined : runOf(run),
      trustedRoot: rootPath(inputs, setting, workspace),
      workspace,
      directory: resolve(workspace, inputs.outputDir),
    };
    log.info(verdictOf(report));
    context.addToJson(factsOf(report));
    context.setOutputs(outputsOf(report));
    // What is kept is told of in the outputs; the next run signs the rest.
    if (kept.failure !== undefined) throw kept.failure;
    summarise(report, summary);
    return {};
  } finally {
    http.close();
  }
};
