import type Sqlite from 'better-sqlite3';
import type { AgentId } from '../../../contract/ids.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { Accounts, type Ended } from '../../../gateway/accounts/accounts.ts';
import { checkedBuilding } from '../../../gateway/accounts/people.ts';
import { hashPassword } from '../../../gateway/accounts/secrets.ts';
import { Audit } from '../../../gateway/audit/audit.ts';
import type { AuditEntry } from '../../../gateway/audit/entry.ts';
import { memoryDatabase } from '../store/memory-db.ts';

export const hour = 3_600_000;
export const day = 24 * hour;
export const said = { by: 'command:test', why: null };
export const password = 'right horse';
/** Stretching is slow on purpose, so that of the one password is done once. */
export const passwordHash = await hashPassword(password);
export const here = '192.0.2.1';
export const hanbit = checkedBuilding({ site: 'saesol', building: 'hanbit' });
export const narae = checkedBuilding({ site: 'saesol', building: 'narae' });

/** Accounts with a database in memory, unless one is given; `audit.broken` makes every write of the audit fail. */
export function openAccounts(
  options: { db?: Sqlite.Database; clock?: SimClock; agentIds?: readonly AgentId[]; sessionKey?: Uint8Array } = {},
) {
  const { db = memoryDatabase(), clock = new SimClock(), agentIds = [], sessionKey = new Uint8Array(32) } = options;
  const ended: Ended[] = [];
  const audit = new BreakableAudit({ db, clock });
  const accounts = new Accounts({
    db,
    clock,
    audit,
    sessionKey: () => sessionKey,
    agentIds,
    onEnded: (who) => ended.push(who),
  });
  return {
    db,
    clock,
    audit,
    accounts,
    ended,
    /** A person with the one password, or with none that anybody knows. */
    person(name: string, role: 'viewer' | 'operator' | 'admin', hash = passwordHash) {
      accounts.people.write({ name, role, buildings: [] }, hash, said);
    },
    /** Rows of the audit, oldest first. */
    rows: () => audit.list({ before: null, limit: 1000 }).toReversed(),
    actions: () =>
      audit
        .list({ before: null, limit: 1000 })
        .toReversed()
        .map(({ action, subject }) => `${action} ${subject}`),
    count: (table: string) => db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get(),
  };
}

/** An audit whose disk is full when a test says so. */
class BreakableAudit extends Audit {
  broken = false;

  override write(entry: AuditEntry): void {
    if (this.broken) throw new Error('the disk is full');
    super.write(entry);
  }
}

export function signIn(
  { accounts }: Pick<ReturnType<typeof openAccounts>, 'accounts'>,
  attempt: { name?: string; password?: string; address?: string } = {},
) {
  return accounts.signIns.signIn({ name: 'haeun', address: here, password, ...attempt });
}

/** The cookie of a sign-in that is let in. */
export async function cookieOf(world: Pick<ReturnType<typeof openAccounts>, 'accounts'>, name = 'haeun') {
  const signedIn = await signIn(world, { name });
  if (!signedIn.ok) throw new Error(`${name} was not let in: ${signedIn.why}`);
  return signedIn.cookie;
}
