/** The store cannot be used: `problem` says what, where and how to fix it. */
export class StoreError extends Error {
  readonly problem: string;

  constructor(problem: string, options?: { cause?: unknown }) {
    super(problem, options);
    this.name = 'StoreError';
    this.problem = problem;
  }
}

/** The code of an SQLite error (SQLITE_FULL, …), undefined for every other error. */
export function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return error.code.startsWith('SQLITE_') ? error.code : undefined;
}
