/** Kayenta's noise is this part of the value; it keeps the rank statistic of constant sides from being undefined. */
const RELATIVE_DEVIATION = 1e-5;

/** Where the sequence begins. Kayenta draws anew each time; the same points judged twice must come to the same. */
const SEED = 0x9e37_79b9;

/** Numbers between 0 and 1, always the same ones: a 32-bit Weyl sequence, mixed (the finaliser of MurmurHash3). */
function* uniform(): Generator<number, never> {
  for (let state = SEED; ; state = (state + SEED) >>> 0) {
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
    yield (((mixed ^ (mixed >>> 16)) >>> 0) + 0.5) / 2 ** 32;
  }
}

/** Adds noise of a normal distribution (Box and Muller 1958) to each side, a hundred-thousandth of the value. */
export function addNoise(...sides: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const random = uniform();
  const draw = (): number =>
    Math.sqrt(-2 * Math.log(random.next().value)) * Math.cos(2 * Math.PI * random.next().value);
  return sides.map((values) => values.map((value) => value + draw() * Math.abs(value) * RELATIVE_DEVIATION));
}
