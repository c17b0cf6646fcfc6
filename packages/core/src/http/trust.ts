import { X509Certificate } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import tls, { type SecureContext } from 'node:tls';
import { SuiteError } from '../errors.ts';
import type { Environment } from './proxy.ts';

/** Files of certificate authorities (PEM, several in one allowed) to trust besides those Node trusts. */
export interface CertificateFiles {
  /** For every host. */
  readonly everywhere?: string | undefined;
  /** For one host each, as `URL.host` writes it: lower case, the port unless it is the scheme's own. */
  readonly hosts?: ReadonlyMap<string, string> | undefined;
}

/** A bundle of every public authority has some 250 KB; a larger file is not what was meant. */
const MAX_CERTIFICATE_FILE_BYTES = 4 * 1024 * 1024;

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/**
 * Whom TLS connections trust: Node's own authorities with `NODE_EXTRA_CA_CERTS`, and the files given. A host
 * without a file keeps Node's default store, which costs nothing to build.
 *
 * The machine's own store is added to a host only when asked ({@link TrustStore.trustMachine}): reading it takes
 * up to seconds on macOS and Windows, and hardly any host needs it.
 */
export class TrustStore {
  readonly #everywhere: readonly string[];
  readonly #hosts: ReadonlyMap<string, readonly string[]>;
  readonly #environment: Environment;
  readonly #readMachine: () => readonly string[];
  readonly #machineTrusted = new Set<string>();

  /**
   * @throws SuiteError `INPUT_INVALID` when a file cannot be read or holds no certificate.
   */
  constructor(
    files: CertificateFiles = {},
    environment: Environment = process.env,
    readMachine: () => readonly string[] = readMachineCertificates,
  ) {
    this.#everywhere = files.everywhere === undefined ? [] : readCertificateFile(files.everywhere);
    this.#hosts = new Map(
      [...(files.hosts ?? [])].map(([host, path]) => [host.toLowerCase(), readCertificateFile(path)]),
    );
    this.#environment = environment;
    this.#readMachine = readMachine;
  }

  /** The context to connect to a host with; `undefined` where Node's default is right. */
  contextFor(host: string): SecureContext | undefined {
    const added = [
      ...this.#everywhere,
      ...(this.#hosts.get(host) ?? []),
      ...(this.#machineTrusted.has(host) ? this.#readMachine() : []),
    ];
    // `ca` replaces Node's authorities, so they are listed along.
    return added.length === 0
      ? undefined
      : tls.createSecureContext({ ca: [...readNodeCertificates(this.#environment), ...added] });
  }

  /**
   * Adds the machine's own store to what a host is trusted by, as curl, docker and Go programs do; says whether
   * it was added now or before, or whether the machine has none.
   */
  trustMachine(host: string): 'newly' | 'already' | 'none' {
    if (this.#machineTrusted.has(host)) return 'already';
    if (this.#readMachine().length === 0) return 'none';
    this.#machineTrusted.add(host);
    return 'newly';
  }
}

/**
 * Reads a PEM file of certificates.
 *
 * @throws SuiteError `INPUT_INVALID` when it cannot be read, is too large, or holds no certificate.
 */
export function readCertificateFile(path: string): readonly string[] {
  const certificates = readBoundedFile(path).match(PEM_CERTIFICATE) ?? [];
  if (certificates.length === 0 || !certificates.every(isCertificate)) {
    throw new SuiteError('INPUT_INVALID', `The ca-file "${path}" does not hold certificates in PEM form.`, {
      remedy: 'Give a file with one or more blocks that begin with -----BEGIN CERTIFICATE-----.',
    });
  }
  return certificates;
}

function readBoundedFile(path: string): string {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    if (size > MAX_CERTIFICATE_FILE_BYTES) {
      throw new SuiteError(
        'INPUT_INVALID',
        `The ca-file "${path}" has ${size} bytes, more than the ${MAX_CERTIFICATE_FILE_BYTES} allowed.`,
        { remedy: 'Give only the certificates of the authorities that sign your servers.' },
      );
    }
    return readFileSync(file, 'latin1');
  } catch (error) {
    if (error instanceof SuiteError) throw error;
    throw new SuiteError('INPUT_INVALID', `The ca-file "${path}" cannot be read.`, {
      remedy: 'Give the path of a readable PEM file, relative to the working directory.',
      cause: error,
    });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

/** What this Node trusts by itself. Node 20 cannot list it, so there it is put together from its two parts. */
function readNodeCertificates(environment: Environment): readonly string[] {
  if (canListCertificates()) return tls.getCACertificates('default');
  const extra = environment['NODE_EXTRA_CA_CERTS'] ?? '';
  return extra === '' ? tls.rootCertificates : [...tls.rootCertificates, ...readCertificateFile(extra)];
}

function readMachineCertificates(): readonly string[] {
  return canListCertificates() ? tls.getCACertificates('system') : [];
}

/** `tls.getCACertificates` came with Node 22.15; imported by name it would break Node 20. */
function canListCertificates(): boolean {
  return typeof tls.getCACertificates === 'function';
}
