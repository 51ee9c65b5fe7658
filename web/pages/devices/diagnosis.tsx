import type { DeviceItem, DiagnosisItem } from '../../../contract/http/live.ts';
import { deviceReasonText } from '../../../contract/words/devices.ts';
import { askEvery } from '../../gateway/api.ts';
import { type Loaded, useResource } from '../../gateway/resource.ts';
import { deviceWords } from '../../text/devices.ts';
import { clockText, pointText } from '../../text/format.ts';
import { language, pick, speaker } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { timeAt } from '../../ui/time.tsx';
import { zone } from '../../ui/zone.ts';
import { frameLines } from './frame-lines.ts';

const tell = speaker(deviceWords);
const refreshMs = 10_000;

/** What the wire looked like at the device's last faults: its frames, and its registers then. */
export function useDiagnoses({ site, device, state, since }: DeviceItem): Loaded<DiagnosisItem[]> {
  const path = `/api/v1/devices/${device}/diagnosis?site=${site}`;
  return useResource<DiagnosisItem[]>(`${path} ${state} ${since}`, () => askEvery<DiagnosisItem>(path), refreshMs).now;
}

export function Frames({ of }: { of: Loaded<DiagnosisItem[]> }) {
  return (
    <section class="card" id="frames" aria-labelledby="frames-title">
      <h2 id="frames-title">{tell('frames')}</h2>
      {of.state !== 'there' ? <NotThere state={of.state} /> : <Diagnoses items={of.body} />}
    </section>
  );
}

function Diagnoses({ items }: { items: readonly DiagnosisItem[] }) {
  const [newest, ...older] = items;
  if (newest === undefined) return <p class="hint">{tell('noFrames')}</p>;
  return (
    <>
      <Diagnosis of={newest} />
      {older.length > 0 && (
        <details>
          <summary>{tell('earlier', { count: older.length })}</summary>
          {older.map((item) => (
            <Diagnosis key={item.at} of={item} />
          ))}
        </details>
      )}
    </>
  );
}

function Diagnosis({ of }: { of: DiagnosisItem }) {
  const { at, reason, frames } = of;
  return (
    <div class="diagnosis">
      <p>
        <strong>{tell(reason === null ? 'aroundRecovery' : 'aroundFault')}</strong>{' '}
        <time dateTime={at}>{timeAt(at)}</time>
        {reason !== null && ` · ${pick(deviceReasonText(reason))}`}
      </p>
      {frames.length > 0 && (
        <table class="frames">
          <thead>
            <tr>
              <th>{tell('time')}</th>
              <th>{tell('direction')}</th>
              <th>{tell('bytes')}</th>
              <th>{tell('meaning')}</th>
            </tr>
          </thead>
          <tbody>
            {frameLines(frames).map((line, n) => (
              <tr key={`${line.at} ${n}`} data-dir={line.dir}>
                <td class="number">{clockText(line.at, zone.value)}</td>
                <td class="number">
                  {line.dir === 'tx' ? `→ ${tell('sent')}` : line.dir === 'rx' ? `← ${tell('got')}` : ''}
                </td>
                <td class="hex">{line.dir === 'none' ? `✕ ${tell('noAnswer')}` : line.hex}</td>
                <td class="meaning">{line.decoded}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

/** As the points last stood on the wire, beside what their profile makes of them. */
export function Registers({ of }: { of: Loaded<DiagnosisItem[]> }) {
  if (of.state !== 'there') return null;
  const newest = of.body.find(({ registers }) => registers.length > 0);
  if (newest === undefined) return null;
  return (
    <section class="card" aria-labelledby="registers-title">
      <h2 id="registers-title">{tell('registers')}</h2>
      <p class="hint">{tell('registersAt', { time: timeAt(newest.at) })}</p>
      <table class="frames">
        <thead>
          <tr>
            <th>{tell('point')}</th>
            <th>{tell('table')}</th>
            <th>{tell('address')}</th>
            <th>{tell('words')}</th>
          </tr>
        </thead>
        <tbody>
          {newest.registers.map(({ point, table, address, words }) => (
            <tr key={`${table} ${address} ${point}`}>
              <td>{pointText(point, language.value)}</td>
              <td>{table}</td>
              <td class="number">
                0x{address.toString(16).padStart(4, '0')} ({address})
              </td>
              <td class="hex">{words.map((word) => word.toString(16).padStart(4, '0')).join(' ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
