import type { Database } from 'better-sqlite3';
import type { Clock } from '../../contract/clock.ts';
import { type BuildingId, buildingIdSchema, type SiteId, siteIdSchema } from '../../contract/ids.ts';
import { Refusal } from '../../contract/problems/refusal.ts';
import { isOfBuildings, type Role } from '../../contract/roles.ts';
import type { AuditSink, Facts, Said } from '../audit/entry.ts';
import { checkedId, checkedRole, checkName } from './names.ts';
import { checkPassword } from './passwords.ts';
import { hashPassword } from './secrets.ts';

export type BuildingRef = { readonly site: SiteId; readonly building: BuildingId };
export type Person = { readonly name: string; readonly role: Role; readonly buildings: readonly BuildingRef[] };
/** `at`: since when, epoch ms. */
export type PersonItem = Person & { readonly at: number };

/** What a person is to be, as somebody wrote it. */
export type Wanted = {
  readonly role: string;
  /** Managers and residents: at least one. Others: none. */
  readonly buildings: readonly { readonly site: string; readonly building: string }[];
};

/** What of a person is another now; `all`: the person is gone, or somebody else has the name. */
export type PersonChange = 'password' | 'role' | 'all';

export type PeopleOptions = {
  db: Database;
  clock: Pick<Clock, 'now'>;
  audit: AuditSink;
  /** What began with what the person was ends with it; called inside the transaction. */
  onChanged(name: string, what: PersonChange, said: Said): void;
};

/** People, by a password of their own. */
export class People {
  readonly #options: PeopleOptions;
  readonly #sql: ReturnType<typeof statements>;

  constructor(options: PeopleOptions) {
    this.#options = options;
    this.#sql = statements(options.db);
  }

  /** Adds a person; one who exists gets the new password and role, and is signed out everywhere. @throws Refusal */
  async add(
    { name, password, ...wanted }: { name: string; password: string } & Wanted,
    said: Said,
  ): Promise<{ replaced: boolean }> {
    checkName('user', name);
    const is = checkedWanted(wanted);
    checkPassword(name, password);
    const hash = await hashPassword(password);
    return this.#options.db.transaction(() => this.write({ name, ...is }, hash, said))();
  }

  /** The synchronous half of `add`, for who has a transaction of their own. */
  write(person: Person, hash: string, said: Said): { replaced: boolean } {
    const { clock, audit, onChanged } = this.#options;
    const { name } = person;
    const before = this.find(name);
    if (before?.role === 'admin' && person.role !== 'admin') this.#mustNotBeLastAdmin(name);
    this.#sql.remove.run(name);
    this.#sql.add.run(name, person.role, hash, clock.now());
    this.#writeBuildings(person);
    audit.write({
      ...said,
      action: 'person-add',
      subject: `person:${name}`,
      before: factsOf(before),
      after: factsOf(person),
    });
    onChanged(name, 'all', said);
    return { replaced: before !== undefined };
  }

  /** Another password; signed out everywhere. @throws Refusal when there is no such person or it is too weak */
  async setPassword(name: string, password: string, said: Said): Promise<void> {
    this.mustFind(name);
    checkPassword(name, password);
    const hash = await hashPassword(password);
    this.#options.db.transaction(() => this.writePassword(name, hash, said))();
  }

  /** The synchronous half of `setPassword`. @throws Refusal when the person has gone meanwhile */
  writePassword(name: string, hash: string, said: Said): void {
    this.mustFind(name);
    this.#sql.setHash.run(hash, name);
    this.#options.audit.write({
      ...said,
      action: 'password-change',
      subject: `person:${name}`,
      before: null,
      after: null,
    });
    this.#options.onChanged(name, 'password', said);
  }

  /** What a person is from now on, and where; sessions go on with it. @throws Refusal, also when no admin would be left */
  change(name: string, wanted: Wanted, said: Said): Person {
    const before = this.mustFind(name);
    const is = { name, ...checkedWanted(wanted) };
    if (before.role === 'admin' && is.role !== 'admin') this.#mustNotBeLastAdmin(name);
    return this.#options.db.transaction(() => {
      this.#sql.setRole.run(is.role, name);
      this.#writeBuildings(is);
      const after = this.mustFind(name);
      const facts = { before: factsOf(before), after: factsOf(after) };
      this.#options.audit.write({ ...said, action: 'person-change', subject: `person:${name}`, ...facts });
      const isAnother = JSON.stringify(facts.before) !== JSON.stringify(facts.after);
      if (isAnother) this.#options.onChanged(name, 'role', said);
      return after;
    })();
  }

  /** @throws Refusal when there is none, or no admin would be left */
  remove(name: string, said: Said): void {
    const before = this.mustFind(name);
    if (before.role === 'admin') this.#mustNotBeLastAdmin(name);
    this.#options.db.transaction(() => {
      this.#sql.remove.run(name);
      this.#sql.removeBuildings.run(name);
      const facts = { before: factsOf(before), after: null };
      this.#options.audit.write({ ...said, action: 'person-remove', subject: `person:${name}`, ...facts });
      this.#options.onChanged(name, 'all', said);
    })();
  }

  find(name: string): Person | undefined {
    const row = this.#sql.named.get(name);
    return row === undefined ? undefined : { name, role: row.role, buildings: this.#sql.buildingsOf.all(name) };
  }

  /** The stored password of a person, for comparing. */
  hashOf(name: string): string | undefined {
    return this.#sql.named.get(name)?.hash;
  }

  list(): PersonItem[] {
    return this.#sql.all.all().map((row) => ({ ...row, buildings: this.#sql.buildingsOf.all(row.name) }));
  }

  /** @throws Refusal */
  mustFind(name: string): Person {
    const person = this.find(name);
    if (person === undefined) throw new Refusal('no-such-person', { person: name });
    return person;
  }

  #writeBuildings({ name, buildings }: Person): void {
    this.#sql.removeBuildings.run(name);
    for (const { site, building } of buildings) this.#sql.addBuilding.run(name, site, building);
  }

  #mustNotBeLastAdmin(name: string): void {
    const others = this.#sql.all.all().filter((row) => row.role === 'admin' && row.name !== name);
    if (others.length > 0) return;
    throw new Refusal('only-admin', { person: name });
  }
}

/** A role with the buildings that belong to it. @throws Refusal */
export function checkedWanted({ role: word, buildings: refs }: Wanted): Omit<Person, 'name'> {
  const role = checkedRole(word);
  const buildings = refs.map(checkedBuilding);
  if (isOfBuildings(role) && buildings.length === 0) throw new Refusal('role-needs-building', { role });
  if (!isOfBuildings(role) && buildings.length > 0) throw new Refusal('role-without-building', { role });
  return { role, buildings };
}

/** A building as somebody named it. @throws Refusal on a bad id */
export function checkedBuilding({ site, building }: { site: string; building: string }): BuildingRef {
  return { site: checkedId(siteIdSchema, site), building: checkedId(buildingIdSchema, building) };
}

/** A building in one word: `saesol/hanbit`. */
export const buildingText = ({ site, building }: BuildingRef) => `${site}/${building}`;

function factsOf(person: Person | undefined): Facts | null {
  return person === undefined ? null : { role: person.role, buildings: person.buildings.map(buildingText) };
}

function statements(db: Database) {
  return {
    add: db.prepare<[string, string, string, number]>('INSERT INTO account_users VALUES (?, ?, ?, ?)'),
    remove: db.prepare<[string]>('DELETE FROM account_users WHERE name = ?'),
    setHash: db.prepare<[string, string]>('UPDATE account_users SET hash = ? WHERE name = ?'),
    setRole: db.prepare<[string, string]>('UPDATE account_users SET role = ? WHERE name = ?'),
    named: db.prepare<[string], { role: Role; hash: string }>('SELECT role, hash FROM account_users WHERE name = ?'),
    all: db.prepare<[], { name: string; role: Role; at: number }>(
      'SELECT name, role, at FROM account_users ORDER BY name',
    ),
    addBuilding: db.prepare<[string, string, string]>('INSERT OR IGNORE INTO account_buildings VALUES (?, ?, ?)'),
    removeBuildings: db.prepare<[string]>('DELETE FROM account_buildings WHERE user = ?'),
    buildingsOf: db.prepare<[string], BuildingRef>(
      'SELECT site, building FROM account_buildings WHERE user = ? ORDER BY site, building',
    ),
  };
}
