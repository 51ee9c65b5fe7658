import type { Supervisor, WorkCheck, WorkFigures, WorkLog } from './supervisor.ts';

type Work = { work(): readonly WorkCheck[]; figures(): WorkFigures };

/** What works now, as supervisors know it: to them it is one program, also where its work begins again within it. */
export class PresentWork {
  readonly #supervisors: readonly Supervisor[];
  #checks: readonly WorkCheck[] = [];
  #figures: (() => WorkFigures) | undefined;
  /** Of what worked before. */
  #before = { done: 0, refused: 0 };

  constructor(supervisors: readonly Supervisor[] = []) {
    this.#supervisors = supervisors;
  }

  works(what: Work, log: WorkLog): void {
    const isFirst = this.#figures === undefined;
    const was = this.#figures?.();
    if (was !== undefined) this.#before = { done: was.done, refused: was.refused };
    const before = this.#before;
    this.#checks = what.work();
    this.#figures = () => {
      const now = what.figures();
      return { ...now, done: now.done + before.done, refused: now.refused + before.refused };
    };
    if (!isFirst) return;
    const look = (name: string) => this.#checks.find((each) => each.name === name)?.look() ?? Promise.resolve(null);
    const checks = this.#checks.map(({ name }) => ({ name, look: () => look(name) }));
    for (const each of this.#supervisors) each.started(checks, log, () => this.#figures?.() ?? what.figures());
  }

  stopping(): void {
    for (const each of this.#supervisors) each.stopping();
  }
}
