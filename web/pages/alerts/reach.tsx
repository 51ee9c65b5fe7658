import { ask, askEvery } from '../../gateway/api.ts';
import type { AlertDetail, AlertPeople, ReachedPerson, ReachItem } from '../../gateway/items.ts';
import { type Loaded, useResource } from '../../gateway/resource.ts';
import { alertWords, answerWords, channelWords, deliveryWords, reachedWords } from '../../text/alerts.ts';
import { pick, speaker } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { At, timeAt } from '../../ui/time.tsx';
import { roleName } from './role-name.ts';

const tell = speaker(alertWords);
const refreshMs = 10_000;
const shownPeople = 200;

/** Who was told, and what is known of it having arrived. A notice that was handed over has not been received. */
export function Reach({ alert, people }: { alert: AlertDetail; people: Loaded<AlertPeople> }) {
  const { now } = useResource<ReachItem[]>(
    `reach ${alert.alert}`,
    () => askEvery<ReachItem>(`/api/v1/alerts/${encodeURIComponent(alert.alert)}/reach`),
    refreshMs,
  );
  return (
    <>
      <People now={people} />
      {alert.notices.length === 0 ? <p>{tell('toldNobody')}</p> : <Notices alert={alert} />}
      {now.state === 'there' && now.body.length > 0 && <Ledger rows={now.body} />}
    </>
  );
}

export function usePeople(alert: string): Loaded<AlertPeople> {
  return useResource<AlertPeople>(
    `people ${alert}`,
    () => ask<AlertPeople>('GET', `/api/v1/alerts/${encodeURIComponent(alert)}/people?limit=${shownPeople}`),
    refreshMs,
  ).now;
}

/** Above what is to be done, in a line: how many were told and do not answer. It leads to their names. Keeps its place meanwhile. */
export function ReachLine({ now }: { now: Loaded<AlertPeople> }) {
  if (now.state === 'loading') return <p>{'\u00a0'}</p>;
  if (now.state !== 'there') return null;
  const { counts } = now.body;
  return (
    <p>
      <a id="to-told" href="#told">
        {tell('reachShort', counts)}
        {counts.unreachable > 0 && ` · ${tell('unreachable', { count: counts.unreachable })}`}
      </a>
    </p>
  );
}

/** People rather than deliveries: who is told twice is one. Who needs help stands first. */
function People({ now }: { now: Loaded<AlertPeople> }) {
  if (now.state !== 'there') return <NotThere state={now.state} />;
  const { counts, items } = now.body;
  const open = items.filter(({ state, answer, calls }) => state !== 'answered' || answer !== 'safe' || calls > 0);
  return (
    <>
      <p class="reach">
        <strong>{tell('reach', counts)}</strong>
        {counts.unreachable > 0 && (
          <span class="reach-trouble"> {tell('unreachable', { count: counts.unreachable })}</span>
        )}
      </p>
      {counts.needHelp > 0 && (
        <p class="reach-trouble">
          <strong>{tell('needHelpCount', { count: counts.needHelp })}</strong>
        </p>
      )}
      <ul class="notices people">
        {open.map((person) => (
          <Person key={person.person} of={person} />
        ))}
      </ul>
    </>
  );
}

function Person({ of }: { of: ReachedPerson }) {
  const { person, role, state, answer, answeredAt, calls, text, phones } = of;
  const said = calls > 0 ? tell('calledTimes', { count: calls }) : answer === null ? null : pick(answerWords[answer]);
  return (
    <li data-help={answer === 'need-help' || (calls > 0 && answer !== 'safe')}>
      <strong>{person}</strong>
      {role !== null && ` · ${roleName(role)}`} · {said ?? pick(reachedWords[state])}
      {answeredAt !== null && ` · ${timeAt(answeredAt)}`}
      {text !== null && ` · “${text}”`}
      {(phones ?? []).map((phone) => (
        <a key={phone} class="button" href={`tel:${phone}`}>
          {phone}
        </a>
      ))}
    </li>
  );
}

/** Notices as the alert wrote them: to which role, at which step. */
function Notices({ alert }: { alert: AlertDetail }) {
  return (
    <ul class="notices">
      {alert.notices.map((notice) => (
        <li key={notice.key}>
          <At at={notice.at} /> {tell('toldTo', { role: roleName(notice.role), step: notice.step + 1 })} ·{' '}
          {notice.done === null ? tell('notHandled') : tell('handled', { time: timeAt(notice.done) })}
        </li>
      ))}
    </ul>
  );
}

/** One line a person and channel, with the last thing known of it. */
function Ledger({ rows }: { rows: readonly ReachItem[] }) {
  return (
    <details class="ledger">
      <summary>{tell('ledger', { count: rows.length })}</summary>
      <ul class="notices">
        {rows.map((row) => (
          <li key={row.delivery}>
            <strong>{row.person ?? roleName(row.role)}</strong> · {pick(channelWords[row.channel])} · {lastOf(row)}
            {row.attempts > 1 && ` · ${tell('attempts', { count: row.attempts })}`}
            {row.detail !== null && <span class="hint"> · {row.detail}</span>}
          </li>
        ))}
      </ul>
    </details>
  );
}

function lastOf(row: ReachItem): string {
  if (row.answeredAt !== null) return tell('answeredAt', { time: timeAt(row.answeredAt) });
  if (row.openedAt !== null) return tell('openedAt', { time: timeAt(row.openedAt) });
  if (row.receivedAt !== null) return tell('receivedAt', { time: timeAt(row.receivedAt) });
  if (row.acceptedAt !== null) return tell('acceptedAt', { time: timeAt(row.acceptedAt) });
  return pick(deliveryWords[row.state]);
}
