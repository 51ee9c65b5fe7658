/** The store cannot be used: `problem` says what, where and how to fix it. */
export class StoreError extends Error {
  readonly problem: string;

  constructor(problem: string, options?: { cause?: unknown }) {
    super(problem, options);
    this.name = 'StoreError';
    this.problem = problem;
  }
}

/** Codes of SQLite that say the disk failed, not the room on it or the work that was asked. */
const ofTheDisk = ['SQLITE_IOERR', 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_CORRUPT', 'SQLITE_NOTADB'];

/** The code, where the error says that the disk failed: after it the file is trusted only once it was opened again. */
export function diskFailure(error: unknown): string | undefined {
  const code = sqliteCode(error);
  // No room for the index of the log: a full disk says so in its own way.
  if (code === 'SQLITE_IOERR_SHMSIZE') return undefined;
  return ofTheDisk.some((start) => code?.startsWith(start)) ? code : undefined;
}

/** The code of an SQLite error (SQLITE_FULL, …), undefined for every other error. */
export function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return error.code.startsWith('SQLITE_') ? error.code : undefined;
}
