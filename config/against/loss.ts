import type { SiteChange } from '../../contract/reasons/site-changes.ts';

/** Whether the change takes something away that somebody may rely on. */
export function isLoss(change: SiteChange): boolean {
  switch (change.code) {
    case 'bus-load':
      return (change.after ?? 0) > Math.max(0.7, change.before ?? 0);
    case 'rule-changed':
      return change.lifeSafety;
    case 'space-changed':
      return change.keys.includes('occupancy');
    case 'other-site':
    case 'device-moved':
    case 'points-slower':
    case 'rule-watches-less':
    case 'interlock-changed':
    case 'backup-off':
      return true;
    default:
      return change.code.endsWith('-gone');
  }
}
