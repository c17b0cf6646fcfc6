import * as z from 'zod/mini';
import { camelKeys, mapping, oneOrMore, optional, required, settings } from '../settings.ts';
import { NO_SIGNER, refuseTwoSigners, signerShape, splitSigner, withSigner } from '../signer.ts';
import { duration, glob, plainText, shapedText } from '../texts.ts';
import { conditions } from './conditions.ts';
import { warnOnly } from './warn-only.ts';

/** Gate `signature`: someone in particular has signed. */
export function signatureGate() {
  return z.pipe(
    mapping(
      {
        ...signerShape(),
        'max-age': optional('Refuse signatures that are older.', duration()),
        ...warnOnly(),
      },
      refuseTwoSigners,
    ),
    z.transform((value, { issues }) => {
      const { signer, rest } = splitSigner(value);
      if (signer !== undefined) return { signer, ...camelKeys(rest) };
      issues.push({ code: 'custom', message: NO_SIGNER, input: value });
      return z.NEVER;
    }),
  );
}

/** Gate `provenance`: where and how it was built. */
export function provenanceGate() {
  return settings({
    'min-slsa-level': optional('SLSA build level that the provenance must prove.', z.literal([0, 1, 2, 3])),
    'source-repository': optional(
      'Repository it must be built from.',
      shapedText(/^[A-Za-z0-9-]+\/[A-Za-z0-9._-]+$/, 'owner/name', 'acme/api'),
    ),
    'source-ref': optional('Globs of refs it may be built from.', oneOrMore(glob('refs/heads/main'))),
    events: optional('Events that may have started the build.', oneOrMore(plainText('push'))),
    builders: optional(
      'Reusable workflows that are trusted to prove SLSA build level 3, pinned by tag or SHA.',
      oneOrMore(plainText('acme/builders/.github/workflows/build.yml@refs/tags/v1.2.3')),
    ),
    'deny-self-hosted': optional('Refuse builds of self-hosted runners.', z.boolean(), { default: false }),
    ...warnOnly(),
  });
}

/** Formats of SBOMs, as the action `sbom` names them. */
export const SBOM_FORMATS = ['cyclonedx-json', 'cyclonedx-json@1.7', 'spdx-json', 'spdx-json@3.0'] as const;

/** Gate `sbom`: each platform has its SBOM, signed where a signer is named. */
export function sbomGate() {
  return z.pipe(
    mapping(
      {
        format: optional('Format it must have.', z.enum(SBOM_FORMATS)),
        ...signerShape(),
        ...warnOnly(),
      },
      refuseTwoSigners,
    ),
    z.transform((value) => withSigner(value)),
  );
}

/** Gate `attestation`: a statement of some type, by someone, that says something. */
export function attestationGate() {
  return z.pipe(
    mapping(
      {
        'predicate-type': required(
          'Predicate type of the statement.',
          plainText('https://in-toto.io/attestation/test-result/v0.1'),
        ),
        ...signerShape(),
        where: optional(
          'Values that the predicate must hold, by path: `result`, `runs[0].name`, `labels["a.b"]`.',
          conditions(),
        ),
        ...warnOnly(),
      },
      refuseTwoSigners,
    ),
    z.transform((value) => withSigner(value)),
  );
}

/** Gate `platforms`: the index holds them. A list, or a mapping where more is to be said. */
export function platformsGate() {
  return z.pipe(
    z.union([
      z.pipe(
        oneOrMore(platform()),
        z.transform((require) => ({ require })),
      ),
      settings({
        require: required('Platforms that the index must hold.', oneOrMore(platform())),
        ...warnOnly(),
      }),
    ]),
    z.transform((value): PlatformsGate => value),
  );
}

/** What {@link platformsGate} gives. */
export interface PlatformsGate {
  readonly require: readonly string[];
  readonly warnOnly?: boolean;
}

function platform() {
  return shapedText(
    /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/,
    'a platform, os/architecture[/variant]',
    'linux/arm64',
  );
}
