import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { hashPassword, newSecret } from '../../../gateway/accounts/secrets.ts';
import { Audit, readAudit } from '../../../gateway/audit/audit.ts';
import { type Head, hashOf, noHead, type StoredRow, verifyChain } from '../../../gateway/audit/chain.ts';
import { type AuditEntry, assertNoSecret, reasonOf } from '../../../gateway/audit/entry.ts';
import { memoryDatabase } from '../store/memory-db.ts';

const entry = {
  by: 'person:kim',
  action: 'person-change',
  subject: 'person:lee',
  before: { role: 'viewer', buildings: [] },
  after: { role: 'manager', buildings: ['saesol/hanbit'] },
  why: 'runs 한빛 now',
} as const satisfies AuditEntry;

function opened(entries: readonly AuditEntry[] = [entry, entry, entry, entry]) {
  const db = memoryDatabase();
  const clock = new SimClock();
  const audit = new Audit({ db, clock });
  for (const each of entries) {
    clock.stepWall(1000);
    audit.write(each);
  }
  return { db, clock, audit, rows: [...readAudit(db)] };
}

const verdict = (rows: readonly StoredRow[], head: Head | null = null) => {
  const verified = verifyChain(rows, head);
  return verified.ok ? 'whole' : `${verified.id}: ${verified.problem}`;
};

describe('the chain', () => {
  test('is whole as it was written, row by row, from the first on', () => {
    const { audit, rows } = opened();
    expect(rows.map((row) => row.id)).toEqual([1, 2, 3, 4]);
    expect(verifyChain(rows)).toEqual({ ok: true, head: audit.head() });
    expect(verifyChain(rows, audit.head()).ok).toBe(true);
    expect(verifyChain(rows, { id: 2, hash: rows[1]?.hash ?? '' }).ok).toBe(true);
    expect(verifyChain([])).toEqual({ ok: true, head: noHead });
  });

  test.each<[field: keyof StoredRow, value: string | number | null]>([
    ['at', 1],
    ['by', 'person:lee'],
    ['action', 'person-add'],
    ['subject', 'person:kim'],
    ['before', null],
    ['after', '{"role":"admin","buildings":[]}'],
    ['why', null],
    ['why', ''],
    ['hash', '0'.repeat(64)],
  ])('is broken at the row whose %s is %j now', (field, value) => {
    const { rows } = opened();
    const changed = rows.map((row) => (row.id === 2 ? { ...row, [field]: value } : row));
    expect(verdict(changed)).toBe('2: this row, or the one before it, is not what was written');
  });

  test('tells two rows whose words have moved from one field into the next', () => {
    const words = { id: 1, at: 1, by: 'a', action: 'b', subject: 'c', before: null, after: null, why: null };
    expect(hashOf(noHead.hash, words)).not.toBe(hashOf(noHead.hash, { ...words, by: 'ab', action: '' }));
    expect(hashOf(noHead.hash, words)).not.toBe(hashOf(noHead.hash, { ...words, before: 'null' }));
  });

  test('is broken where a row was taken out, put in or swapped', () => {
    const { rows } = opened();
    const [one, two, three, four] = rows;
    if (one === undefined || two === undefined || three === undefined || four === undefined) throw new Error('four');
    expect(verdict([one, two, four])).toBe('4: rows 3 to 3 are gone');
    expect(verdict([two, three, four])).toBe('2: rows 1 to 1 are gone');
    expect(verdict([one, three, two, four])).toBe('3: rows 2 to 2 are gone');
    expect(verdict([one, two, two, three])).toBe('2: the rows are out of order');
    const renumbered = { ...four, id: 3 };
    expect(verdict([one, two, renumbered])).toBe('3: this row, or the one before it, is not what was written');
  });

  test('shows a row put in with a right hash of its own, by the row after it', () => {
    const { rows } = opened();
    const [one, two] = rows;
    if (one === undefined || two === undefined) throw new Error('two');
    const forged = { ...two, subject: 'person:mallory' };
    const sealed = { ...forged, hash: hashOf(one.hash, forged) };
    expect(verdict(rows.with(1, sealed))).toBe('3: this row, or the one before it, is not what was written');
  });

  test('whose end was cut off is whole in itself, and not beside a head that was kept', () => {
    const { audit, rows } = opened();
    const cut = rows.slice(0, 2);
    expect(verdict(cut)).toBe('whole');
    expect(verdict(cut, audit.head())).toBe('2: the chain ends here, and row 4 was known: its end is cut off');
    expect(verdict([], audit.head())).toBe('0: the chain ends here, and row 4 was known: its end is cut off');
  });

  test('that was rewritten from the first row is whole in itself, and not beside a head that was kept', () => {
    const { audit } = opened();
    const rewritten = opened([{ ...entry, why: 'nothing to see here' }, entry, entry, entry]).rows;
    expect(verdict(rewritten)).toBe('whole');
    expect(verdict(rewritten, audit.head())).toBe(
      '4: the chain is whole, but not the one that was kept: it was rewritten',
    );
  });

  test('holds whatever words people type, halves of letters too', () => {
    const text = fc.string({ unit: 'binary', maxLength: 40 });
    const lone = fc.constantFrom('\ud83d', '\udc00', 'half \ud83d', '\0', '\u2028', '가'.normalize('NFD'));
    const words = fc.oneof(text, lone);
    const facts = fc.option(
      fc.record({ role: words, buildings: fc.array(words, { maxLength: 3 }), uses: fc.integer() }),
    );
    const entries = fc.array(
      fc
        .record({ before: facts, after: facts, why: fc.option(words), by: words })
        .map((said) => ({ ...entry, ...said })),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(entries, fc.nat(), (all, at) => {
        const { audit, rows } = opened(all);
        expect(verifyChain(rows, audit.head())).toEqual({ ok: true, head: audit.head() });
        const less = rows.toSpliced(at % rows.length, 1);
        expect(verifyChain(less, audit.head()).ok).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the table', () => {
  test.each([
    ['changed', "UPDATE audit SET why = 'no reason' WHERE id = 2"],
    ['changed to what it is', 'UPDATE audit SET id = id'],
    ['taken out', 'DELETE FROM audit WHERE id = 4'],
    ['emptied', 'DELETE FROM audit'],
    [
      'replaced',
      "INSERT OR REPLACE INTO audit SELECT id, at, by, action, 'person:x', before, after, why, hash FROM audit WHERE id = 2",
    ],
    [
      'put in further on',
      'INSERT INTO audit SELECT 9, at, by, action, subject, before, after, why, hash FROM audit WHERE id = 2',
    ],
    [
      'put in before the first',
      'INSERT INTO audit SELECT 0, at, by, action, subject, before, after, why, hash FROM audit WHERE id = 2',
    ],
    [
      'put in without a number',
      'INSERT INTO audit SELECT NULL, at, by, action, subject, before, after, why, hash FROM audit WHERE id = 2',
    ],
  ])('lets no row be %s', (_what, sql) => {
    const { db, rows } = opened();
    expect(() => db.exec(sql)).toThrow('the audit is append-only');
    expect([...readAudit(db)]).toEqual(rows);
  });

  test('goes on after a restart where it ended', () => {
    const { db, clock, audit } = opened();
    const before = audit.head();
    const again = new Audit({ db, clock });
    expect(again.head()).toEqual(before);
    again.write(entry);
    expect(verifyChain(readAudit(db), before)).toEqual({ ok: true, head: again.head() });
  });

  test('keeps nothing of a change that was taken back, and goes on as if it had not been', () => {
    const { db, audit } = opened();
    const before = audit.head();
    const fail = db.transaction(() => {
      audit.write(entry);
      throw new Error('the change failed');
    });
    expect(fail).toThrow('the change failed');
    expect(audit.head()).toEqual(before);
    audit.write(entry);
    expect(verifyChain(readAudit(db), before).ok).toBe(true);
  });

  test('lists the newest rows first, page by page', () => {
    const { audit, clock } = opened();
    expect(audit.list({ before: null, limit: 3 }).map((row) => row.id)).toEqual([4, 3, 2]);
    expect(audit.list({ before: 2, limit: 3 })).toEqual([
      { ...entry, id: 1, at: clock.now() - 3000, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });
});

test.each(['no JSON', '[1]', '{"deep":{"er":1}}'])(
  'a row into which somebody wrote %s is read all the same',
  (text) => {
    const { db, audit } = opened();
    db.exec('DROP TRIGGER audit_keeps');
    db.prepare('UPDATE audit SET after = ? WHERE id = 2').run(text);
    const [, , row] = audit.list({ before: null, limit: 10 });
    expect(row).toMatchObject({ id: 2, after: { unreadable: text } });
    expect(verdict([...readAudit(db)])).toMatch(/^2: /);
  },
);

test('rows of a time before the chain become its first ones, at their own times, once', () => {
  const db = memoryDatabase();
  db.exec(`CREATE TABLE account_audit (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL) STRICT;
    INSERT INTO account_audit (at, action, subject) VALUES (1000, 'agent-add', 'saesol/cabinet-1'), (900, 'sign-in', 'haeun')`);
  const clock = new SimClock();
  const audit = new Audit({ db, clock });
  const old = { by: 'unknown', action: 'before-the-chain', before: null, why: null };
  expect(audit.list({ before: null, limit: 9 }).toReversed()).toMatchObject([
    { ...old, id: 1, at: 1000, subject: 'saesol/cabinet-1', after: { action: 'agent-add' } },
    { ...old, id: 2, at: 900, subject: 'haeun', after: { action: 'sign-in' } },
  ]);
  expect(verifyChain(readAudit(db)).ok).toBe(true);
  expect(new Audit({ db, clock }).head().id).toBe(2);
  expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'account_audit'").all()).toEqual([]);
});

describe('no secret', () => {
  const secret = newSecret();
  const holding = (more: Partial<AuditEntry>): AuditEntry => ({ ...entry, ...more });

  test.each<[where: string, more: Partial<AuditEntry>]>([
    ['as a fact', { after: { note: secret } }],
    ['in the midst of a fact', { before: { link: `https://jari.example/join#${secret}` } }],
    ['in a list', { after: { notes: ['a', secret] } }],
    ['as whom', { subject: `person:${secret}` }],
    ['as who', { by: secret }],
    ['as why', { why: `the token is ${secret}.` }],
    ['as a cookie', { why: `${secret}.${newSecret()}` }],
    ['under a telling name', { after: { password: 'x' } }],
    ['under another telling name', { after: { newToken: 'x' } }],
    ['as a stored password', { after: { note: '$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA' } }],
    ['as a private key', { why: '-----BEGIN PRIVATE KEY-----' }],
  ])('gets in %s', (_where, more) => {
    const { db, audit, rows } = opened();
    expect(() => audit.write(holding(more))).toThrow(/^audit person-change: /);
    expect([...readAudit(db)]).toEqual(rows);
  });

  test.each<[what: string, more: Partial<AuditEntry>]>([
    ['a digest in hex', { after: { digest: 'a'.repeat(64) } }],
    ['a long id', { subject: `agent:${'a-long-site-name'.repeat(3)}/cabinet-1` }],
    ['a UUID', { subject: 'invitation:123e4567-e89b-42d3-a456-426614174000' }],
    ['a name of 43 letters', { subject: `person:${'a'.repeat(43)}` }],
  ])('is seen in %s', (_what, more) => {
    expect(() => assertNoSecret(holding(more))).not.toThrow();
  });

  test('is quoted in the refusal', () => {
    const { audit } = opened();
    expect(() => audit.write(holding({ after: { note: secret } }))).toThrow(
      expect.objectContaining({
        message: expect.not.stringContaining(secret),
      }),
    );
  });

  test('stays in a reason that somebody pasted one into', async () => {
    expect(reasonOf(`sent https://jari.example/join#${secret} to Kim`)).toBe('sent https://jari.example/join#… to Kim');
    expect(reasonOf(await hashPassword('right horse'))).toBe('…');
    expect(reasonOf('  moved out \n')).toBe('moved out');
    expect(reasonOf(' ')).toBeNull();
    expect(reasonOf(undefined)).toBeNull();
    expect(reasonOf('🏢'.repeat(600))).toBe('🏢'.repeat(500));
  });
});
