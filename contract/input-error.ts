/** Input a person gave that cannot be used: each problem says what, where and how to fix it. The command exits 2. */
export class InputError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: { cause?: unknown }) {
    super(problems.join('\n'), options);
    this.name = 'InputError';
    this.problems = problems;
  }
}
