import type { HttpHeaders } from '@artifact-lifecycle/core/http';

/** Something that tells a server who is asking. */
export interface CredentialHandler {
  /** What no message may show. */
  readonly secret: string;
  authorize(headers: HttpHeaders): HttpHeaders;
}

/** Introduces requests with a bearer token (RFC 6750 §2.1), under the name by which `@actions/core` imports it. */
export class BearerCredentialHandler implements CredentialHandler {
  readonly secret: string;

  constructor(token: string) {
    this.secret = token;
  }

  authorize(headers: HttpHeaders): HttpHeaders {
    return { ...headers, authorization: `Bearer ${this.secret}` };
  }
}
