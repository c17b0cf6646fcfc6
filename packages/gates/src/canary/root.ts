/** How near a root is to the true one, whatever the scale: Kayenta's setting, of which half is allowed to each side. */
const ABSOLUTE_TOLERANCE = 1e-4;
/** Evaluations after which the search gives what it has. */
const MAX_EVALUATIONS = 1000;

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Finds where a function changes its sign between two places, by Brent's method (Algorithms for Minimization without
 * Derivatives, 1973, chapter 4) in the form of the classic `zeroin`, which compares a step with the one just before.
 *
 * The absolute tolerance is what `judge: netflix` shares with Kayenta, and what makes both blind for small values. On
 * a step function, such as a rank statistic, the answer depends on the path taken: Kayenta's figures are of this one.
 */
export function findRoot(f: (x: number) => number, from: number, to: number): number {
  const at = (x: number): Point => ({ x, y: f(x) });
  /** The place before the best, the best so far, and the one across the root. */
  let previous = at(from);
  let best = at(to);
  let across = previous;
  for (let evaluations = 0; evaluations < MAX_EVALUATIONS; evaluations += 1) {
    const lastStep = best.x - previous.x;
    if (Math.abs(across.y) < Math.abs(best.y)) [previous, best, across] = [best, across, best];
    const tolerance = 2 * Number.EPSILON * Math.abs(best.x) + ABSOLUTE_TOLERANCE / 2;
    const half = (across.x - best.x) / 2;
    if (Math.abs(half) <= tolerance || best.y === 0) break;
    let step = half;
    if (Math.abs(lastStep) >= tolerance && Math.abs(previous.y) > Math.abs(best.y)) {
      const { p, q } = interpolate(previous, best, across);
      const isInside = p < 1.5 * half * q - Math.abs(tolerance * q) / 2;
      if (isInside && p < Math.abs((lastStep * q) / 2)) step = p / q;
    }
    if (Math.abs(step) < tolerance) step = half > 0 ? tolerance : -tolerance;
    previous = best;
    best = at(best.x + step);
    if (Math.sign(best.y) === Math.sign(across.y)) across = previous;
  }
  return best.x;
}

/** The step of the secant, or of inverse quadratic interpolation where there are three places: p / q, with p positive. */
function interpolate(
  previous: Point,
  best: Point,
  across: Point,
): { readonly p: number; readonly q: number } {
  const width = across.x - best.x;
  const s = best.y / previous.y;
  let p = width * s;
  let q = 1 - s;
  if (previous.x !== across.x) {
    const t = previous.y / across.y;
    const r = best.y / across.y;
    p = s * (width * t * (t - r) - (best.x - previous.x) * (r - 1));
    q = (t - 1) * (r - 1) * (s - 1);
  }
  return p > 0 ? { p, q: -q } : { p: -p, q };
}
