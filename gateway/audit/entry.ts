/** What was done to the gateway's accounts, credentials and settings: who, what, to whom, before, after, why. */
export type AuditEntry = {
  /** Who did it: `person:kim`, `token:city`, `agent:saesol/cabinet-1`, `command:pi` (a login of this machine), `gateway`. */
  readonly by: string;
  readonly action: AuditAction;
  /** Whom or what it was done to, in full: `person:kim`, `agent:saesol/cabinet-1`. */
  readonly subject: string;
  readonly before: Facts | null;
  readonly after: Facts | null;
  /** In the words of who did it; null when nothing was said. */
  readonly why: string | null;
};

/** Who asks for a change, and why. */
export type Said = Pick<AuditEntry, 'by' | 'why'>;

/** Plain facts, never a secret: see `assertNoSecret`. */
export type Facts = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** Where entries go. */
export type AuditSink = { write(entry: AuditEntry): void };

export const auditActions = [
  'agent-add',
  'agent-revoke',
  'certificate-issue',
  'certificate-renew',
  'certificate-end',
  'ca-init',
  'gateway-replace',
  'outputs-on',
  'replace-code-make',
  'token-create',
  'token-revoke',
  'person-add',
  'person-change',
  'person-remove',
  'password-change',
  'sign-in',
  'sign-out',
  'sign-in-locked',
  'invitation-create',
  'invitation-accept',
  'invitation-revoke',
  'command',
  'reservation-cancel',
  'reservation-forget',
  'sharing-windows',
  'space-recall',
  'space-owner',
  'site-file',
  'configuration-try',
  'configuration-keep',
  'configuration-return',
  'configuration-dismiss',
  'gateway-start',
  'space-override',
  'space-override-end',
  'space-seen-empty',
  'before-the-chain',
  'forecast-import',
  'alert-acknowledge',
  'alert-shelve',
  'alert-unshelve',
  'alert-reset',
  'alert-report',
  'alert-photo',
  'maintenance-start',
  'maintenance-end',
  'building-live',
  'repair-done',
  'rule-rebaseline',
  'sos',
  'answer',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** An entry as it stands in the chain. */
export type AuditRow = AuditEntry & {
  /** 1, 2, 3 … without a gap. */
  readonly id: number;
  /** Epoch ms by the gateway's clock. */
  readonly at: number;
  /** SHA-256 over the row before it and this one, hex. */
  readonly hash: string;
};

const maxTextLength = 500;
const secretWords = /pass|secret|token$|hash|code$|private|^key$/i;
/** Stored passwords and private keys, which are no secrets of ours and open doors all the same. */
const secretForms = /\$argon2|-----BEGIN/;

/**
 * The audit outlives every credential and is shown to people, so nothing in it may open a door.
 * @throws Error when a fact is named like a secret, or anything looks like one (43 characters of base64url are ours)
 */
export function assertNoSecret(entry: AuditEntry): void {
  for (const facts of [entry.before, entry.after]) {
    for (const [name, value] of Object.entries(facts ?? {})) {
      if (secretWords.test(name)) throw new Error(`audit ${entry.action}: the fact ${name} is named like a secret`);
      for (const text of [value].flat()) assertNone(entry.action, text);
    }
  }
  for (const text of [entry.subject, entry.by, entry.why]) assertNone(entry.action, text);
}

function assertNone(action: string, text: unknown): void {
  if (typeof text !== 'string') return;
  if (secretForms.test(text) || text.split(wordEnds).some(isOurs)) {
    throw new Error(`audit ${action}: holds something that looks like a secret`);
  }
}

const leftOut = '…';
const wordEnds = /([^\w-]+)/;

/** An id has no capitals; a secret of ours is without one once in billions. */
function isOurs(word: string): boolean {
  return word.length === 43 && /[A-Z]/.test(word);
}

/** What a person gave as a reason, without secrets, trimmed and cut to 500 characters; null for none. */
export function reasonOf(text: string | null | undefined): string | null {
  // People paste the link or token that a change is about.
  const words = (text ?? '').trim().split(wordEnds);
  const said = words.map((word) => (isOurs(word) ? leftOut : word)).join('');
  if (said === '') return null;
  return secretForms.test(said) ? leftOut : [...said].slice(0, maxTextLength).join('');
}
