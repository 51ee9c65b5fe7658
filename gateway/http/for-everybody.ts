import type { AlertItem } from '../../contract/http/alerts.ts';
import { isForecast } from '../alerts/alert.ts';

/**
 * Troubles of the installation, late records, who called for help, and what is only forecast are the business of those who
 * look after it.
 */
export function isForEverybody({ hazard, state, reason, rule }: AlertItem): boolean {
  const isOwn = hazard === 'equipment' || reason.code === 'sos' || isForecast({ rule });
  return !isOwn && state !== 'late' && state !== 'suppressed';
}
