import { windowText } from '../../../config/lots/hours.ts';
import type { AuditEntry, Said } from '../../audit/entry.ts';
import type { ReservationAction, ReservationAnswer } from './actions.ts';
import type { Place } from './reservation.ts';

/** What a driver does to their own reservation is in its history; what anybody else does to it is in the audit as well. */
export const byDriver: Said = { by: 'driver', why: null };

/** Rows of the audit for an action that was carried out. */
export function auditOf(
  { by: said, action }: { by: Said; action: ReservationAction },
  answer: ReservationAnswer,
): readonly AuditEntry[] {
  if (answer.kind === 'refused') return [];
  switch (action.kind) {
    case 'cancel':
      if (said.by === byDriver.by || answer.kind !== 'reservation' || answer.again) return [];
      return [row(said, 'reservation-cancel', `reservation:${action.id}`, { state: answer.reservation.state })];
    case 'forget':
      return said.by === byDriver.by ? [] : [row(said, 'reservation-forget', `reservation:${action.id}`, null)];
    case 'recall':
      return [
        row(said, 'space-recall', nameOf(action.place), { from: iso(action.time.from), to: iso(action.time.to) }),
      ];
    case 'end-recall':
      return [{ ...row(said, 'space-recall', nameOf(action.place), null), before: { recall: action.id } }];
    case 'set-windows':
      return [row(said, 'sharing-windows', nameOf(action.place), { windows: textsOf(action) })];
    case 'set-owner':
      return [row(said, 'space-owner', nameOf(action.place), { given: action.token !== null })];
    case 'reserve':
    case 'take-alternative':
    case 'answer-payment':
      return [];
  }
}

function row(said: Said, action: AuditEntry['action'], subject: string, after: AuditEntry['after']): AuditEntry {
  return { ...said, action, subject, before: null, after };
}

function nameOf({ site, lot, space }: Place): string {
  return `space:${site}/${lot}/${space}`;
}

function textsOf({ windows }: Extract<ReservationAction, { kind: 'set-windows' }>): readonly string[] {
  return (windows ?? []).map(({ days, window }) => `${days.join('+')} ${windowText(window)}`);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
