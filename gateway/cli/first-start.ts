import type { Accounts } from '../accounts/accounts.ts';
import type { Log } from '../log.ts';

export type FirstStartOptions = {
  accounts: Pick<Accounts, 'people' | 'invitations'>;
  /** Where people reach the pages, such as https://jari.example:8443. */
  pages: string;
  /** Where a person may be reading; what is written there is kept by nobody. */
  terminal: { readonly isTTY?: boolean; write(text: string): unknown };
  log: Pick<Log, 'warn'>;
};

const linkLifeMs = 3_600_000;
const said = { by: 'gateway', why: 'nobody may sign in yet' };

/**
 * While there is nobody who could sign in: a link that makes the first admin, on a terminal alone, since logs are kept
 * and shipped. Without a terminal the log says by which command. A link of an earlier start ends.
 */
export function firstStart({ accounts, pages, terminal, log }: FirstStartOptions): void {
  accounts.invitations.withdrawOf(said.by, { by: said.by, why: 'the gateway started again' });
  if (accounts.people.list().length > 0) return;
  if (terminal.isTTY !== true) {
    log.warn({ mend: 'jari user add NAME --role admin' }, 'no-people');
    return;
  }
  const offer = { for: 'join', role: 'admin', building: null } as const;
  const { code } = accounts.invitations.create(offer, { uses: 1, lifeMs: linkLifeMs }, said);
  terminal.write(
    `\nNobody may sign in yet. This link makes the first admin; it is good once, for an hour:\n\n` +
      `    ${pages}/join#${code}\n\nor, on this machine: jari user add NAME --role admin\n\n`,
  );
}
