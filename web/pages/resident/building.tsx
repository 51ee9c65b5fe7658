import { useEffect } from 'preact/hooks';
import type { Hazard } from '../../../contract/hazards.ts';
import type { BuildingAlert } from '../../../contract/http/alerts.ts';
import { guidelineFor } from '../../../contract/words/guidelines/guidelines.ts';
import { hazardNames, levelNames } from '../../../contract/words/hazards.ts';
import { askEvery } from '../../gateway/api.ts';
import { type KeptAlerts, keepAlerts, keptAlerts } from '../../gateway/kept.ts';
import { now as clockNow, second } from '../../gateway/live.ts';
import { useResource } from '../../gateway/resource.ts';
import { causeWords } from '../../text/alerts.ts';
import { ageText } from '../../text/format.ts';
import { groups } from '../../text/guideline-groups.ts';
import { residentWords } from '../../text/resident.ts';
import { levelTones } from '../../text/tones.ts';
import { language, pick, say, speaker } from '../../ui/language.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { timeAt } from '../../ui/time.tsx';
import { useWaited } from '../../ui/waited.ts';
import { Answers, CallForHelp, useOwnSaid } from './answers.tsx';
import { useIsAway } from './late.ts';
import { situationOf } from './view.ts';

const tell = speaker(residentWords);
const refreshMs = 5000;

/** What is going on in one building, for those who are in it. In an emergency what to do comes first, and large. */
export function BuildingNow({ site, building }: { site: string; building: string }) {
  void second.value;
  const { now } = useResource<BuildingAlert[]>(
    `alerts ${site} ${building}`,
    () => askEvery<BuildingAlert>(`/api/v1/buildings/${encodeURIComponent(building)}/alerts?site=${site}`),
    refreshMs,
  );
  const own = useOwnSaid();
  const isAway = useIsAway(now);
  const isWaited = useWaited();
  useEffect(() => {
    if (now.state === 'there' && now.stale === null) keepAlerts(site, building, { body: now.body, at: now.at });
  }, [now]);
  // In a fire what to do stands first: what is drawn before it would be moved by it under a finger.
  if (now.state === 'loading' && !isAway && !isWaited) return <p class="awaited">{say('loading')}</p>;
  if (now.state !== 'there') {
    return (
      <>
        {isAway || now.state !== 'loading' ? (
          <p class="not-told">{tell(isAway ? 'away' : 'notTold')}</p>
        ) : (
          <p class="asking">{say('loading')}</p>
        )}
        {isAway && <AsOf of={keptAlerts(site, building)} />}
        <p class="if-smell">{tell('ifSmell')}</p>
        <Call />
        {isAway ? <Guidelines /> : <CallForHelp site={site} building={building} own={own} />}
      </>
    );
  }
  const { open, over, emergency } = situationOf(now.body);
  const isOld = now.stale !== null;
  return (
    <>
      {isOld && (
        <p class="banner" role="status">
          {tell('lost', { age: ageText(clockNow() - now.at, language.value) })}
        </p>
      )}
      {emergency !== null && <Emergency alert={emergency} own={own} />}
      {emergency === null && (isOld ? <Before open={open} at={now.at} /> : <Quiet open={open} over={over} />)}
      {emergency === null && <p class="if-smell">{tell('ifSmell')}</p>}
      {emergency === null && <Call />}
      <CallForHelp site={site} building={building} own={own} />
    </>
  );
}

function Emergency({ alert, own }: { alert: BuildingAlert; own: ReturnType<typeof useOwnSaid> }) {
  const { hazard, level } = alert;
  const phase = alert.returned === null ? 'during' : 'after';
  const { lines, vulnerable } = guidelineFor({ hazard, level, audience: 'resident', phase });
  return (
    <section class="emergency" data-tone={levelTones[level]} aria-labelledby="emergency-title">
      {alert.status !== 'Actual' && <p class="drill">{tell(alert.status === 'Exercise' ? 'exercise' : 'test')}</p>}
      <div role="alert">
        <h2 id="emergency-title">{pick(alert.headline)}</h2>
      </div>
      <ol class="do-now" aria-label={tell('emergency')}>
        {lines[language.value].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
      <Call />
      <Answers alert={alert} own={own} />
      <p>
        {tell('since', {
          time: timeAt(alert.since),
          age: ageText(second.value - Date.parse(alert.since), language.value),
        })}
      </p>
      {alert.notVerifiable !== null && <p>{tell('unverifiable')}</p>}
      {alert.returned !== null && <p>{tell('returned')}</p>}
      <details class="vulnerable">
        <summary>{tell('vulnerable')}</summary>
        {groups.map((group) => (
          <section key={group}>
            <h3>{tell(group)}</h3>
            <ul>
              {vulnerable[group][language.value].map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </section>
        ))}
      </details>
    </section>
  );
}

/** Nothing that people have to leave for. No word of it may be read as “all is well”. */
function Quiet({ open, over }: { open: readonly BuildingAlert[]; over: readonly BuildingAlert[] }) {
  return (
    <>
      {open.length === 0 && <p>{tell('noneOpen')}</p>}
      {open.length > 0 && (
        <section>
          <h2>{tell('now')}</h2>
          <Situation open={open} />
        </section>
      )}
      {over.map((alert) => (
        <p key={alert.alert} class="over">
          <strong>{tell('over')}</strong>: {pick(alert.headline)} · {timeAt(alert.closed ?? alert.since)}
          {alert.cause !== null && ` · ${tell('cause', { cause: pick(causeWords[alert.cause]) })}`}
        </p>
      ))}
    </>
  );
}

function Situation({ open }: { open: readonly BuildingAlert[] }) {
  return (
    <ul class="situation">
      {open.map((alert) => (
        <li key={alert.alert}>
          <StateMark tone={levelTones[alert.level]} look="badge">
            {pick(levelNames[alert.level])}
          </StateMark>{' '}
          {pick(alert.headline)} <strong>{pick(alert.action)}</strong>
        </li>
      ))}
    </ul>
  );
}

/** How it was, greyed, with its time: nothing of it may be read as how it is. */
function Before({ open, at }: { open: readonly BuildingAlert[]; at: number }) {
  const time = timeAt(new Date(at).toISOString());
  return (
    <section class="known-before">
      {open.length === 0 ? <p>{tell('noneAsOf', { time })}</p> : <Situation open={open} />}
    </section>
  );
}

/** What this device kept. What to do in an emergency that stood then is said as large as while it is known. */
function AsOf({ of }: { of: KeptAlerts | null }) {
  if (of === null) return null;
  const { open, emergency } = situationOf(of.body);
  const time = timeAt(new Date(of.at).toISOString());
  if (emergency === null) {
    return (
      <>
        {open.length > 0 && <p>{tell('asOf', { time })}</p>}
        <Before open={open} at={of.at} />
      </>
    );
  }
  const { hazard, level, returned, headline, status } = emergency;
  const phase = returned === null ? 'during' : 'after';
  const { lines } = guidelineFor({ hazard, level, audience: 'resident', phase });
  return (
    <section class="emergency" data-old>
      {status !== 'Actual' && <p class="drill">{tell(status === 'Exercise' ? 'exercise' : 'test')}</p>}
      <h2 class="known-before">{tell('emergencyAsOf', { time, headline: pick(headline) })}</h2>
      <ol class="do-now">
        {lines[language.value].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
    </section>
  );
}

const dangers = ['fire', 'gas', 'co', 'flood', 'collapse', 'earthquake'] as const satisfies readonly Hazard[];

/** What to do in each danger, for who has to judge by themselves. */
function Guidelines() {
  return (
    <section class="guidelines">
      <h2>{tell('whatToDo')}</h2>
      {dangers.map((hazard) => {
        const { lines } = guidelineFor({ hazard, level: '심각', audience: 'resident', phase: 'during' });
        return (
          <details key={hazard} data-hazard={hazard}>
            <summary>{pick(hazardNames[hazard])}</summary>
            <ol>
              {lines[language.value].map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ol>
          </details>
        );
      })}
    </section>
  );
}

function Call() {
  return (
    <p>
      <a class="button main call" href="tel:119">
        {tell('call')}
      </a>
    </p>
  );
}
