import type { AlertDetail } from '../../gateway/items.ts';
import { alertWords } from '../../text/alerts.ts';
import { speaker } from '../../ui/language.ts';
import { At, timeAt } from '../../ui/time.tsx';

const tell = speaker(alertWords);

/** Who was told, and what is known of it having arrived. A notice that was handed over has not been received. */
export function Reach({ alert }: { alert: AlertDetail }) {
  const { reach, notices } = alert;
  return (
    <>
      {reach === undefined ? (
        <p class="hint">{tell('noReach')}</p>
      ) : (
        <p class="reach">
          {tell('reach', {
            told: reach.told,
            accepted: reach.accepted,
            received: reach.received,
            answered: reach.answered,
            safe: reach.safe,
            help: reach.help,
            silent: reach.told - reach.answered,
          })}
        </p>
      )}
      {notices.length === 0 ? (
        <p>{tell('toldNobody')}</p>
      ) : (
        <ul class="notices">
          {notices.map((notice) => (
            <li key={`${notice.at} ${notice.role} ${notice.step} ${notice.reason}`}>
              <At at={notice.at} /> {tell('toldTo', { role: notice.role, step: notice.step + 1 })} ·{' '}
              {notice.done === null ? tell('notHandled') : tell('handled', { time: timeAt(notice.done) })}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
