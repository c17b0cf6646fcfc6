import * as z from 'zod/mini';
import { environment } from './environment.ts';
import { recordSigner } from './record-signer.ts';
import { registries } from './registries.ts';
import { protection, retention } from './retention.ts';
import { named, optional, required, settings } from './settings.ts';
import { sigstore } from './sigstore.ts';
import { name } from './texts.ts';

/** The policy file, parsed: what is typed here nobody validates again. */
export type Policy = z.output<ReturnType<typeof policy>>;

/** The schema of the policy file, `.github/artifact-lifecycle.yml` (contract: "The policy file"). */
export function policy() {
  return settings({
    version: required('Version of this format.', z.literal(1)),
    environments: optional('The stations of an artifact, by name.', named(name(), environment())),
    retention: optional('What cleanup lets go.', retention()),
    protect: optional('What cleanup never deletes.', protection()),
    records: optional('Whose promotion records count; an unsigned record counts as none.', recordSigner()),
    sigstore: optional(
      'Whose Sigstore: `auto`, `public-good`, `github`, a file that describes one, or the description itself.',
      sigstore(),
    ),
    registries: optional('Settings of registries, by host.', registries()),
  });
}
