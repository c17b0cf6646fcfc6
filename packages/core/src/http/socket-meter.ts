import type { Socket } from 'node:net';

/**
 * Counts the bytes of connections by asking the sockets, so that no byte passes through our hands to be counted.
 */
export class SocketMeter {
  readonly #open = new Set<Socket>();
  #received = 0;
  #sent = 0;

  /** Counts a socket from now on. */
  watch(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#received += socket.bytesRead;
      this.#sent += socket.bytesWritten;
    });
  }

  /** Bytes that came in, up to this moment. */
  get received(): number {
    let sum = this.#received;
    for (const socket of this.#open) sum += socket.bytesRead;
    return sum;
  }

  /** Bytes that were handed to the system to be sent, up to this moment. */
  get sent(): number {
    let sum = this.#sent;
    for (const socket of this.#open) sum += socket.bytesWritten;
    return sum;
  }
}
