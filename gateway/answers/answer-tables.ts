import { z } from 'zod';
import { answerKindSchema } from '../../contract/http/answers.ts';
import { buildingIdSchema, siteIdSchema } from '../../contract/ids.ts';
import type { Database } from '../store/database.ts';
import { type Migration, migrate } from '../store/migrations.ts';

/** `waits`: those who help are not told again just now. `more`: how many said meanwhile that they need help. */
const steps: readonly Migration[] = [
  `
  CREATE TABLE answers (
    alert TEXT NOT NULL, person TEXT NOT NULL, site TEXT NOT NULL, building TEXT NOT NULL, answer TEXT NOT NULL,
    at INTEGER NOT NULL, text TEXT, PRIMARY KEY (alert, person)) STRICT, WITHOUT ROWID;
  CREATE INDEX answers_of_person ON answers (person);
  CREATE TABLE answer_calls (
    alert TEXT NOT NULL, person TEXT NOT NULL, site TEXT NOT NULL, building TEXT NOT NULL, since INTEGER NOT NULL,
    at INTEGER NOT NULL, times INTEGER NOT NULL, text TEXT, PRIMARY KEY (alert, person)) STRICT, WITHOUT ROWID;
  CREATE INDEX answer_calls_of_person ON answer_calls (person);
  CREATE TABLE answer_tellings (alert TEXT PRIMARY KEY, more INTEGER NOT NULL, waits INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
];

const common = { alert: z.string(), person: z.string(), site: siteIdSchema, building: buildingIdSchema, at: z.int() };
const answerRow = z.object({ ...common, answer: answerKindSchema, text: z.string().nullable() });
const callRow = z.object({ ...common, since: z.int(), times: z.int(), text: z.string().nullable() });

/** What a person said of an alert last. Times are epoch ms. */
export type Answer = z.infer<typeof answerRow>;
/** A person's call for help. */
export type Call = z.infer<typeof callRow>;
export type Telling = { readonly alert: string; readonly more: number; readonly waits: boolean };

/** Answers and calls, by alert and person. */
export class AnswerTables {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    migrate(db, 'answers', steps);
    this.#sql = statements(db);
  }

  answer(alert: string, person: string): Answer | undefined {
    const row = this.#sql.answer.get(alert, person);
    return row === undefined ? undefined : answerRow.parse(row);
  }

  answersTo(alert: string): Answer[] {
    return this.#sql.answersTo.all(alert).map((row) => answerRow.parse(row));
  }

  answersOf(person: string): Answer[] {
    return this.#sql.answersOf.all(person).map((row) => answerRow.parse(row));
  }

  call(alert: string, person: string): Call | undefined {
    const row = this.#sql.call.get(alert, person);
    return row === undefined ? undefined : callRow.parse(row);
  }

  callsIn(alert: string): Call[] {
    return this.#sql.callsIn.all(alert).map((row) => callRow.parse(row));
  }

  callsOf(person: string): Call[] {
    return this.#sql.callsOf.all(person).map((row) => callRow.parse(row));
  }

  counts(alert: string): { safe: number; needHelp: number; calls: number } {
    const count = (answer: string) => Number(this.#sql.count.get(alert, answer) ?? 0);
    return { safe: count('safe'), needHelp: count('need-help'), calls: Number(this.#sql.countCalls.get(alert) ?? 0) };
  }

  telling(alert: string): Telling {
    const row = this.#sql.telling.get(alert);
    return { alert, more: row?.more ?? 0, waits: row?.waits === 1 };
  }

  /** Within a transaction, as the next two. */
  keepAnswer(answer: Answer): void {
    this.#sql.keepAnswer.run(answer);
  }

  keepCall(call: Call): void {
    this.#sql.keepCall.run(call);
  }

  keepTelling({ alert, more, waits }: Telling): void {
    this.#sql.keepTelling.run(alert, more, waits ? 1 : 0);
  }
}

function statements(db: Database) {
  return {
    answer: db.prepare<[string, string]>('SELECT * FROM answers WHERE alert = ? AND person = ?'),
    answersTo: db.prepare<[string]>('SELECT * FROM answers WHERE alert = ? ORDER BY at, person'),
    answersOf: db.prepare<[string]>('SELECT * FROM answers WHERE person = ? ORDER BY at DESC LIMIT 50'),
    call: db.prepare<[string, string]>('SELECT * FROM answer_calls WHERE alert = ? AND person = ?'),
    callsIn: db.prepare<[string]>('SELECT * FROM answer_calls WHERE alert = ? ORDER BY since, person'),
    callsOf: db.prepare<[string]>('SELECT * FROM answer_calls WHERE person = ? ORDER BY at DESC LIMIT 50'),
    count: db.prepare<[string, string], number>('SELECT count(*) FROM answers WHERE alert = ? AND answer = ?').pluck(),
    countCalls: db.prepare<[string], number>('SELECT count(*) FROM answer_calls WHERE alert = ?').pluck(),
    telling: db.prepare<[string], { more: number; waits: number }>(
      'SELECT more, waits FROM answer_tellings WHERE alert = ?',
    ),
    keepAnswer: db.prepare<[Answer]>(
      `INSERT OR REPLACE INTO answers (alert, person, site, building, answer, at, text)
       VALUES (@alert, @person, @site, @building, @answer, @at, @text)`,
    ),
    keepCall: db.prepare<[Call]>(
      `INSERT OR REPLACE INTO answer_calls (alert, person, site, building, since, at, times, text)
       VALUES (@alert, @person, @site, @building, @since, @at, @times, @text)`,
    ),
    keepTelling: db.prepare<[string, number, number]>(
      'INSERT OR REPLACE INTO answer_tellings (alert, more, waits) VALUES (?, ?, ?)',
    ),
  };
}
