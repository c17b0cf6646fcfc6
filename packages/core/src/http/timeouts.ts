/** How long the client waits for something to happen, in milliseconds. */
export interface HttpTimeouts {
  /** Until a connection stands: DNS, TCP, the proxy's CONNECT and TLS together. */
  readonly connect: number;
  /** From the end of a request without a body to the head of its answer. */
  readonly headers: number;
  /** From the last byte of a body to the head of the answer. */
  readonly commit: number;
  /** Without one byte moving while a body is under way, in either direction. */
  readonly idle: number;
}

/**
 * The default timeouts. There is none for a whole request: a blob of 10 GB over a slow line is slow, not broken,
 * and what is broken stops moving.
 */
export const HTTP_TIMEOUTS: HttpTimeouts = {
  // Linux repeats a lost SYN after 1, 3, 7 and 15 s: four packets may be lost, then the host is down.
  connect: 20_000,
  // The slowest honest answers seen are tag lists of big repositories, some 30 s.
  headers: 60_000,
  // A registry hashes, verifies and moves a blob (in S3: copies it) before it answers the closing PUT.
  commit: 300_000,
  idle: 60_000,
};

/** A connection that was not used for so long is closed: load balancers forget theirs after 60 s, some after 30. */
export const FREE_CONNECTION_MILLISECONDS = 25_000;
