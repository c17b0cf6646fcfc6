/** Variables in which the runner hands this action what is its own. */
const OWN = /^(?:INPUT_|STATE_|ACTIONS_|GITHUB_(?:OUTPUT|STATE|ENV|PATH|STEP_SUMMARY)$)/i;

/**
 * What a program of the gate `command` finds in its environment: the job's, without what was given to this action alone.
 * Its inputs hold keys and tokens; with the runner's token for identities anybody signs records as this workflow; and
 * what is written to its files are its outputs, of which one says whether something was promoted.
 */
export function environmentOfCommand(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OWN.test(name)));
}
