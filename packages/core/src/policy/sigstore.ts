import * as z from 'zod/mini';
import { camelKeys, mapping, optional, type Report } from './settings.ts';
import { plainText, webAddress } from './texts.ts';

/** Whose Sigstore signs and is trusted (contract: input `sigstore`). */
export type SigstoreChoice =
  | { readonly kind: 'auto' | 'public-good' | 'github' }
  | { readonly kind: 'file'; readonly path: string }
  | ({ readonly kind: 'own' } & SigstoreInstance);

/** A Sigstore of one's own. */
export type SigstoreInstance = Readonly<z.output<ReturnType<typeof sigstoreInstance>>>;

/** The instance of one's own: its addresses and what it is trusted by. */
export function sigstoreInstance() {
  return z.pipe(
    mapping(
      {
        'fulcio-url': optional('Where certificates are issued.', webAddress('https://fulcio.acme.com')),
        'rekor-url': optional(
          'The transparency log; `none` leaves it out.',
          webAddress('https://rekor.acme.com', 'none'),
        ),
        'rekor-version': optional("Which version of the log's API.", z.literal([1, 2])),
        'tsa-url': optional(
          'Timestamp authority (RFC 3161).',
          webAddress('https://tsa.acme.com/api/v1/timestamp'),
        ),
        'trusted-root': optional('File with the trusted_root.json.', plainText('.github/trusted_root.json')),
      },
      requireAnySetting,
    ),
    z.transform((value) => camelKeys(value)),
  );
}

function requireAnySetting(value: object, report: Report): void {
  if (Object.keys(value).length === 0) report('names nothing');
}

const KNOWN = ['auto', 'public-good', 'github'] as const;

/** The setting `sigstore`. */
export function sigstore() {
  return z.pipe(
    z.union([plainText('public-good'), sigstoreInstance()]),
    z.transform((value): SigstoreChoice => {
      if (typeof value !== 'string') return { kind: 'own', ...value };
      const kind = KNOWN.find((known) => known === value);
      return kind === undefined ? { kind: 'file', path: value } : { kind };
    }),
  );
}
