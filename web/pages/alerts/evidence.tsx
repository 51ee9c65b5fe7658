import type { AlertDetail } from '../../gateway/items.ts';
import { alertWords, evidenceWords } from '../../text/alerts.ts';
import { pointText, valueText } from '../../text/format.ts';
import { language, pick, speaker } from '../../ui/language.ts';
import { timeAt } from '../../ui/time.tsx';
import { type EvidenceReadings, readingsOf } from './evidence.ts';

const tell = speaker(alertWords);

/** What was frozen with the alert: readings before and after it, and the hash that tells whether they were touched. */
export function Evidence({ alert }: { alert: AlertDetail }) {
  if (alert.evidence.length === 0) return <p class="hint">{tell('evidenceNone')}</p>;
  return (
    <>
      {alert.evidence.map(({ part, at, sha256, body }) => (
        <details key={`${part} ${at}`} class="evidence">
          <summary>
            {evidenceWords[part] === undefined ? part : pick(evidenceWords[part])} ·{' '}
            {tell('frozenAt', { time: timeAt(at) })}
          </summary>
          <p class="hash">{tell('hash', { hash: sha256 })}</p>
          <Readings readings={readingsOf(body)} />
          <details>
            <summary>{tell('raw')}</summary>
            <pre>{body}</pre>
          </details>
        </details>
      ))}
    </>
  );
}

function Readings({ readings }: { readings: EvidenceReadings }) {
  return (
    <>
      {readings.map(({ point, rows }) => (
        <details key={point}>
          <summary>
            {point.split('/')[0]} {pointText(point.split('/')[1] ?? '', language.value)} ·{' '}
            {tell('readings', { count: rows.length })}
          </summary>
          <table>
            <tbody>
              {rows.map(({ at, value, fault }, nth) => (
                <tr key={nth}>
                  <td>{at === null ? '—' : timeAt(new Date(at).toISOString())}</td>
                  <td class="number">{valueText(value, language.value)}</td>
                  <td>{fault}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      ))}
    </>
  );
}
