import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runAuditVerify } from '../../../gateway/cli/audit-commands.ts';
import { openDatabase } from '../../../gateway/store/database.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { tempDir } from '../../temp.ts';
import { day, openAccounts, said } from '../accounts/fakes.ts';
import { startGateway } from '../gateway-parts.ts';
import { writeSite } from '../site-files.ts';

const digestOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** What the audit says of starts and site files, oldest first. */
function startsIn(dir: string) {
  const { db, rows } = openAccounts({ db: openDatabase(dir) });
  const found = rows().filter(({ action }) => action === 'site-file' || action === 'gateway-start');
  db.close();
  return found;
}

test('each start is in the audit with the version and the digests of the site files', async () => {
  const dir = tempDir();
  const [saesol, hanbit] = [writeSite(dir), writeSite(dir, { id: 'hanbit', agents: ['cabinet-2'] })];
  const { gateway } = await startGateway({ dir, sites: [saesol, hanbit] });
  await gateway.close();
  const [one, two] = [digestOf(saesol), digestOf(hanbit)];
  expect(startsIn(dir)).toMatchObject([
    {
      by: 'gateway',
      action: 'site-file',
      subject: 'site:saesol',
      before: null,
      after: { file: 'saesol-cabinet-1.yaml', sha256: one },
    },
    { by: 'gateway', action: 'site-file', subject: 'site:hanbit', before: null, after: { sha256: two } },
    {
      by: 'gateway',
      action: 'gateway-start',
      subject: 'gateway',
      after: { version: packageJson.version, sites: [`saesol ${one}`, `hanbit ${two}`] },
    },
  ]);
});

test('a site file is in the audit again only when it is another, with what it was', async () => {
  const dir = tempDir();
  const file = writeSite(dir);
  const start = async () => (await startGateway({ dir, sites: [file] })).gateway.close();
  await start();
  const before = digestOf(file);
  await start();
  appendFileSync(file, '# one more line\n');
  await start();
  const rows = startsIn(dir);
  expect(rows.map(({ action }) => action)).toEqual([
    ...['site-file', 'gateway-start', 'gateway-start', 'site-file', 'gateway-start'],
  ]);
  expect(rows[3]).toMatchObject({ before: { sha256: before }, after: { sha256: digestOf(file) } });
});

test('the log says the head of the chain at the start, every day and at the end', async () => {
  const { gateway, clock, log, dir } = await startGateway();
  const heads = () => log.of('audit-head').map(({ level, ids }) => ({ level, ...ids }));
  expect(heads()).toEqual([{ level: 'info', head: expect.stringMatching(/^2:[0-9a-f]{64}$/) }]);
  gateway.accounts.tokens.create({ name: 'screen', scope: 'read', lifeMs: null }, said);
  // Not step by step: what looks four times a second would be called 345,600 times.
  await clock.leap(day - 1);
  expect(heads()).toHaveLength(1);
  await clock.advance(1);
  expect(heads()[1]).toEqual({ level: 'info', head: expect.stringMatching(/^3:[0-9a-f]{64}$/) });
  gateway.accounts.tokens.revoke('screen', said);
  await gateway.close();
  await gateway.close();
  expect(heads()).toHaveLength(3);
  for (const { head } of log.of('audit-head').map(({ ids }) => ids)) {
    expect(runAuditVerify({ data: dir, head: String(head) }).json).toMatchObject({ ok: true, rows: 4 });
  }
});
