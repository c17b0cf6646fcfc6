/**
 * Why a bundle is not accepted, as one sentence for people. Thrown inside the verifier only, which makes evidence of
 * it: a bundle that is refused is a finding, not a failure of the run.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Text from outside as it may stand in a message: quoted, on one line, and cut off where it is long. */
export function quote(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
