import type { AlertsAnswer, AlertsRefusal } from '../alerts/do-action.ts';
import type { Who } from './access.ts';
import { HttpProblem } from './problem.ts';

/** A refusal of the alerts part as the problem that says it; anything else goes through. */
export function answered(answer: AlertsAnswer): Exclude<AlertsAnswer, AlertsRefusal> {
  if ('refused' in answer) throw problemOf(answer);
  return answer;
}

function problemOf(refusal: AlertsRefusal): HttpProblem {
  switch (refusal.refused) {
    case 'alert-changed':
      return new HttpProblem('alert-changed', { version: refusal.version });
    case 'already-acknowledged':
      return new HttpProblem('already-acknowledged', { by: refusal.by });
    case 'shelf-too-long':
      return new HttpProblem('shelf-too-long', { maxMinutes: refusal.maxMs / 60_000 });
    case 'maintenance-too-long':
      return new HttpProblem('maintenance-too-long', { maxMinutes: refusal.maxMs / 60_000 });
    case 'not-verifiable':
      return new HttpProblem('not-verifiable', { since: new Date(refusal.since).toISOString() });
    case 'alert-unknown':
      return new HttpProblem('alert-closed', {});
    case 'maintenance-over':
      return new HttpProblem('maintenance-over', { maintenance: '' });
    case 'rule-unknown':
      return new HttpProblem('no-such-rule', { site: '', rule: '' });
    case 'nothing-to-repair':
      return new HttpProblem('nothing-to-repair', { point: '' });
    default:
      return new HttpProblem(refusal.refused, {});
  }
}

/** A manager acts in the buildings that are theirs, and nowhere else; operators and admins act everywhere. */
export function mustManage(who: Who, site: string, building: string | null): void {
  if (who.by !== 'session' || who.person.role !== 'manager') return;
  const isTheirs = who.person.buildings.some((one) => one.site === site && one.building === building);
  if (!isTheirs) throw new HttpProblem('alert-not-yours', { building: building ?? 'site' });
}
