import type { UpgradeFailure, UpgradeRefusal } from '../contract/reasons/upgrade.ts';

/** Why an upgrade is not begun, or cannot go on: a code with its figures. */
export class UpgradeError<R extends UpgradeRefusal | UpgradeFailure = UpgradeRefusal> extends Error {
  readonly reason: R;

  constructor(reason: R, options?: { cause?: unknown }) {
    super(reason.code, options);
    this.name = 'UpgradeError';
    this.reason = reason;
  }
}

/** What the system said, short enough to be kept. */
export function detailOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}
