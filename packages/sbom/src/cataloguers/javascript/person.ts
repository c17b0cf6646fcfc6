import type { Party } from '../../inventory/package.ts';
import { asText, isJsonObject, textField } from '../json.ts';

/** `Name <email> (url)`, each part optional. */
const PERSON = /^([^<(]*)(?:<([^>]*)>)?\s*(?:\(([^)]*)\))?/;

/** Some packages thank everybody who ever helped. */
const MAX_PEOPLE = 20;

/** Reads people as package.json names them: text, an object, or a list of these. */
export function parsePeople(value: unknown): readonly Party[] {
  const list = Array.isArray(value) ? value.slice(0, MAX_PEOPLE) : [value];
  return list.flatMap((person) => parsePerson(person) ?? []);
}

function parsePerson(value: unknown): Party | undefined {
  if (isJsonObject(value)) {
    const [email, url] = [textField(value, 'email'), textField(value, 'url') ?? textField(value, 'homepage')];
    const name = textField(value, 'name') ?? email;
    return name === undefined ? undefined : { name, email, url };
  }
  const [, name = '', email = '', url = ''] = PERSON.exec(asText(value) ?? '') ?? [];
  const known = name.trim() || email.trim();
  if (known === '') return undefined;
  return { name: known, email: email.trim() || undefined, url: url.trim() || undefined };
}
