import type { AlertItem } from '../../gateway/items.ts';
import { modelFor } from '../../gateway/live.ts';
import { alertWords } from '../../text/alerts.ts';
import { pointText } from '../../text/format.ts';
import { language, speaker } from '../../ui/language.ts';
import { address } from '../../ui/router.ts';
import { seenThisMinute } from '../../ui/seen.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { Age } from '../../ui/time.tsx';
import { deviceView } from '../live/view.ts';

const tell = speaker(alertWords);

/** The points that saw it, the first one first, each with what it says now. */
export function Witnesses({ alert }: { alert: AlertItem }) {
  if (alert.points.length === 0) return null;
  return (
    <table class="witnesses">
      <thead>
        <tr>
          <th scope="col">{tell('where')}</th>
          <th scope="col" class="number">
            {tell('nowValue')}
          </th>
          <th scope="col" class="aside">
            {tell('time')}
          </th>
        </tr>
      </thead>
      <tbody>
        {alert.points.map((point) => (
          <Witness key={point} site={alert.site} point={point} since={alert.since} />
        ))}
      </tbody>
    </table>
  );
}

function Witness({ site, point, since }: { site: string; point: string; since: string }) {
  const [device = '', name = ''] = point.split('/');
  const model = modelFor(`${site}/${device}`);
  const item = model.devices.get(`${site}/${device}`);
  const seen = item && deviceView(model, item, seenThisMinute()).points.find((each) => each.name === name);
  return (
    <tr data-tone={seen?.tone ?? 'unknown'}>
      <th scope="row">
        <a href={address(`/devices/${device}`)}>{device}</a> {pointText(name, language.value)}
      </th>
      <td class="number">
        {seen === undefined || seen.tone === 'unknown' ? (
          <StateMark tone="unknown">{seen?.note === '' ? '—' : (seen?.note ?? '—')}</StateMark>
        ) : (
          <strong>
            {seen.value} {seen.unit}
          </strong>
        )}
      </td>
      <td class="number">
        {seen !== undefined && seen.age !== null && <Age {...seen.age} />}{' '}
        <a href={address('/charts', { points: point, ...around(since) })}>{tell('see')}</a>
      </td>
    </tr>
  );
}

const hourMs = 3_600_000;

/** An hour before and after. */
function around(at: string): { from: string; to: string } {
  const ms = Date.parse(at);
  return { from: new Date(ms - hourMs).toISOString(), to: new Date(ms + hourMs).toISOString() };
}
