/** Beyond this many standard deviations the distribution function is 0 or 1 to all digits that a double has. */
const FAR = 8.3;

/** Halvings of the interval from -FAR to FAR until its ends are neighbours. */
const HALVINGS = 60;

/**
 * The distribution function of the standard normal distribution, by its series around 0 (Marsaglia, Evaluating the
 * Normal Distribution, 2004): good to 15 digits, absolutely.
 */
export function normalProbability(z: number): number {
  if (z < -FAR) return 0;
  if (z > FAR) return 1;
  let term = z;
  let sum = z;
  for (let odd = 3; ; odd += 2) {
    term *= (z * z) / odd;
    const next = sum + term;
    if (next === sum) break;
    sum = next;
  }
  return 0.5 + (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Its inverse: where the distribution function reaches a probability between 0 and 1. */
export function normalQuantile(probability: number): number {
  // The lower half is mirrored, so that quantiles of p and 1 - p differ in their sign alone.
  if (probability > 0.5) return -normalQuantile(1 - probability);
  let low = -FAR;
  let high = 0;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (normalProbability(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
