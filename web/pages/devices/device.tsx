import type { AgentHealthItem, DeviceItem } from '../../../contract/http/live.ts';
import { askEvery } from '../../gateway/api.ts';
import { linkState, modelFor } from '../../gateway/live.ts';
import { agentKey, deviceKey, type Model } from '../../gateway/model.ts';
import { type Loaded, useResource } from '../../gateway/resource.ts';
import { deviceWords } from '../../text/devices.ts';
import { causeWords, stationWords, tryWords } from '../../text/explain.ts';
import { pointText } from '../../text/format.ts';
import { History } from '../../ui/history.tsx';
import { language, pick, say, speaker, title } from '../../ui/language.ts';
import { MaintenanceButton } from '../../ui/maintenance.tsx';
import { NoSuch } from '../../ui/no-such.tsx';
import { RangeChoice, standardRangeOf } from '../../ui/range.tsx';
import { address, addressHere, route } from '../../ui/router.ts';
import { seenThisMinute } from '../../ui/seen.ts';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StateMark } from '../../ui/state-mark.tsx';
import { Age, timeAt } from '../../ui/time.tsx';
import { useWaited } from '../../ui/waited.ts';
import { deviceView, type PointView } from '../live/view.ts';
import { Commands } from './commands.tsx';
import { Frames, Registers, useDiagnoses } from './diagnosis.tsx';
import { type Around, type Broken, brokenAt, isSilentBus, type Lost, lostTogether, stations } from './explain.ts';
import { healthOf, msText, percentText } from './figures.ts';
import { RadioFacts } from './radio.tsx';

const tell = speaker(deviceWords);
const namesShown = 4;
const healthEveryMs = 15_000;

/** Everything about one device: state, why, what to try; its points with their hour; where a missing value is lost. */
export function DevicePane({ of }: { of: readonly string[] }) {
  const model = modelFor('');
  const key = keyOf(model, of);
  return key === undefined ? <NoDevice isLoading={model.devices.size === 0} /> : <Known of={key} />;
}

/** `/devices/tilt-se`, or with several sites `/devices/saesol/tilt-se`. */
function keyOf(model: Model, of: readonly string[]): string | undefined {
  if (of.length === 2) return model.devices.has(of.join('/')) ? of.join('/') : undefined;
  return [...model.devices].find(([, { device }]) => device === of[0])?.[0];
}

function NoDevice({ isLoading }: { isLoading: boolean }) {
  if (isLoading) return <p class="hint">{say('loading')}</p>;
  return <NoSuch words={tell('noDevice')} to={address('/devices')} list={tell('toList')} />;
}

function Known({ of }: { of: string }) {
  const model = modelFor(of);
  const item = model.devices.get(of);
  const health = useHealth(of.slice(0, of.indexOf('/')));
  if (item === undefined) return <NoDevice isLoading={false} />;
  if (health === 'awaited') return <p class="hint">{say('loading')}</p>;
  const view = deviceView(model, item, seenThisMinute());
  const around = aroundOf(model, item, health);
  const points = model.points.get(of) ?? new Map();
  const broken = new Map([...points].map(([name, point]) => [name, brokenAt(point, around)] as const));
  const worst = brokenAt(null, around) ?? [...broken.values()].find((each) => each !== null) ?? null;
  title.value = view.name;
  return (
    <div class="device-page" data-tone={view.tone}>
      <p class="crumbs">
        <a href={address('/devices')}>{tell('toList')}</a>
      </p>
      <header class="device-head">
        <h1>{view.name}</h1>
        {view.simulated && <span class="tag">{say('simulated')}</span>}
        <StateMark tone={view.tone} look="badge">
          {view.state}
        </StateMark>
        <span class="since">{view.since}</span>
        <MaintenanceButton part={{ site: item.site, target: `device:${item.device}`, name: item.device }} />
      </header>
      <div class="device-columns">
        <section class="card about-device">
          {view.why !== '' && <p class="why">{view.why}</p>}
          <dl class="facts-list">
            <dt>{tell('profile')}</dt>
            <dd>{item.profile}</dd>
            <dt>{tell('agent')}</dt>
            <dd>
              <a href={address('/devices', { agent: item.agent })}>{item.agent}</a>
            </dd>
            <dt>{tell('busName')}</dt>
            <dd>{item.bus}</dd>
            <dt>{tell('lastGood')}</dt>
            <dd>{item.lastGoodAt === null ? tell('never') : <Age at={item.lastGoodAt} />}</dd>
            <PollFacts item={item} now={health} />
          </dl>
          <Chain broken={worst} />
          <Explain lost={lostTogether(broken)} count={points.size} />
          <WhatToTry broken={worst} />
        </section>
        <section class="card" aria-label={tell('points')}>
          <Points site={item.site} device={item.device} points={view.points} broken={broken} />
        </section>
      </div>
      <HistoryPart item={item} points={view.points} />
      <Evidence item={item} />
    </div>
  );
}

/**
 * How the devices of a site answered of late. For up to a second it is waited for: what comes later moves what stands below it.
 */
function useHealth(site: string): Loaded<AgentHealthItem[]> | 'awaited' {
  const path = `/api/v1/agents/health?site=${site}`;
  const { now } = useResource(path, () => askEvery<AgentHealthItem>(path), healthEveryMs);
  const isWaited = useWaited();
  return now.state === 'loading' && !isWaited ? 'awaited' : now;
}

/** How it answered of late; nothing of a device that is not asked, or whose agent is not heard. */
function PollFacts({ item, now }: { item: DeviceItem; now: Loaded<AgentHealthItem[]> }) {
  const health = now.state === 'there' ? healthOf(now.body, item) : undefined;
  const polls = health?.devices.find(({ device }) => device === item.device);
  const radio = health?.uplinks.find(({ device }) => device === item.device);
  if (radio !== undefined) return <RadioFacts of={radio} />;
  // Keeps its place until it is known, so that what stands below stays where it is.
  if (now.state === 'loading') {
    return (
      <>
        <dt>{tell('polls')}</dt>
        <dd class="asked" />
      </>
    );
  }
  if (polls === undefined) return null;
  const { asked, p50Ms, p99Ms, probed } = polls;
  return (
    <>
      <dt>{tell('polls')}</dt>
      <dd id="polls">
        {asked === 0 ? tell('notAskedYet') : tell('pollsOf', { percent: percentText(polls), asked })}
        {p50Ms !== null && (
          <>
            <br />
            {tell('pollTimes', { p50: msText(p50Ms), p99: msText(p99Ms) })}
          </>
        )}
        <br />
        {now.state === 'there' && now.stale !== null && (
          <>
            {tell('pollsAsOf', { time: timeAt(new Date(now.at).toISOString()) })}
            <br />
          </>
        )}
        {probed ? <StateMark tone="caution">{tell('isProbed')}</StateMark> : tell('isPolled')}
      </dd>
    </>
  );
}

/** What stands below the frames is drawn with them: they would move it. */
function Evidence({ item }: { item: DeviceItem }) {
  const diagnoses = useDiagnoses(item);
  return (
    <>
      <Frames of={diagnoses} />
      {diagnoses.state !== 'loading' && (
        <>
          <Registers of={diagnoses} />
          <Commands site={item.site} device={item.device} />
        </>
      )}
    </>
  );
}

function aroundOf(model: Model, device: DeviceItem, health: Loaded<AgentHealthItem[]>): Around {
  const told = health.state === 'there' ? healthOf(health.body, device) : undefined;
  return {
    link: linkState.value,
    agent: model.agents.get(agentKey(device)),
    device,
    isBusSilent: isSilentBus(device, model.devices.values()),
    isBusClosed: told?.buses.some(({ bus, state }) => bus === device.bus && state === 'closed') ?? false,
  };
}

/** The stations of a value, and the one where it is lost. */
function Chain({ broken }: { broken: Broken | null }) {
  return (
    <section class="chain" aria-label={tell('chain')}>
      <h2>{tell('chain')}</h2>
      <ol>
        {stations.map((station) => (
          <li key={station} data-broken={broken?.at === station || undefined}>
            {pick(stationWords[station])}
          </li>
        ))}
      </ol>
      <p>
        {broken === null ? (
          <StateMark tone="normal">{tell('unbroken')}</StateMark>
        ) : (
          <StateMark tone="unknown">{tell('brokenAt', { place: pick(stationWords[broken.at]) })}</StateMark>
        )}
      </p>
    </section>
  );
}

/** Each way in which values are missing: which points, where they are lost, why, and what to do first. */
function Explain({ lost, count }: { lost: readonly Lost[]; count: number }) {
  if (lost.length === 0) return null;
  return (
    <section aria-label={tell('missing')}>
      <h2>{tell('missing')}</h2>
      <ul class="explain">
        {lost.map(({ at, cause, points }) => (
          <li key={cause}>
            <strong>{points.length === count ? tell('allPoints') : namesOf(points)}</strong>
            <span>
              {pick(stationWords[at])}: {pick(causeWords[cause].why)}
            </span>
            <span class="act">→ {pick(causeWords[cause].act)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function namesOf(points: readonly string[]): string {
  const names = points.slice(0, namesShown).map((name) => pointText(name, language.value));
  const more = points.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` ${tell('andMore', { count: more })}` : ''}`;
}

function WhatToTry({ broken }: { broken: Broken | null }) {
  if (broken === null || broken.trial === null) return null;
  return (
    <section>
      <h2>{tell('whatToTry')}</h2>
      <ol class="tries">
        {tryWords[broken.trial].map((words) => (
          <li key={words.en}>{pick(words)}</li>
        ))}
      </ol>
    </section>
  );
}

function Points(of: {
  site: string;
  device: string;
  points: readonly PointView[];
  broken: ReadonlyMap<string, Broken | null>;
}) {
  const { site, device, points, broken } = of;
  const chosen = route.value.query.get('point');
  return (
    <ul class="rows point-rows">
      {points.map((point) => {
        const lost = broken.get(point.name) ?? null;
        return (
          <li key={point.name}>
            <a
              class="point-line"
              data-point={point.name}
              data-tone={point.tone}
              aria-current={chosen === point.name ? 'true' : undefined}
              href={addressHere({ point: point.name })}
              title={point.name}
            >
              <span class="label">{point.label}</span>
              <span class="number">
                <span class="value">{point.value}</span> <span class="unit">{point.unit}</span>
              </span>
              <Sparkline site={site} point={`${device}/${point.name}`} />
              <span class="number">{point.age !== null && <Age {...point.age} />}</span>
              {(point.note !== '' || lost !== null) && (
                <span class="note">
                  {[lost === null ? '' : tell('lostAt', { place: pick(stationWords[lost.at]) }), point.note]
                    .filter((part) => part !== '')
                    .join(' · ')}
                </span>
              )}
            </a>
          </li>
        );
      })}
    </ul>
  );
}

function HistoryPart({ item, points }: { item: DeviceItem; points: readonly PointView[] }) {
  const asked = route.value.query.get('point');
  const chosen = points.find(({ name }) => name === asked) ?? points.find(({ unit }) => unit !== '') ?? points[0];
  if (chosen === undefined) return null;
  const point = `${item.device}/${chosen.name}`;
  const standard = standardRangeOf(chosen.name);
  return (
    <section class="card history-part" aria-labelledby="history-title">
      <h2 id="history-title">
        {tell('history')}: {pointText(chosen.name, language.value)}
      </h2>
      <p class="filters">
        <RangeChoice standard={standard} />
        <a
          class="button"
          href={address('/charts', { points: point, range: route.value.query.get('range') ?? standard })}
        >
          {tell('openChart')}
        </a>
      </p>
      <History key={`${deviceKey(item)} ${chosen.name}`} site={item.site} points={[point]} standard={standard} />
    </section>
  );
}
