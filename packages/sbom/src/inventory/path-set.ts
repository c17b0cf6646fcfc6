import { randomBytes } from 'node:crypto';

/** Different in each process: nobody can make an image whose paths collide. */
const SEED = randomBytes(8);
const SEED_LOW = SEED.readUInt32LE(0);
const SEED_HIGH = SEED.readUInt32LE(4);

const INITIAL_SLOTS = 16;

/** The path that was asked for last, of whichever set: hundreds of packages are asked for the same one. */
let asked: string | undefined;
let askedLow = 0;
let askedHigh = 0;

/** Called for every character: looking it up each time costs, most of all in a context of its own. */
const { imul } = Math;

/**
 * A set of paths that remembers 64 bits of each: a million paths are 16 to 32 MB, where a `Set` of strings takes
 * some 150. Among a million paths two collide once in 36 million images.
 */
export class PathSet {
  #slots = new Uint32Array(INITIAL_SLOTS * 2);
  #size = 0;
  #low = 0;
  #high = 0;

  get size(): number {
    return this.#size;
  }

  add(path: string): void {
    // Three quarters full, a search still ends after a few steps.
    if ((this.#size + 1) * 8 > this.#slots.length * 3) this.#grow();
    this.#hash(path);
    if (this.#insert(this.#slots, this.#low, this.#high)) this.#size++;
  }

  has(path: string): boolean {
    if (path !== asked) {
      this.#hash(path);
      asked = path;
      askedLow = this.#low;
      askedHigh = this.#high;
    }
    const slots = this.#slots;
    const mask = slots.length / 2 - 1;
    for (let at = askedLow & mask; ; at = (at + 1) & mask) {
      const low = slots[at * 2];
      const high = slots[at * 2 + 1];
      if (low === 0 && high === 0) return false;
      if (low === askedLow && high === askedHigh) return true;
    }
  }

  #insert(slots: Uint32Array, low: number, high: number): boolean {
    const mask = slots.length / 2 - 1;
    for (let at = low & mask; ; at = (at + 1) & mask) {
      const thereLow = slots[at * 2];
      const thereHigh = slots[at * 2 + 1];
      if (thereLow === low && thereHigh === high) return false;
      if (thereLow === 0 && thereHigh === 0) {
        slots[at * 2] = low;
        slots[at * 2 + 1] = high;
        return true;
      }
    }
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 2) {
      const low = old[at] ?? 0;
      const high = old[at + 1] ?? 0;
      if (low !== 0 || high !== 0) this.#insert(slots, low, high);
    }
    this.#slots = slots;
  }

  /** Two rounds of multiply and mix (as in cyrb53), keyed; zero in both halves marks a free slot. */
  #hash(path: string): void {
    let low = SEED_LOW;
    let high = SEED_HIGH;
    for (let at = 0; at < path.length; at++) {
      const unit = path.charCodeAt(at);
      low = imul(low ^ unit, 2654435761);
      high = imul(high ^ unit, 1597334677);
    }
    low = imul(low ^ (low >>> 16), 2246822507) ^ imul(high ^ (high >>> 13), 3266489909);
    high = imul(high ^ (high >>> 16), 2246822507) ^ imul(low ^ (low >>> 13), 3266489909);
    this.#low = low >>> 0;
    this.#high = high >>> 0 || 1;
  }
}
