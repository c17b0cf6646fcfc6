import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { SuiteError } from '@artifact-lifecycle/core';
import type { Inputs } from '@artifact-lifecycle/core/action';
import { type DocumentContext, imageName, linkTo } from '@artifact-lifecycle/sbom';
import {
  type ListingDocument,
  type ReportContext,
  type ReportedSubject,
  writeSarif,
  writeVulnerabilityReport,
} from '@artifact-lifecycle/vulnerabilities';
import type { Description, SbomDocument } from './description.ts';
import type { sbom } from './inputs.ts';
import type { SbomRequest } from './request.ts';
import { shownPath } from './shown-path.ts';
import { namesOf } from './subject-names.ts';
import type { AskedVulnerabilities, VulnerabilityResult } from './vulnerability-result.ts';

/** What reports are made of, beside the findings. */
export interface ReportInput {
  readonly request: SbomRequest;
  readonly description: Description;
  readonly documents: readonly SbomDocument[];
  readonly documentContext: DocumentContext;
}

/**
 * Writes the reports that are asked for; in a dry run none.
 *
 * @throws SuiteError `INPUT_INVALID` where a file cannot be written
 */
export async function saveReports(
  asked: AskedVulnerabilities,
  input: ReportInput,
  { sarifFile, vdrFile, dryRun }: Pick<Inputs<typeof sbom>, 'sarifFile' | 'vdrFile' | 'dryRun'>,
  workspace: string,
): Promise<VulnerabilityResult> {
  if (asked.kind === 'unknown' || (sarifFile === undefined && vdrFile === undefined)) {
    return { ...asked, files: {}, omitted: 0 };
  }
  const { assessments } = asked;
  const context = await describeReport(input, workspace);
  const sarif = sarifFile === undefined ? undefined : writeSarif(assessments, context);
  const vdr = vdrFile === undefined ? undefined : writeVulnerabilityReport(assessments, context);
  const save = async (name: string, path?: string, bytes?: Uint8Array): Promise<string | undefined> =>
    path === undefined || bytes === undefined || dryRun
      ? undefined
      : saveFile(path, bytes, `"${name}"`, workspace);
  const files = {
    sarif: await save('sarif-file', sarifFile, sarif?.bytes),
    vdr: await save('vdr-file', vdrFile, vdr),
  };
  return { ...asked, files, omitted: sarif?.omitted ?? 0 };
}

async function describeReport(input: ReportInput, workspace: string): Promise<ReportContext> {
  const { documents, documentContext } = input;
  return {
    toolVersion: documentContext.toolVersion,
    date: documentContext.created ?? documentContext.now,
    subject: await describeSubject(input, workspace),
    documents: documents.map(({ inventory, bytes }): ListingDocument => {
      const { uri, sha256 } = linkTo(bytes);
      const ids = new Set(inventory.packages.map(({ id }) => id));
      return { name: uri, sha256, lists: (purl) => ids.has(purl) };
    }),
  };
}

async function describeSubject(
  { request: { described }, description }: ReportInput,
  workspace: string,
): Promise<ReportedSubject> {
  if (description.kind === 'image') {
    const { reference, root } = description;
    const [first] = description.inventories;
    const names = first === undefined ? undefined : namesOf(description, first, []);
    const purl = names?.ids.find(
      (id) => id.startsWith('pkg:oci/') && id.includes(encodeURIComponent(root.digest)),
    );
    const name = imageName(reference.location);
    return { kind: 'container', name, version: root.digest, purl, path: undefined };
  }
  const name = description.inventories[0]?.subject.name ?? 'path';
  const subject = description.document?.subject;
  const path = described.kind === 'path' ? described.path : workspace;
  const isDirectory = (await stat(path)).isDirectory();
  const inside = relative(workspace, path).replaceAll('\\', '/');
  return {
    kind: isDirectory ? 'application' : 'file',
    name: subject?.name ?? name,
    version: subject?.version,
    purl: subject?.purl,
    // What lies outside of the workspace is nowhere in the repository.
    path: inside.startsWith('../') ? name : inside,
  };
}

async function saveFile(path: string, bytes: Uint8Array, what: string, workspace: string): Promise<string> {
  const file = resolve(workspace, path);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
    return shownPath(file, workspace);
  } catch (cause) {
    throw new SuiteError('INPUT_INVALID', `The file ${JSON.stringify(path)} of ${what} cannot be written.`, {
      remedy: `Name a file in the input ${what} that the runner may write.`,
      cause,
    });
  }
}
