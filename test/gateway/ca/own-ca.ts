import type { Database } from 'better-sqlite3';
import type { Clock } from '../../../contract/clock.ts';
import { Audit } from '../../../gateway/audit/audit.ts';
import { AgentCertificates, type AgentCertificatesOptions } from '../../../gateway/ca/agent-certificates.ts';
import { AuthorityKeeper } from '../../../gateway/ca/authority-keeper.ts';
import { type Lifetimes, lifetimes } from '../../../gateway/ca/lifetimes.ts';

/** Agent certificates as a gateway has them, with a CA in `dir` that is made when the first one is issued. */
export function ownCertificates(options: {
  db: Database;
  clock: Pick<Clock, 'now'>;
  dir: string;
  lifetimes?: Lifetimes;
  onEnded?: AgentCertificatesOptions['onEnded'];
}): AgentCertificates {
  const { db, clock, dir, onEnded } = options;
  const audit = new Audit({ db, clock });
  const authority = new AuthorityKeeper({ dir, clock, audit });
  const ended = onEnded === undefined ? {} : { onEnded };
  return new AgentCertificates({ db, authority, clock, audit, lifetimes: options.lifetimes ?? lifetimes, ...ended });
}

/** For a broker that nobody signs in to by a certificate. */
export const noCertificates: Pick<AgentCertificates, 'authenticate' | 'used' | 'due' | 'renew' | 'revokedServers'> = {
  authenticate: () => ({ ok: false, why: 'there are no certificates here' }),
  used: () => {},
  due: () => undefined,
  revokedServers: () => [],
  renew: async () => ({ v: 1, refused: 'there are no certificates here' }),
};
