import type { Clock } from '../../contract/clock.ts';
import type { AlertItem } from '../../contract/http/alerts.ts';
import type { OwnAnswer, OwnCall, OwnSaid, ReachedPerson } from '../../contract/http/answers.ts';
import type { BuildingId, SiteId } from '../../contract/ids.ts';
import type { PersonItem } from '../accounts/people.ts';
import type { AlertService } from '../alerts/service.ts';
import type { AuditSink, Said } from '../audit/entry.ts';
import type { Act, Commit } from '../commit/commit.ts';
import type { ContactTable } from '../notify/contact-table.ts';
import type { DeliveryTable } from '../notify/delivery-table.ts';
import type { NoticeTable } from '../notify/notice-table.ts';
import type { Database } from '../store/database.ts';
import { type Answer, AnswerTables, type Call } from './answer-tables.ts';
import { type AnswerAction, type AnswerAnswer, Answers } from './answers.ts';
import { peopleOfAlert } from './people-of-alert.ts';
import { Photos } from './photos/photos.ts';

export type AnswerServiceOptions = {
  readonly db: Database;
  readonly commit: Commit;
  readonly alerts: Pick<AlertService, 'standing' | 'callOf' | 'call'>;
  readonly notices: NoticeTable;
  readonly deliveries: DeliveryTable;
  readonly contacts: Pick<ContactTable, 'all'>;
  readonly clock: Pick<Clock, 'now'>;
  people(): readonly PersonItem[];
  readonly audit: AuditSink;
  /** One transaction. */
  transaction<T>(work: () => T): T;
};

/** Answers and calls for help, as routes ask for them. */
export class AnswerService {
  readonly photos: Photos;
  readonly #options: AnswerServiceOptions;
  readonly #tables: AnswerTables;
  readonly #act: Act<AnswerAction, AnswerAnswer>;

  /** Takes its seat behind the alerts, whose calls it hears of. */
  constructor(options: AnswerServiceOptions) {
    const { db, commit, alerts, notices, deliveries } = options;
    this.#options = options;
    this.#tables = new AnswerTables(db);
    const { audit, clock, transaction } = options;
    this.photos = new Photos({ db, audit, commit: transaction, now: () => clock.now() });
    const onAnswered = (alert: string, person: string, at: number) => deliveries.answered(alert, person, at);
    const alertOf = (id: string) => alerts.standing(id);
    this.#act = commit.join(new Answers({ tables: this.#tables, notices, alertOf, onAnswered }));
  }

  /** The same answer again changes nothing. */
  answer(said: Said, action: AnswerAction): OwnAnswer | { readonly refused: 'alert-closed' } {
    const answer = this.#act(said, action);
    return 'refused' in answer ? answer : ownAnswer(answer.answer);
  }

  /** One's call for help that stands, in a building. */
  callOf(person: string, site: SiteId, building: BuildingId): OwnCall | undefined {
    const alert = this.#options.alerts.callOf(site, building);
    const call = alert === undefined ? undefined : this.#tables.call(alert.alert, person);
    return call === undefined ? undefined : ownCall(call);
  }

  /** Calls for help: the first call of a person is news, more are counted. */
  sos(
    said: Said,
    of: { person: string; site: SiteId; building: BuildingId; text: string | null },
  ): OwnCall | undefined {
    const isNew = this.callOf(of.person, of.site, of.building) === undefined;
    this.#options.alerts.call(said, { ...of, isNew });
    return this.callOf(of.person, of.site, of.building);
  }

  /** What a person has said of alerts that are open. */
  saidBy(person: string): OwnSaid {
    const isOpen = ({ alert }: { alert: string }) => this.#options.alerts.standing(alert) !== undefined;
    return {
      answers: this.#tables.answersOf(person).filter(isOpen).map(ownAnswer),
      calls: this.#tables.callsOf(person).filter(isOpen).map(ownCall),
    };
  }

  /** Who should know of an alert, and what is known of each. */
  peopleOf(alert: Pick<AlertItem, 'site' | 'building' | 'alert' | 'acknowledged' | 'report'>): ReachedPerson[] {
    const { notices, deliveries, contacts, people } = this.#options;
    const told = notices.ofAlert(alert.alert);
    return peopleOfAlert({
      alert,
      roles: [...new Set(told.map(({ audience }) => audience.role))],
      people: people(),
      deliveries: told.flatMap(({ id }) => deliveries.of(id)),
      answers: this.#tables.answersTo(alert.alert),
      calls: this.#tables.callsIn(alert.alert),
      contacts: contacts.all(),
    });
  }
}

function ownAnswer({ alert, answer, at }: Answer): OwnAnswer {
  return { alert, answer, at: new Date(at).toISOString() };
}

function ownCall({ site, building, alert, since, times }: Call): OwnCall {
  return { site, building, alert, since: new Date(since).toISOString(), times };
}
