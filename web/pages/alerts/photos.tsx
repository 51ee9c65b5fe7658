import type { PhotoItem } from '../../../contract/http/answers.ts';
import { askEvery } from '../../gateway/api.ts';
import { useResource } from '../../gateway/resource.ts';
import { personNow } from '../../gateway/session.ts';
import { alertWords } from '../../text/alerts.ts';
import { deedsDone } from '../../ui/asked.ts';
import { speaker } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { timeAt } from '../../ui/time.tsx';
import { mayAct, nameOf } from './view.ts';

const tell = speaker(alertWords);
const refreshMs = 60_000;

/** Photos that go with what was done. Nothing is shown where there are none, and to those who may not see them. */
export function Photos({ alert, site }: { alert: string; site: string }) {
  const path = `/api/v1/alerts/${encodeURIComponent(alert)}/photos`;
  const key = mayAct(personNow()?.role) ? `photos ${alert} ${deedsDone.value}` : null;
  const { now } = useResource<PhotoItem[]>(key, () => askEvery<PhotoItem>(`${path}?site=${site}`), refreshMs);
  if (key === null || now.state === 'forbidden') return null;
  if (now.state !== 'there') return <NotThere state={now.state} />;
  if (now.body.length === 0) return null;
  return (
    <ul class="photos">
      {now.body.map(({ photo, by, at, width, height }) => {
        const words = tell('photoBy', { who: nameOf(by), time: timeAt(at) });
        return (
          <li key={photo}>
            <a href={`${path}/${photo}`} target="_blank" rel="noreferrer">
              <img src={`${path}/${photo}`} alt={words} width={width} height={height} loading="lazy" />
            </a>
            <span class="hint">{words}</span>
          </li>
        );
      })}
    </ul>
  );
}
