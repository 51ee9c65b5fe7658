import { askEvery } from '../../gateway/api.ts';
import type { AlertDetail, ReachItem } from '../../gateway/items.ts';
import { useResource } from '../../gateway/resource.ts';
import { alertWords, channelWords, deliveryWords } from '../../text/alerts.ts';
import { pick, speaker } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { At, timeAt } from '../../ui/time.tsx';
import { reachOf } from './view.ts';

const tell = speaker(alertWords);
const refreshMs = 10_000;

/** Who was told, and what is known of it having arrived. A notice that was handed over has not been received. */
export function Reach({ alert }: { alert: AlertDetail }) {
  const { now } = useResource<ReachItem[]>(
    `reach ${alert.alert}`,
    () => askEvery<ReachItem>(`/api/v1/alerts/${encodeURIComponent(alert.alert)}/reach`),
    refreshMs,
  );
  return (
    <>
      {now.state === 'there' ? <Summary rows={now.body} /> : <NotThere state={now.state} />}
      {alert.notices.length === 0 ? <p>{tell('toldNobody')}</p> : <Notices alert={alert} />}
      {now.state === 'there' && now.body.length > 0 && <Ledger rows={now.body} />}
    </>
  );
}

function Summary({ rows }: { rows: readonly ReachItem[] }) {
  const sum = reachOf(rows);
  return (
    <p class="reach">
      <strong>{tell('reach', sum)}</strong>
    </p>
  );
}

/** Notices as the alert wrote them: to which role, at which step. */
function Notices({ alert }: { alert: AlertDetail }) {
  return (
    <ul class="notices">
      {alert.notices.map((notice) => (
        <li key={notice.key}>
          <At at={notice.at} /> {tell('toldTo', { role: notice.role, step: notice.step + 1 })} ·{' '}
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
            <strong>{row.person ?? row.role}</strong> · {pick(channelWords[row.channel])} · {lastOf(row)}
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
