import { Readable } from 'node:stream';

/** The body of an answer that has none: nothing is open behind it, so that it need not be read. */
export class EmptyBody extends Readable {
  override _read(): void {
    this.push(null);
  }
}
