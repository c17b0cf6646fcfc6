import * as z from 'zod/mini';
import { mapping, optional } from './settings.ts';
import { NO_SIGNER, refuseTwoSigners, type Signer, signerShape, splitSigner } from './signer.ts';
import { shapedText } from './texts.ts';

/** Whose promotion records count. */
export type RecordSigner = Signer & {
  /**
   * `owner/name` of the repository whose run signs: the identity of a reusable workflow is the same for everybody who
   * calls it.
   */
  readonly sourceRepository?: string;
};

/** The mapping `records`. */
export function recordSigner() {
  return z.pipe(
    mapping(
      {
        ...signerShape(),
        'source-repository': optional(
          "Repository whose runs sign; needed where the identity is a reusable workflow's, which others can call, too.",
          shapedText(/^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/, 'owner/name', 'acme/api'),
        ),
      },
      (value, report) => {
        refuseTwoSigners(value, report);
        if (value.key !== undefined && value['source-repository'] !== undefined) {
          report('cannot stand beside key: a key proves no repository', 'source-repository');
        }
      },
    ),
    z.transform((value, { issues }): RecordSigner => {
      const { signer, rest } = splitSigner(value);
      const repository = rest['source-repository'];
      if (signer !== undefined) {
        return { ...signer, ...(repository === undefined ? {} : { sourceRepository: repository }) };
      }
      issues.push({ code: 'custom', message: NO_SIGNER, input: value });
      return z.NEVER;
    }),
  );
}
