import type { KeptArtifactRecord } from './facts.ts';
import { Repository } from './repository.ts';

/** Who somebody is. */
export interface Account {
  readonly login: string;
  readonly id: number;
  readonly type: 'User' | 'Organization' | 'Bot';
}

/** A team with its members by login, in lower case. */
export interface Team {
  readonly id: number;
  readonly organisation: string;
  readonly slug: string;
  readonly members: ReadonlyMap<string, 'active' | 'pending'>;
}

/** All that the API knows. Names are found without regard to case, as GitHub finds them. */
export class World {
  readonly teams = new Map<string, Team>();
  readonly storageRecords: KeptArtifactRecord[] = [];
  readonly deploymentRecords: KeptArtifactRecord[] = [];
  readonly #accounts = new Map<string, Account>();
  readonly #repositories = new Map<string, Repository>();
  readonly #users: ReadonlySet<string>;
  readonly #now: () => number;
  #lastId = 1000;

  constructor(users: readonly string[], now: () => number) {
    this.#users = new Set(users.map((login) => login.toLowerCase()));
    this.#now = now;
  }

  /** RFC 3339 in whole seconds, as GitHub writes it. */
  now(): string {
    return new Date(this.#now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  account(login: string): Account {
    const known = this.#accounts.get(login.toLowerCase());
    if (known !== undefined) return known;
    const type = login.endsWith('[bot]') ? 'Bot' : 'User';
    const made: Account = { login, id: this.nextId(), type };
    this.#accounts.set(login.toLowerCase(), made);
    return made;
  }

  /** An owner is an organisation unless the options say that it is a user. */
  owner(login: string): Account {
    return { ...this.account(login), type: this.isOrganisation(login) ? 'Organization' : 'User' };
  }

  isOrganisation(login: string): boolean {
    return !this.#users.has(login.toLowerCase());
  }

  team(organisation: string, slug: string): Team | undefined {
    return this.teams.get(`${organisation}/${slug}`.toLowerCase());
  }

  addTeam(name: string, members: Readonly<Record<string, 'active' | 'pending'>>): void {
    const [organisation = '', slug = ''] = name.split('/');
    const byLogin = new Map(Object.entries(members).map(([login, state]) => [login.toLowerCase(), state]));
    this.teams.set(name.toLowerCase(), { id: this.nextId(), organisation, slug, members: byLogin });
  }

  find(name: string): Repository | undefined {
    return this.#repositories.get(name.toLowerCase());
  }

  /** Finds a repository, or makes it. */
  open(name: string): Repository {
    const known = this.find(name);
    if (known !== undefined) return known;
    const made = new Repository(this, name);
    this.#repositories.set(name.toLowerCase(), made);
    return made;
  }
}
