import { createHash, type Hash, randomUUID } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { Broken, Refused } from './answer.ts';
import type { ContentStore } from './content-store.ts';
import { type Digest, type DigestAlgorithm, digestAlgorithm, finishDigest } from './digest.ts';
import type { Exchange } from './exchange.ts';
import { IntakeSink } from './intake-sink.ts';
import type { Intake } from './storage.ts';

/** A blob on its way in, as the API knows it. */
export class Upload {
  readonly id = randomUUID();
  readonly repository: string;
  readonly intake: Intake;
  /** Comes with every `Location` and must come back, as the state of real registries' uploads does. */
  state: string = randomUUID();
  /** Whether a chunk under the registry's minimum has come: no other may follow it. */
  hasShortChunk = false;
  /** Ends when the last request that works on it does. */
  turn: Promise<unknown> = Promise.resolve();
  #algorithm: DigestAlgorithm;
  #hash: Hash;

  constructor(repository: string, intake: Intake, algorithm: DigestAlgorithm) {
    this.repository = repository;
    this.intake = intake;
    this.#algorithm = algorithm;
    this.#hash = createHash(algorithm);
  }

  /** `Range` of an answer: what has come so far (distribution-spec, "Pushing a blob in chunks"). */
  get range(): string {
    return `0-${Math.max(this.intake.size - 1, 0)}`;
  }

  /** Hashes by another algorithm from now on: free as long as nothing has come. */
  expect(algorithm: DigestAlgorithm): void {
    if (this.intake.size > 0 || this.#algorithm === algorithm) return;
    this.#algorithm = algorithm;
    this.#hash = createHash(algorithm);
  }

  /** Takes a request's body in. What came before the connection broke is kept. */
  async receive(exchange: Exchange): Promise<void> {
    const sink = new IntakeSink(this.intake, this.#hash);
    try {
      await exchange.receive(sink);
    } catch (error) {
      await sink.settle();
      throw error;
    }
  }

  /** The digest of everything that came; ends the upload's own hash. */
  async digest(algorithm: DigestAlgorithm): Promise<Digest> {
    if (algorithm === this.#algorithm) return finishDigest(this.#hash, algorithm);
    const hash = createHash(algorithm);
    await pipeline(this.intake.reread(), hash);
    return finishDigest(hash, algorithm);
  }
}

/** Keeps the uploads that are open. */
export class UploadDesk {
  readonly #store: ContentStore;
  readonly #uploads = new Map<string, Upload>();

  constructor(store: ContentStore) {
    this.#store = store;
  }

  async begin(repository: string, algorithm: DigestAlgorithm): Promise<Upload> {
    const upload = new Upload(repository, await this.#store.begin(), algorithm);
    this.#uploads.set(upload.id, upload);
    return upload;
  }

  /** Finds an upload by what its `Location` said. */
  find(repository: string, id: string, state: string | null): Upload {
    const upload = this.#uploads.get(id);
    if (upload === undefined || upload.repository !== repository || upload.state !== state) {
      throw new Refused(404, 'BLOB_UPLOAD_UNKNOWN', `There is no upload ${id} in ${repository}.`);
    }
    return upload;
  }

  /** Works on an upload alone, after whoever works on it: two at a time would mix their bytes. */
  exclusively<T>(upload: Upload, work: () => Promise<T>): Promise<T> {
    const result = upload.turn.then(work);
    upload.turn = result.catch(() => undefined);
    return result;
  }

  /**
   * Ends an upload: keeps the bytes when the digest is theirs, else throws them away.
   *
   * @throws Refused DIGEST_INVALID
   */
  async finish(upload: Upload, expected: Digest): Promise<void> {
    const actual = await upload.digest(digestAlgorithm(expected));
    if (!this.#uploads.delete(upload.id)) throw new Broken('The registry has closed.');
    if (actual === expected) return this.#store.commit(upload.repository, upload.intake, expected);
    await this.#store.abandon(upload.intake);
    const message = `The content has the digest ${actual}, not ${expected}.`;
    throw new Refused(400, 'DIGEST_INVALID', message, { detail: { expected, actual } });
  }

  async cancel(upload: Upload): Promise<void> {
    this.#uploads.delete(upload.id);
    await this.#store.abandon(upload.intake);
  }

  close(): void {
    this.#uploads.clear();
  }
}
