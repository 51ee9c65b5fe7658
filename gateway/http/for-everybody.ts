import type { AlertItem } from '../../contract/http/alerts.ts';

/** Troubles of the installation, late records and who called for help are the business of those who look after it. */
export function isForEverybody({ hazard, state, reason }: AlertItem): boolean {
  return hazard !== 'equipment' && reason.code !== 'sos' && state !== 'late' && state !== 'suppressed';
}
