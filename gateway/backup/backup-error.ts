import type { BackupFailure, DrillFailure, RestoreProblem } from '../../contract/reasons/backup.ts';

/** A copy that does not count, or one that cannot be restored: the reason is a code with its figures. */
export class BackupError<R extends BackupFailure | RestoreProblem | DrillFailure = BackupFailure> extends Error {
  readonly reason: R;

  constructor(reason: R, options?: { cause?: unknown }) {
    super(reason.code, options);
    this.name = 'BackupError';
    this.reason = reason;
  }
}

/** What the system said, short enough to be kept. */
export function detailOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}

/** The code of a failed system call; undefined for every other error. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
