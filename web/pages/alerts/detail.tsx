import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { hazardNames, levelNames } from '../../../contract/words/hazards.ts';
import { ask } from '../../gateway/api.ts';
import type { AlertDetail, AlertItem } from '../../gateway/items.ts';
import { modelFor } from '../../gateway/live.ts';
import { useResource } from '../../gateway/resource.ts';
import { personNow } from '../../gateway/session.ts';
import { alertStateWords, alertWords, statusWords } from '../../text/alerts.ts';
import { deedsDone, openAct } from '../../ui/asked.ts';
import { pick, speaker } from '../../ui/language.ts';
import { NoSuch } from '../../ui/no-such.tsx';
import { NotThere } from '../../ui/not-there.tsx';
import { address } from '../../ui/router.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { Age, At, Since, timeAt } from '../../ui/time.tsx';
import { Evidence } from './evidence.tsx';
import { GuidelinePart } from './guideline.tsx';
import { Photos } from './photos.tsx';
import { Reach, ReachLine, usePeople } from './reach.tsx';
import { roleName } from './role-name.ts';
import { actionsOf, mayAct, nameOf, toneOf } from './view.ts';
import { Witnesses } from './witnesses.tsx';

const tell = speaker(alertWords);
const refreshMs = 15_000;

/** One alert whole: what to do first, then why, who was told, what happened, and what was kept as evidence. */
export function AlertDetailPane({ alert }: { alert: string }) {
  const detail = useAlert(alert);
  const people = usePeople(alert);
  if (detail.state === 'not-offered') return <Gone />;
  if (detail.state !== 'there') return <NotThere state={detail.state} />;
  const { body } = detail;
  return (
    <article class="alert-detail" data-tone={toneOf(body)}>
      <p class="back">
        <a class="button" href={address('/alerts')}>
          {tell('toList')}
        </a>
        <a class="button" href={address(`/alerts/${alert}/incident`)}>
          {tell('print')}
        </a>
      </p>
      <AlertHead alert={body} />
      <Deeds alert={body} />
      <ReachLine now={people} />
      <Part title={tell('whatToDo')}>
        <p class="to-do">{pick(body.action)}</p>
        {body.who !== undefined && body.due !== undefined && (
          <p class="hint">{tell('whoAndWhen', { who: roleName(body.who), time: timeAt(body.due) })}</p>
        )}
        <GuidelinePart alert={body} />
      </Part>
      <Part title={tell('why')}>
        <p>{pick(body.why)}</p>
        <Witnesses alert={body} />
      </Part>
      <Part title={tell('told')} id="told">
        <Reach alert={body} people={people} />
      </Part>
      <Part title={tell('history')}>
        <Transitions alert={body} />
      </Part>
      <Part title={tell('evidence')}>
        <Evidence alert={body} />
      </Part>
    </article>
  );
}

/** Asked for again when the list says that it changed, and when somebody here did something. */
export function useAlert(alert: string) {
  const { now, refresh } = useResource<AlertDetail>(
    alert,
    () => ask<AlertDetail>('GET', `/api/v1/alerts/${encodeURIComponent(alert)}`),
    refreshMs,
  );
  const { alerts } = modelFor('alerts');
  const listed =
    alerts.state === 'there' ? [...alerts.items.values()].find((item) => item.alert === alert)?.version : undefined;
  useEffect(() => void refresh(), [listed, deedsDone.value]);
  return now;
}

export function AlertHead({ alert }: { alert: AlertItem }) {
  return (
    <header class="alert-head">
      <p class="line-head">
        <StateMark tone={toneOf(alert)} look="badge">
          {pick(levelNames[alert.level])}
        </StateMark>
        <span class="what">{pick(hazardNames[alert.hazard])}</span>
        <span class="tag">{pick(statusWords[alert.status])}</span>
        <span class="alert-state" id="alert-state">
          {pick(alertStateWords[alert.state])}
        </span>
      </p>
      <h1 id="alert-title">{pick(alert.headline)}</h1>
      <p class="facts">
        <Since at={alert.since} /> · <Age at={alert.since} />
        {alert.notVerifiable && <> · {tell('notVerifiable', { time: timeAt(alert.notVerifiable.since) })}</>}
        {alert.returned && <> · {tell('returned', { time: timeAt(alert.returned) })}</>}
      </p>
      <ul class="deeds-done">
        {alert.acknowledged && (
          <li>
            {tell('ackedBy', { who: nameOf(alert.acknowledged.by), time: timeAt(alert.acknowledged.at) })}{' '}
            <Age at={alert.acknowledged.at} />
          </li>
        )}
        {alert.report && (
          <li>
            {tell('reportedBy', {
              who: nameOf(alert.report.by),
              time: timeAt(alert.report.at),
              text: alert.report.text,
            })}
          </li>
        )}
        {alert.shelved && (
          <li>
            {tell('shelvedBy', {
              who: nameOf(alert.shelved.by),
              time: timeAt(alert.shelved.until),
              text: alert.shelved.text,
            })}
          </li>
        )}
      </ul>
      <Photos alert={alert.alert} site={alert.site} />
    </header>
  );
}

function Deeds({ alert }: { alert: AlertItem }) {
  const actions = actionsOf(alert);
  if (!mayAct(personNow()?.role) || actions.length === 0) return null;
  return (
    <p class="buttons">
      {actions.map((action, nth) => (
        <button
          key={action}
          type="button"
          class={nth === 0 && (action === 'acknowledge' || action === 'reset') ? 'main' : ''}
          data-do={action}
          onClick={() => openAct(alert, action)}
        >
          {tell(action)}
        </button>
      ))}
    </p>
  );
}

function Part({ title, id, children }: { title: string; id?: string; children: ComponentChildren }) {
  return (
    <section class="part in-sight" id={id}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** Every step of its life, the newest first. */
export function Transitions({ alert }: { alert: AlertDetail }) {
  return (
    <ol class="transitions">
      {alert.transitions.toReversed().map((step) => (
        <li key={`${step.at} ${step.from} ${step.to} ${step.reason.code}`}>
          <At at={step.at} /> <strong>{pick(alertStateWords[step.to])}</strong>{' '}
          {step.words === undefined ? step.reason.code : pick(step.words)}
          <span class="by"> · {step.by === 'system' ? tell('system') : nameOf(step.by)}</span>
        </li>
      ))}
    </ol>
  );
}

function Gone() {
  return <NoSuch words={tell('gone')} to={address('/alerts')} list={tell('toList')} />;
}
