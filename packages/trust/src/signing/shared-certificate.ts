import { unlessCancelled } from '@artifact-lifecycle/core';
import type { CertificateRequest, CertifiedSigner } from './certificate-authority.ts';
import { requestCertificate } from './certificate-authority.ts';

/**
 * A certificate is given up so long before it expires: a statement that is signed with it must still reach the log and
 * the timestamp authority, and a log may take ten seconds and ask for a pause.
 */
export const CERTIFICATE_MARGIN_MS = 120_000;

/** One key and certificate for many statements, made anew when it would expire. */
export class SharedCertificate {
  readonly #request: CertificateRequest;
  readonly #accept: (signer: CertifiedSigner) => void;
  #current: Promise<CertifiedSigner> | undefined;

  /** `accept` looks at each new certificate, and throws when it may not be used. */
  constructor(request: CertificateRequest, accept: (signer: CertifiedSigner) => void) {
    this.#request = request;
    this.#accept = accept;
  }

  /**
   * Gives the signer whose certificate holds for a while.
   *
   * @throws SuiteError as `requestCertificate` does; who asks again starts anew
   */
  async get(signal: AbortSignal | undefined): Promise<CertifiedSigner> {
    for (;;) {
      const asked = this.#current ?? this.#renew();
      const signer = await unlessCancelled(asked, signal);
      const isNew = signer.expiresAt - CERTIFICATE_MARGIN_MS > this.#request.clock.now();
      if (isNew) return signer;
      // Several may find it old at the same time; one of them renews.
      if (this.#current === asked) return unlessCancelled(this.#renew(), signal);
    }
  }

  #renew(): Promise<CertifiedSigner> {
    const asked = this.#ask();
    this.#current = asked;
    asked.catch(() => {
      if (this.#current === asked) this.#current = undefined;
    });
    return asked;
  }

  async #ask(): Promise<CertifiedSigner> {
    const signer = await requestCertificate(this.#request);
    this.#accept(signer);
    return signer;
  }
}
