import { z } from 'zod';

/** What came of a compileParser: the value, or what was wrong with it, in one line. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; problem: string };

export type Parser<T> = (input: unknown) => Parsed<T>;

/**
 * A schema as a parser: compiled once, when the first input comes, so that checking a batch costs a twentieth of parsing
 * its JSON, and a process that never hears of a message does not compile what reads it (all together half a second of a
 * start). Where code generation is forbidden zod quietly hands back the plain schema, right but ten times slower, so that
 * is refused here, before any input.
 * @throws when schemas cannot be compiled in this process
 */
export function compileParser<S extends z.ZodType>(schema: S): Parser<z.infer<S>> {
  if (!canCompile()) throw new Error('schema did not compile: is code generation forbidden in this process?');
  let compiled: S | undefined;
  return (input) => {
    compiled ??= z.compile(schema, { strict: true });
    const result = compiled.safeParse(input);
    return result.success ? { ok: true, value: result.data } : { ok: false, problem: firstProblem(result.error) };
  };
}

/**
 * A schema as a parser that is not compiled, for what comes seldom: ten times slower, and without the megabytes that compiled
 * code of a large schema takes for as long as the process runs.
 */
export function plainParser<S extends z.ZodType>(schema: S): Parser<z.infer<S>> {
  return (input) => {
    const result = schema.safeParse(input);
    return result.success ? { ok: true, value: result.data } : { ok: false, problem: firstProblem(result.error) };
  };
}

let probed: boolean | undefined;

function canCompile(): boolean {
  const probe = z.string();
  probed ??= z.compile(probe, { strict: true }) !== probe;
  return probed;
}

/** The first issue of a zod error as `path: message`. */
export function firstProblem(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'invalid';
  const path = issue.path.map(String).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}
