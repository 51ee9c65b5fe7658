import type { PointRef, SiteId } from '../../../contract/ids.ts';
import type { Deadline, Facts, Participant } from '../../../gateway/commit/participant.ts';
import type { Database } from '../../../gateway/store/database.ts';

/** What a toy may be told to do by an action. */
export type ToyAction =
  | { kind: 'arm' | 'wake'; key: string; afterMs: number }
  | { kind: 'cancel'; key: string }
  | { kind: 'refuse' };

type Decision = { lines: string[]; action: ToyAction | null };
export type Breaks = 'decide' | 'record' | 'apply' | null;

/**
 * A service that writes down what it decides on, one line a fact, in a table of its own and in memory; the two must always
 * agree. It breaks where it is told to.
 */
export class Toy implements Participant<ToyAction, Decision, string> {
  readonly name: string;
  readonly memory: string[];
  breaks: Breaks = null;
  /** Whether it throws only for facts with a row of this value; any facts without one. */
  breaksOn: unknown = undefined;
  readonly #db: Database;
  readonly #order: string[];

  constructor(options: { name: string; db: Database; order?: string[] }) {
    this.name = options.name;
    this.#db = options.db;
    this.#order = options.order ?? [];
    this.#db.exec(`CREATE TABLE IF NOT EXISTS toy_${this.name} (id INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT`);
    this.memory = this.disk();
  }

  disk(): string[] {
    return this.#db.prepare<[], string>(`SELECT line FROM toy_${this.name} ORDER BY id`).pluck().all();
  }

  watches(_site: SiteId, point: PointRef): boolean {
    return point.endsWith('p_0');
  }

  decide(facts: Facts<ToyAction>) {
    this.#order.push(`${this.name} decides`);
    this.#break('decide', facts);
    const lines = linesOf(facts);
    const action = facts.action?.action ?? null;
    if (action?.kind === 'refuse') return { decisions: null, answer: 'refused' };
    if (lines.length === 0 && action === null) return null;
    const audit = action === null ? [] : [{ ...toyAudit, by: facts.action?.by.by ?? '' }];
    return { decisions: { lines, action }, answer: 'done', audit };
  }

  record({ lines, action }: Decision, recording: Parameters<Participant['record']>[1]): void {
    this.#order.push(`${this.name} records`);
    for (const line of lines) {
      this.#db.prepare(`INSERT INTO toy_${this.name} (line) VALUES (?)`).run(line);
    }
    if (this.breaks === 'record') throw new Error(`${this.name} cannot record`);
    if (action?.kind === 'arm') recording.arm(action.key, action.afterMs);
    if (action?.kind === 'wake') recording.wake(action.key, action.afterMs);
    if (action?.kind === 'cancel') recording.cancel(action.key);
  }

  apply({ lines }: Decision) {
    this.#order.push(`${this.name} applies`);
    this.memory.push(...lines);
    if (this.breaks === 'apply') throw new Error(`${this.name} cannot apply`);
    return { retained: lines.map((payload) => ({ topic: this.name, payload })) };
  }

  #break(where: Breaks, { rows }: Facts<ToyAction>): void {
    if (this.breaks !== where) return;
    const met =
      this.breaksOn === undefined || rows.some((each) => each.rows.some((row) => row.value === this.breaksOn));
    if (met) throw new Error(`${this.name} cannot ${where}`);
  }
}

const toyAudit = { action: 'site-file', subject: 'toy', before: null, after: null, why: null } as const;

function linesOf({ rows, changes, due }: Facts<ToyAction>): string[] {
  return [
    ...rows.map(({ point, late, rows: values }) => `${point} ${late ? 'late ' : ''}${values.map(valueText).join(' ')}`),
    ...changes.map((change) => {
      if (change.kind === 'agent') return `agent ${change.state}`;
      if (change.kind === 'device') return `device ${change.device} ${change.state}`;
      if (change.kind === 'point') return `${change.point} ${change.view}`;
      return change.kind === 'service' ? `${change.service} ${change.state}` : change.kind;
    }),
    ...due.map((deadline: Deadline) => `due ${deadline.key}`),
  ];
}

const valueText = ({ value, fault }: { value: unknown; fault: string | null }) => String(fault ?? value);
