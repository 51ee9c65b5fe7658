import type { AlertItem } from '../../contract/http/alerts.ts';
import type { AnswerKind } from '../../contract/http/answers.ts';
import type { Published } from '../../contract/http/events.ts';
import { helpText, helpTitle } from '../../contract/words/answers.ts';
import type { Said } from '../audit/entry.ts';
import type { Announcement, CallSignal, Decided, Facts, Participant, Recording } from '../commit/participant.ts';
import type { Notice, NoticeSink } from '../notify/notice.ts';
import type { Answer, AnswerTables, Call, Telling } from './answer-tables.ts';

/** A person says how they are, in an alert of their building. */
export type AnswerAction = Pick<Answer, 'alert' | 'person' | 'site' | 'building' | 'answer' | 'text'>;

export type AnswerAnswer = { readonly answer: Answer } | { readonly refused: 'alert-closed' };

type Decisions = {
  readonly answers: readonly Answer[];
  readonly calls: readonly Call[];
  readonly tellings: readonly Telling[];
  readonly notices: readonly Notice[];
};

export type AnswersOptions = {
  tables: AnswerTables;
  notices: NoticeSink;
  /** An open alert as it stands. */
  alertOf(id: string): AlertItem | undefined;
  /** The person has shown to know of the alert. Inside the transaction. */
  onAnswered(alert: string, person: string, at: number): void;
};

/** Those who help are told at once that somebody needs it, and of more who do so often. */
export const helpAgainMs = 30_000;
const helpers = ['operator', 'manager'] as const;

/** What people say of themselves, as a part of the commit: answers by action, calls for help by the alert that stands for them. */
export class Answers implements Participant<AnswerAction, Decisions, AnswerAnswer> {
  readonly name = 'answers';
  readonly #options: AnswersOptions;

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  watches(): boolean {
    return false;
  }

  decide({ at, action, signals, due }: Facts<AnswerAction>): Decided<Decisions, AnswerAnswer> | null {
    if (action !== null) return this.#answer(action.action, action.by, at.wall);
    const calls = signals.flatMap((signal) => (signal.kind === 'call' ? [this.#call(signal, at.wall)] : []));
    const again = due.map(({ key }) => this.#more(key.slice('help:'.length), at.wall));
    if (calls.length === 0 && again.length === 0) return null;
    const tellings = again.map(({ telling }) => telling);
    return { decisions: { answers: [], calls, tellings, notices: again.flatMap(({ notices }) => notices) } };
  }

  record({ answers, calls, tellings, notices }: Decisions, recording: Recording): void {
    const { tables, notices: sink, onAnswered } = this.#options;
    for (const answer of answers) {
      tables.keepAnswer(answer);
      onAnswered(answer.alert, answer.person, answer.at);
    }
    for (const call of calls) tables.keepCall(call);
    for (const telling of tellings) {
      tables.keepTelling(telling);
      if (telling.waits && telling.more === 0) recording.arm(`help:${telling.alert}`, helpAgainMs);
    }
    for (const notice of notices) sink.add(notice);
  }

  apply({ answers, calls, notices }: Decisions): Announcement {
    const changed = new Map([...answers, ...calls].map((one) => [one.alert, one]));
    const events = [...changed.values()].map(({ site, building, alert }): Published => {
      return ['answers', { site, building, alert, ...this.#options.tables.counts(alert) }];
    });
    return { events, notices: notices.length > 0 };
  }

  #answer(wish: AnswerAction, said: Said, at: number): Decided<Decisions, AnswerAnswer> {
    const { tables, alertOf } = this.#options;
    const alert = alertOf(wish.alert);
    if (alert === undefined) return { decisions: null, answer: { refused: 'alert-closed' } };
    const before = tables.answer(wish.alert, wish.person);
    const isSame = before?.answer === wish.answer && (wish.text === null || before.text === wish.text);
    if (before !== undefined && isSame) return { decisions: null, answer: { answer: before } };
    const answer: Answer = { ...wish, at };
    const { tellings, notices } = this.#helpOf(alert, before?.answer ?? null, answer);
    const subject = `alert:${answer.site}/${answer.alert}`;
    const facts = { before: before === undefined ? null : { answer: before.answer }, after: { answer: answer.answer } };
    const audit = [{ ...said, action: 'answer' as const, subject, ...facts }];
    return { decisions: { answers: [answer], calls: [], tellings, notices }, answer: { answer }, audit };
  }

  #helpOf(
    alert: AlertItem,
    before: AnswerKind | null,
    { answer, at }: Answer,
  ): Pick<Decisions, 'tellings' | 'notices'> {
    const isNew = answer === 'need-help' && before !== 'need-help';
    if (!isNew) return { tellings: [], notices: [] };
    const { tables } = this.#options;
    const telling = tables.telling(alert.alert);
    if (telling.waits) return { tellings: [{ ...telling, more: telling.more + 1 }], notices: [] };
    const notices = noticesOf(alert, tables.counts(alert.alert).needHelp + 1, at);
    return { tellings: [{ ...telling, waits: true, more: 0 }], notices };
  }

  /** The wait is over: more who need help by now are told of together. */
  #more(id: string, at: number): { telling: Telling; notices: readonly Notice[] } {
    const { tables, alertOf } = this.#options;
    const { more } = tables.telling(id);
    const alert = alertOf(id);
    const isTold = alert !== undefined && more > 0;
    const telling = { alert: id, more: 0, waits: isTold };
    return { telling, notices: isTold ? noticesOf(alert, tables.counts(id).needHelp, at) : [] };
  }

  #call({ site, building, alert, person, text }: CallSignal, at: number): Call {
    const before = this.#options.tables.call(alert, person);
    const { since = at, times = 0 } = before ?? {};
    return { site, building, alert, person, since, at, times: times + 1, text: text ?? before?.text ?? null };
  }
}

function noticesOf(alert: AlertItem, count: number, created: number): Notice[] {
  const { site, building, status, headline } = alert;
  return helpers.map((role, step) => ({
    ...{ key: `${alert.alert}/help/${created}-${count}/${role}`, part: 'answers', site, building, alert: alert.alert },
    ...{ audience: { role, step }, reason: 'need-help', created },
    urgency: status === 'Test' ? 'routine' : 'life-safety',
    payload: { title: helpTitle({ count, headline }), text: helpText, reason: { code: 'need-help', count }, alert },
  }));
}
