import type { AlertId } from '../../contract/ids.ts';
import type { Alert, Moment } from './alert.ts';
import { cleared, move, type Outcome, toAllTold, unchanged } from './life-cycle.ts';

/** Out of service by maintenance, or in service again (null): what still stands then asks again. */
export function serve(alert: Alert, maintenance: string | null, at: Moment): Outcome {
  if (alert.closed !== null || alert.late || alert.maintenance === maintenance) return unchanged(alert);
  if (maintenance !== null) {
    return moved(alert, { maintenance }, at, { code: 'out-of-service', maintenance });
  }
  const unseen = alert.returned === null ? { acknowledged: null, report: null } : {};
  return moved(alert, { maintenance, ...unseen }, at, { code: 'back-in-service' });
}

/** Suppressed by design while another alert tells the same trouble better; null ends that. Never life safety. */
export function suppress(alert: Alert, by: AlertId | null, at: Moment): Outcome {
  if (alert.closed !== null || alert.late || alert.lifeSafety || alert.suppressedBy === by) return unchanged(alert);
  return moved(alert, { suppressedBy: by }, at, by === null ? { code: 'unsuppressed' } : { code: 'suppressed', by });
}

/** A test is over: what was raised by it alone and is gone is closed; what stands is no test any more. */
export function endTest(alert: Alert, status: Alert['status'], at: Moment): Outcome {
  if (alert.closed !== null || alert.status !== 'Test') return unchanged(alert);
  if (alert.returned !== null && alert.unverifiable === null) {
    return moved(alert, { closed: at, cause: 'test' }, at, { code: 'test-ended' });
  }
  return moved(alert, { status, acknowledged: null, report: null }, at, { code: 'test-ended' });
}

/** The site file no longer has its rule: closed as that, never as recovered. */
export function disable(alert: Alert, at: Moment): Outcome {
  if (alert.closed !== null) return unchanged(alert);
  return moved(alert, { closed: at }, at, { code: 'definition-disabled' });
}

function moved(alert: Alert, patch: Partial<Alert>, at: Moment, reason: Parameters<typeof move>[2]['reason']): Outcome {
  const { alert: next, transition } = move(alert, patch, { at, reason });
  const telling =
    next.state === 'normal'
      ? cleared(next)
      : next.state === 'unack' && alert.state !== 'unack'
        ? toAllTold(next, 'back-in-service')
        : null;
  return { alert: next, transitions: [transition], telling };
}
