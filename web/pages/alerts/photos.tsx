import type { PhotoItem } from '../../../contract/http/answers.ts';
import { askEvery } from '../../gateway/api.ts';
import { useResource } from '../../gateway/resource.ts';
import { alertWords } from '../../text/alerts.ts';
import { speaker } from '../../ui/language.ts';
import { timeAt } from '../../ui/time.tsx';
import { deedsDone } from './act-dialog.tsx';
import { nameOf } from './view.ts';

const tell = speaker(alertWords);
const refreshMs = 60_000;

/** Photos that go with what was done. Nothing is shown where there are none. */
export function Photos({ alert, site }: { alert: string; site: string }) {
  const path = `/api/v1/alerts/${encodeURIComponent(alert)}/photos`;
  const key = `photos ${alert} ${deedsDone.value}`;
  const { now } = useResource<PhotoItem[]>(key, () => askEvery<PhotoItem>(`${path}?site=${site}`), refreshMs);
  if (now.state !== 'there' || now.body.length === 0) return null;
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
