import type { Database } from '../store/database.ts';
import { ContactTable } from './contact-table.ts';
import { PushTable } from './push-table.ts';
import { QuietTable } from './quiet-table.ts';
import { ReachTestTable } from './reach-test-table.ts';

/** All that is kept of a person by name: it goes with them, since somebody else may have the name next. */
export class PersonRecords {
  readonly #contacts: ContactTable;
  readonly #push: PushTable;
  readonly #quiet: QuietTable;
  readonly #tests: ReachTestTable;

  constructor(db: Database) {
    this.#contacts = new ContactTable(db);
    this.#push = new PushTable(db);
    this.#quiet = new QuietTable(db);
    this.#tests = new ReachTestTable(db);
  }

  /** Within a transaction. */
  forget(name: string): void {
    this.#contacts.forget(name);
    this.#quiet.put(name, null);
    this.#tests.forget(name);
    this.#push.tidy();
  }

  /** Forgets all who are not among these. Within a transaction. */
  keepOnly(people: ReadonlySet<string>): void {
    const kept = [...this.#contacts.all(), ...this.#quiet.all(), ...this.#tests.all()];
    const gone = new Set(kept.map(({ person }) => person).filter((person) => !people.has(person)));
    for (const person of gone) this.forget(person);
  }
}
