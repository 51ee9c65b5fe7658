#!/usr/bin/env bash
# A whole number of JavaScript is bound as a REAL, which shows in texts and divisions.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install better-sqlite3@13.2.0

probe <<'JS'
import Database from 'better-sqlite3';
import { report } from './report.mjs';

const db = new Database(':memory:');
db.exec('CREATE TABLE t (name TEXT)');
db.prepare('INSERT INTO t VALUES (?)').run(7);
const text = db.prepare('SELECT name FROM t').pluck().get();
const key = db.prepare("SELECT 'bay-' || ?").pluck().get(7);
const minute = db.prepare('SELECT ? / ?').pluck().get(90_061_000, 60_000);
const literal = db.prepare('SELECT 90061000 / 60000').pluck().get();
const bigint = db.prepare('SELECT ? / ?').pluck().get(90_061_000n, 60_000n);

report({
  expected: '7 is an INTEGER for SQLite: text "7", and whole numbers divide to a whole number',
  seen: 'each number is a REAL: "7.0" in a text column and in a key, fractions where buckets were meant; a BigInt is an INTEGER',
  figures: `text column "${text}"; 'bay-' || 7 is "${key}"; 90061000 / 60000 is ${minute} bound, ${literal} written out, ${bigint} as BigInt`,
  still: text === '7.0' && minute !== literal && bigint === literal,
});
JS
