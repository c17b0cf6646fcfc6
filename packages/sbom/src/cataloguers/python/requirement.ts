/** A distribution that another one asks for (PEP 508), as far as a graph needs it. */
export interface Requirement {
  /** Normalised (PEP 503). */
  readonly name: string;
  /** Whether it holds only in some environments, or for an extra somebody asked for. */
  readonly isConditional: boolean;
}

/** The most requirements read of one distribution; those with the most extras have some five hundred. */
export const MAX_REQUIREMENTS = 5000;

/** No project of the index has a longer name than some eighty characters. */
const MAX_NAME_LENGTH = 256;

/** A project's name as indexes compare it: `Flask_SQLAlchemy` is `flask-sqlalchemy` (PEP 503). */
export function normalizeName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

/** Whether something is a project's name at all (PEP 508, `identifier`). */
export function isProjectName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(name);
}

/** Reads `urllib3[socks] (>=1.21); extra == "x"`; `undefined` where it names no distribution. */
export function parseRequirement(text: string): Requirement | undefined {
  const name = leadingName(text);
  if (name === undefined) return undefined;
  return { name: normalizeName(name), isConditional: text.includes(';') };
}

/** The name at the start of a requirement, as it is written there. */
export function leadingName(text: string): string | undefined {
  const name = /^\s*([A-Za-z0-9._-]+)/.exec(text.slice(0, MAX_NAME_LENGTH * 2))?.[1];
  return name !== undefined && isProjectName(name) ? name : undefined;
}

/**
 * Reads `requires.txt` of an egg: requirements a line, those under `[extra]`, `[:marker]` or `[extra:marker]` for
 * some environments only (setuptools, "Dependencies File").
 */
export function parseEggRequires(text: string): readonly Requirement[] {
  const requirements: Requirement[] = [];
  let isConditional = false;
  for (const line of text.split('\n')) {
    if (requirements.length === MAX_REQUIREMENTS) break;
    if (line.startsWith('[')) {
      isConditional = true;
      continue;
    }
    const requirement = parseRequirement(line);
    if (requirement !== undefined) {
      requirements.push({ ...requirement, isConditional: isConditional || requirement.isConditional });
    }
  }
  return requirements;
}
