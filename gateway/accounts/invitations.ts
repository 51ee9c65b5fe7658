import { randomUUID } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { Clock } from '../../contract/clock.ts';
import { Refusal } from '../../contract/problems/refusal.ts';
import type { Role } from '../../contract/roles.ts';
import type { AuditSink, Facts, Said } from '../audit/entry.ts';
import { checkName } from './names.ts';
import { checkPassword } from './passwords.ts';
import { type BuildingRef, buildingText, checkedWanted, type People, type PersonChange } from './people.ts';
import { digest, hashPassword, newSecret } from './secrets.ts';

/** What taking it up makes: a new person of this role, or a new password for one there is. */
export type Offer =
  | { readonly for: 'join'; readonly role: Role; readonly building: BuildingRef | null }
  | { readonly for: 'password'; readonly person: string };

/** Times are epoch ms. */
export type Invitation = Offer & {
  readonly id: string;
  readonly usesLeft: number;
  readonly expires: number;
  readonly by: string;
  readonly at: number;
};

export type InvitationsOptions = { db: Database; clock: Pick<Clock, 'now'>; audit: AuditSink; people: People };

const longestLifeMs = 30 * 24 * 3_600_000;
const mostUses = 500;
/** Open ones of one person; who owns the data folder needs no bound. */
const mostOfOne = 200;

/**
 * Links that make people: the holder of one chooses a name and a password. The code is in the link's fragment, which no
 * browser sends, and is stored as a hash.
 */
export class Invitations {
  readonly #options: InvitationsOptions;
  readonly #sql: ReturnType<typeof statements>;

  constructor(options: InvitationsOptions) {
    this.#options = options;
    this.#sql = statements(options.db);
  }

  /** The code is given back once and never again. @throws Refusal */
  create(
    offer: Offer,
    { uses, lifeMs }: { uses: number; lifeMs: number },
    said: Said,
  ): { code: string; invitation: Invitation } {
    const { db, clock, audit } = this.#options;
    this.#check(offer, { uses, lifeMs });
    const code = newSecret();
    const at = clock.now();
    const row = { id: randomUUID(), ...columnsOf(offer), uses, expires: at + lifeMs, by: said.by, at };
    const invitation = invitationOf(row);
    db.transaction(() => {
      this.#sql.removeExpired.run(at);
      this.#mustNotBeTooMany(said.by);
      this.#sql.add.run({ ...row, secret: digest(code) });
      const after = { ...factsOf(invitation), uses, expires: new Date(row.expires).toISOString() };
      audit.write({ ...said, action: 'invitation-create', subject: `invitation:${row.id}`, before: null, after });
    })();
    return { code, invitation };
  }

  /** What the code is good for; undefined when it is none's, used up or over. */
  look(code: string): Invitation | undefined {
    const row = this.#sql.of.get(digest(code), this.#options.clock.now());
    return row === undefined ? undefined : invitationOf(row);
  }

  /** Makes the person, or gives the person the new password. @returns whom. @throws Refusal */
  async accept({ code, name, password }: { code: string; name: string | null; password: string }): Promise<string> {
    const seen = this.#mustLook(code);
    const person = seen.for === 'password' ? seen.person : (name ?? '');
    if (seen.for === 'join') this.#mustBeFree(person);
    checkPassword(person, password);
    const hash = await hashPassword(password);
    this.#options.db.transaction(() => this.#redeem(code, person, hash))();
    return person;
  }

  /** @returns whether there was one */
  revoke(id: string, said: Said): boolean {
    const row = this.#sql.named.get(id);
    if (row === undefined) return false;
    this.#options.db.transaction(() => this.#end(row, said))();
    return true;
  }

  /**
   * Ends what a person's change leaves nobody to answer for: links that give the person a password, and those that the
   * person made. One that makes residents outlives its maker's password, since it hangs in a lobby.
   */
  withdraw(name: string, what: PersonChange, said: Said): void {
    for (const row of this.#sql.around.all(name, `person:${name}`)) {
      if (what === 'password' && row.role === 'resident') continue;
      this.#end(row, said);
    }
  }

  /** Ends those that somebody who is no person made. */
  withdrawOf(by: string, said: Said): void {
    this.#options.db.transaction(() => {
      for (const row of this.#sql.around.all(null, by)) this.#end(row, said);
    })();
  }

  /** Invitations that can still be accepted, newest first. */
  list(): Invitation[] {
    return this.#sql.all.all(this.#options.clock.now()).map(invitationOf);
  }

  #end(row: Row, said: Said): void {
    const facts = { before: factsOf(invitationOf(row)), after: null };
    this.#sql.remove.run(row.id);
    this.#options.audit.write({ ...said, action: 'invitation-revoke', subject: `invitation:${row.id}`, ...facts });
  }

  /** Looks again, since another may have used it up while the password was being stretched. */
  #redeem(code: string, person: string, hash: string): void {
    const { people, audit } = this.#options;
    const invitation = this.#mustLook(code);
    const said = { by: `invitation:${invitation.id}`, why: null };
    // Before the person changes, which withdraws what is left of such links.
    if (invitation.usesLeft > 1) this.#sql.use.run(invitation.id);
    else this.#sql.remove.run(invitation.id);
    if (invitation.for === 'join') {
      this.#mustBeFree(person);
      const buildings = invitation.building === null ? [] : [invitation.building];
      people.write({ name: person, role: invitation.role, buildings }, hash, said);
    } else {
      people.writePassword(person, hash, said);
    }
    const facts = { before: null, after: { person, usesLeft: invitation.usesLeft - 1 } };
    audit.write({ by: `person:${person}`, action: 'invitation-accept', subject: said.by, ...facts, why: null });
  }

  #mustLook(code: string): Invitation {
    const found = this.look(code);
    if (found === undefined) throw new Refusal('invitation-gone', {});
    return found;
  }

  #mustBeFree(name: string): void {
    checkName('user', name);
    if (this.#options.people.find(name) !== undefined) throw new Refusal('name-taken', { name });
  }

  #mustNotBeTooMany(by: string): void {
    if (!by.startsWith('person:') || this.#sql.around.all(null, by).length < mostOfOne) return;
    throw new Refusal('too-many-invitations', { max: mostOfOne });
  }

  #check(offer: Offer, { uses, lifeMs }: { uses: number; lifeMs: number }): void {
    if (offer.for === 'password') this.#options.people.mustFind(offer.person);
    else checkedWanted({ role: offer.role, buildings: offer.building === null ? [] : [offer.building] });
    const most = offer.for === 'join' && offer.role === 'resident' ? mostUses : 1;
    if (!Number.isInteger(uses) || uses < 1 || uses > most) throw new Refusal('invitation-people', { max: most });
    if (!(lifeMs >= 60_000 && lifeMs <= longestLifeMs)) throw new Refusal('invitation-lifetime', {});
  }
}

type Row = {
  id: string;
  role: Role | null;
  site: BuildingRef['site'] | null;
  building: BuildingRef['building'] | null;
  person: string | null;
  uses: number;
  expires: number;
  by: string;
  at: number;
};

function columnsOf(offer: Offer): Pick<Row, 'role' | 'site' | 'building' | 'person'> {
  if (offer.for === 'password') return { role: null, site: null, building: null, person: offer.person };
  const { role, building } = offer;
  return { role, site: building?.site ?? null, building: building?.building ?? null, person: null };
}

function invitationOf({ role, site, building, person, uses, ...row }: Row): Invitation {
  const rest = { ...row, usesLeft: uses };
  if (person !== null) return { ...rest, for: 'password', person };
  if (role === null) throw new Error(`invitation ${row.id} is for nothing: the accounts table is damaged`);
  return { ...rest, for: 'join', role, building: site === null || building === null ? null : { site, building } };
}

function factsOf(invitation: Invitation): Facts {
  if (invitation.for === 'password') return { for: 'password', person: invitation.person };
  const { role, building } = invitation;
  return { for: 'join', role, building: building === null ? null : buildingText(building) };
}

const columns = 'id, role, site, building, person, uses, expires, by, at';

function statements(db: Database) {
  return {
    add: db.prepare<[Row & { secret: Buffer }]>(
      `INSERT INTO account_invitations (${columns}, secret)
       VALUES (@id, @role, @site, @building, @person, @uses, @expires, @by, @at, @secret)`,
    ),
    of: db.prepare<[Buffer, number], Row>(
      `SELECT ${columns} FROM account_invitations WHERE secret = ? AND expires > ? AND uses > 0`,
    ),
    named: db.prepare<[string], Row>(`SELECT ${columns} FROM account_invitations WHERE id = ?`),
    around: db.prepare<[string | null, string], Row>(
      `SELECT ${columns} FROM account_invitations WHERE person = ? OR by = ? ORDER BY at, id`,
    ),
    all: db.prepare<[number], Row>(`SELECT ${columns} FROM account_invitations WHERE expires > ? ORDER BY at DESC, id`),
    use: db.prepare<[string]>('UPDATE account_invitations SET uses = uses - 1 WHERE id = ?'),
    remove: db.prepare<[string]>('DELETE FROM account_invitations WHERE id = ?'),
    removeExpired: db.prepare<[number]>('DELETE FROM account_invitations WHERE expires <= ?'),
  };
}
