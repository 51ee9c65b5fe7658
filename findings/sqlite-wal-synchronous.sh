#!/usr/bin/env bash
# The FULL that the pragma shows after switching to WAL is gone with the first write.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install better-sqlite3@13.2.0

probe <<'JS'
import Database from 'better-sqlite3';
import { report } from './report.mjs';

const synchronous = (db) => db.pragma('synchronous', { simple: true });
const db = new Database('a.db');
const first = synchronous(db);
db.pragma('journal_mode = WAL');
const switched = synchronous(db);
db.exec('CREATE TABLE t (x)');
const written = synchronous(db);
const again = new Database('a.db');
again.exec("INSERT INTO t VALUES ('y')");
const reopened = synchronous(again);

const told = new Database('b.db');
told.pragma('journal_mode = WAL');
told.pragma('synchronous = FULL');
told.exec('CREATE TABLE t (x)');
const option = db.prepare("SELECT compile_options AS o FROM pragma_compile_options WHERE compile_options LIKE '%SYNCHRONOUS%'");

report({
  expected: 'synchronous=FULL (2), the default of SQLite, which the pragma also shows: each commit survives a power cut',
  seen: 'NORMAL (1) from the first write on, without a word: the last commits may go with a power cut',
  figures: `new ${first}, after journal_mode=WAL ${switched}, after the first write ${written}, opened again ${reopened}; ` +
    `told FULL ${synchronous(told)}; SQLite ${db.prepare('SELECT sqlite_version() AS v').get().v}, ${option.all().map(({ o }) => o).join(' ')}`,
  still: switched === 2 && written === 1 && reopened === 1,
});
JS
