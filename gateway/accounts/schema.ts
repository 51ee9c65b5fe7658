import type { Migration } from '../store/migrations.ts';

/** The tables of who exists. Secrets are there as hashes only. */
export const schema: readonly Migration[] = [
  `
  CREATE TABLE account_agents (
    site TEXT NOT NULL, agent TEXT NOT NULL, secret BLOB NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (agent, site)) STRICT, WITHOUT ROWID;
  CREATE TABLE account_tokens (
    name TEXT PRIMARY KEY, scope TEXT NOT NULL, secret BLOB NOT NULL UNIQUE, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE account_users (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE account_sessions (id BLOB PRIMARY KEY, user TEXT NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE account_audit (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL) STRICT;
  `,
  `
  ALTER TABLE account_tokens ADD COLUMN expires INTEGER;
  ALTER TABLE account_sessions ADD COLUMN began INTEGER NOT NULL DEFAULT 0;
  DELETE FROM account_sessions;
  CREATE TABLE account_buildings (
    user TEXT NOT NULL, site TEXT NOT NULL, building TEXT NOT NULL,
    PRIMARY KEY (user, site, building)) STRICT, WITHOUT ROWID;
  CREATE TABLE account_invitations (
    id TEXT PRIMARY KEY, secret BLOB NOT NULL UNIQUE, role TEXT, site TEXT, building TEXT, person TEXT,
    uses INTEGER NOT NULL, expires INTEGER NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
];
