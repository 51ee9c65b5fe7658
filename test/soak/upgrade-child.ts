import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../gateway/store/database.ts';
import { migrate } from '../../gateway/store/migrations.ts';
import { readerOf } from '../../gateway/store/reader.ts';
import { reporterIn } from '../../upgrade/reporter.ts';

/**
 * A program of a few lines in place of a gateway: `upgrade-child.ts VERSION DATA`. It opens a real database of a gateway as that
 * version would, commits a row 50 times a second, and notes each in `acknowledged` after its commit. A file `fault` beside its
 * launcher says what is wrong with it: `polls`, `chain`, `leak`, `crash`, `store`, `network`, `schema` (it changes the
 * database so that the version before cannot read it), `schema ends` (and it ends by itself after a second).
 */
const [version = '', data = '', folder = ''] = process.argv.slice(2);
const fault = readFault();
if (fault === 'crash') process.exit(3);
const changes = fault.startsWith('schema');
const reader = readerOf(version);
const db = openDatabase(data, reader);
const table = 'CREATE TABLE soak (id INTEGER PRIMARY KEY, version TEXT NOT NULL) STRICT';
migrate(db, 'soak', [table, ...(changes ? ['ALTER TABLE soak ADD COLUMN colour TEXT'] : [])]);
if (changes) db.prepare("UPDATE meta SET value = ? WHERE key = 'min-reader'").run(reader);
const insert = db.prepare('INSERT INTO soak (version) VALUES (?)');
appendFileSync(join(data, 'up'), `${version}\n`);

const begun = performance.now();
const perMinute = fault === 'polls' ? 4200 : 6000;
const leaked: Buffer[] = [];
const alone = fault === 'network';

const rows = setInterval(() => {
  const { lastInsertRowid } = insert.run(version);
  appendFileSync(join(data, 'acknowledged'), `${version} ${lastInsertRowid}\n`);
  if (fault === 'leak') leaked.push(Buffer.alloc(400_000, 1));
}, 20);

if (fault === 'schema ends') setTimeout(() => process.exit(4), 1000);

const reporter = reporterIn(process.env);
const quiet = { info: () => {}, warn: () => {} };
const store = { name: 'store', look: async () => (fault === 'store' ? 'SQLITE_IOERR_WRITE' : null) };
reporter?.started([store], quiet, () => ({
  done: alone ? 0 : Math.floor(((performance.now() - begun) / 60_000) * perMinute),
  sources: alone ? 0 : 3,
  refused: 0,
  chain: alone
    ? { standing: 'broken', broken: ['agent'] }
    : { standing: fault === 'chain' ? 'broken' : 'ok', broken: fault === 'chain' ? ['rule'] : [] },
}));
process.once('SIGTERM', () => {
  clearInterval(rows);
  reporter?.stopping();
  db.close();
});

function readFault(): string {
  try {
    return readFileSync(join(folder, 'fault'), 'utf8').trim();
  } catch {
    return '';
  }
}
