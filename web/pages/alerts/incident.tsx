import { hazardNames, levelNames } from '../../../contract/words/hazards.ts';
import { second } from '../../gateway/live.ts';
import { alertStateWords, alertWords, causeWords, evidenceWords, statusWords } from '../../text/alerts.ts';
import { pointText, reportText } from '../../text/format.ts';
import { language, pick, speaker, title } from '../../ui/language.ts';
import { NotThere } from '../../ui/not-there.tsx';
import { address } from '../../ui/router.ts';
import { SheetBar } from '../../ui/sheet-bar.tsx';
import { zone } from '../../ui/zone.ts';
import { Transitions, useAlert } from './detail.tsx';
import { Reach, usePeople } from './reach.tsx';
import { nameOf } from './view.ts';

const tell = speaker(alertWords);

/** One alert as a sheet to be printed and kept: what, when, who did what, and what vouches for it. */
export function Incident({ alert }: { alert: string }) {
  const detail = useAlert(alert);
  const people = usePeople(alert);
  title.value = tell('incident');
  if (detail.state !== 'there') return <NotThere state={detail.state} />;
  const { body } = detail;
  const facts: readonly (readonly [string, string])[] = [
    [tell('hazard'), pick(hazardNames[body.hazard])],
    [tell('level'), pick(levelNames[body.level])],
    [tell('state'), `${pick(alertStateWords[body.state])} · ${pick(statusWords[body.status])}`],
    [tell('began'), filedAt(body.since)],
    [tell('ended'), body.closed ? filedAt(body.closed) : '—'],
    [tell('cause'), body.cause === null ? '—' : pick(causeWords[body.cause])],
    [tell('rule'), body.rule],
    [tell('where'), body.points.map(seenBy).join(', ')],
    [tell('why'), pick(body.why)],
    [
      tell('acknowledgedWhen'),
      body.acknowledged === null ? '—' : `${nameOf(body.acknowledged.by)} · ${filedAt(body.acknowledged.at)}`,
    ],
    [
      tell('reported'),
      body.report ? `${nameOf(body.report.by)} · ${filedAt(body.report.at)}: ${body.report.text}` : '—',
    ],
  ];
  return (
    <article class="sheet card letter">
      <SheetBar to={address(`/alerts/${alert}`)} back={tell('toList')} print={tell('printNow')} />
      <p class="hint">
        {tell('incident')} · {alert} · {tell('madeAt', { time: filedAt(new Date(second.value).toISOString()) })}
      </p>
      <h1>{pick(body.headline)}</h1>
      <table class="facts-table">
        <tbody>
          {facts.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2>{tell('history')}</h2>
      <Transitions alert={body} />
      <h2>{tell('told')}</h2>
      <Reach alert={body} people={people} />
      <h2>{tell('evidence')}</h2>
      <ul>
        {body.evidence.map(({ part, at, sha256 }) => (
          <li key={`${part} ${at}`} class="hash">
            {evidenceWords[part] === undefined ? part : pick(evidenceWords[part])} · {filedAt(at)} · SHA-256 {sha256}
          </li>
        ))}
      </ul>
    </article>
  );
}

/** A sheet that is kept says the day, also of today. */
const filedAt = (at: string): string => reportText(Date.parse(at), zone.value, language.value);

function seenBy(point: string): string {
  const [device = '', name = ''] = point.split('/');
  return `${device} ${pointText(name, language.value)}`;
}
