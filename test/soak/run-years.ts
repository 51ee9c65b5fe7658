import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../gateway/store/database.ts';

/**
 * `npm run soak:years [-- cuts [seed]]`: a power cut at random bytes of the write-ahead log, half of them with a scrambled
 * tail, and the gateway's database opened again. Prints how many were damaged, and how many lost a commit that was on disk.
 */

const cuts = Number(process.argv[2] ?? 2000);
let state = Number(process.argv[3] ?? 1) >>> 0 || 1;

/** mulberry32: the same seed, the same cuts. */
function random(): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

const commits = 400;
const top = mkdtempSync(join(tmpdir(), 'jari-years-'));
try {
  const whole = join(top, 'whole');
  const db = openDatabase(whole);
  db.pragma('wal_autocheckpoint = 0');
  db.exec('CREATE TABLE cut_rows (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT');
  db.pragma('wal_checkpoint(TRUNCATE)');
  const add = db.prepare('INSERT INTO cut_rows VALUES (?, ?)');
  const files = ['gateway.db', 'gateway.had-data'];
  // Bytes of the log after each commit: what lies below is on disk.
  const ends: number[] = [];
  for (let id = 1; id <= commits; id++) {
    add.run(id, Buffer.alloc(50 + Math.floor(random() * 6000), id));
    ends.push(statSync(join(whole, 'gateway.db-wal')).size);
  }
  const kept = join(top, 'kept');
  mkdirSync(kept);
  for (const name of [...files, 'gateway.db-wal']) copyFileSync(join(whole, name), join(kept, name));
  db.close();

  let damaged = 0;
  let lost = 0;
  const size = ends.at(-1) ?? 0;
  for (let cut = 0; cut < cuts; cut++) {
    const dir = join(top, 'cut');
    mkdirSync(dir);
    for (const name of [...files, 'gateway.db-wal']) copyFileSync(join(kept, name), join(dir, name));
    const at = Math.floor(random() * size);
    const log = join(dir, 'gateway.db-wal');
    if (cut % 2 === 0) truncateSync(log, at);
    else {
      const bytes = readFileSync(log);
      for (let byte = at; byte < bytes.length; byte++) bytes[byte] = Math.floor(random() * 256);
      writeFileSync(log, bytes);
    }
    const synced = ends.filter((end) => end <= at).length;
    try {
      const opened = openDatabase(dir);
      const rows = Number(opened.prepare('SELECT count(*) FROM cut_rows').pluck().get());
      const last = Number(opened.prepare('SELECT coalesce(max(id), 0) FROM cut_rows').pluck().get());
      if (rows < synced || last !== rows) lost++;
      opened.close();
    } catch (error) {
      damaged++;
      console.error(`cut ${cut} at byte ${at}: ${error instanceof Error ? error.message : String(error)}`);
    }
    rmSync(dir, { recursive: true });
  }
  console.log(
    `${cuts} cuts of ${commits} commits in ${size} bytes: ${damaged} damaged, ${lost} lost a commit that was on disk`,
  );
  if (damaged + lost > 0) process.exitCode = 1;
} finally {
  rmSync(top, { recursive: true, force: true });
}
