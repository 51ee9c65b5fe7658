#!/usr/bin/env bash
# A database whose file was cut to nothing is a new one, even where the file must exist.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install better-sqlite3@13.2.0

probe <<'JS'
import { truncateSync } from 'node:fs';
import Database from 'better-sqlite3';
import { report } from './report.mjs';

const before = new Database('readings.db');
before.exec('CREATE TABLE readings (value REAL)');
before.prepare('INSERT INTO readings VALUES (?)').run(21.5);
before.close();
// What a power cut leaves of a file whose length had not reached the disk.
truncateSync('readings.db', 0);

let said, check;
try {
  const db = new Database('readings.db', { fileMustExist: true });
  check = db.pragma('integrity_check', { simple: true });
  db.exec('CREATE TABLE IF NOT EXISTS readings (value REAL)');
  said = `${db.prepare('SELECT count(*) FROM readings').pluck().get()} readings`;
} catch ({ code }) {
  said = code;
}
report({
  expected: 'an error: a file of 0 bytes has no header and is no database',
  seen: 'it opens, and integrity_check says ok: the program makes its tables and goes on without what it knew',
  figures: `1 reading stored, file cut to 0 bytes; fileMustExist: true: integrity_check "${check}", ${said}`,
  still: check === 'ok' && said === '0 readings',
});
JS
