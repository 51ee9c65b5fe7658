import type { AgentHealthItem, AgentItem, DeviceItem } from '../../../contract/http/live.ts';
import { askEvery } from '../../gateway/api.ts';
import { modelFor, modelNow } from '../../gateway/live.ts';
import { deviceKey, devicesOf } from '../../gateway/model.ts';
import { type Loaded, useResource } from '../../gateway/resource.ts';
import { deviceWords } from '../../text/devices.ts';
import { language, speaker, title } from '../../ui/language.ts';
import { address, addressHere, route } from '../../ui/router.ts';
import { seenNow, seenThisMinute } from '../../ui/seen.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { Age } from '../../ui/time.tsx';
import { Windowed } from '../../ui/windowed.tsx';
import { AgentHeader } from '../live/agent-section.tsx';
import { headlineOf } from '../live/headline.ts';
import { HeadlineSection } from '../live/headline-section.tsx';
import ValuesPage from '../live/page.tsx';
import { agentView, deviceView, type Seen } from '../live/view.ts';
import './devices.css';
import { DevicePane } from './device.tsx';
import {
  type BusFigures,
  backlogsOf,
  backlogText,
  faultsText,
  healthOf,
  msText,
  type Polls,
  percentText,
  sizeText,
} from './figures.ts';
import { radioLine } from './radio.tsx';

const tell = speaker(deviceWords);
const rowHeight = 46;
const healthEveryMs = 15_000;
const pollsForShare = 20;
const shownBacklogs = 8;

/** Agents, their buses and devices as lines; or, with `?show=values`, every point; or the device the address names. */
export default function DevicesPage() {
  const { path, query } = route.value;
  const parts = path.split('/').slice(2);
  if (parts.length > 0) return <DevicePane key={parts.join('/')} of={parts} />;
  return (
    <>
      <Views />
      {query.get('show') === 'values' ? <ValuesPage /> : <Lists />}
    </>
  );
}

function Views() {
  const { query } = route.value;
  const isValues = query.get('show') === 'values';
  const isIll = query.get('only') === 'ill';
  return (
    <div class="filters">
      <span class="tabs">
        <a class="button" href={addressHere({ show: null })} aria-current={isValues ? undefined : 'true'}>
          {tell('list')}
        </a>
        <a
          class="button"
          href={addressHere({ show: 'values', only: null })}
          aria-current={isValues ? 'true' : undefined}
        >
          {tell('values')}
        </a>
      </span>
      {!isValues && (
        <span class="tabs">
          <a class="button" href={addressHere({ only: null })} aria-current={isIll ? undefined : 'true'}>
            {tell('all')}
          </a>
          <a class="button" href={addressHere({ only: 'ill' })} aria-current={isIll ? 'true' : undefined}>
            {tell('ill')}
          </a>
        </span>
      )}
    </div>
  );
}

function Lists() {
  const { now } = useResource('health', () => askEvery<AgentHealthItem>('/api/v1/agents/health'), healthEveryMs);
  const model = modelNow();
  const asked = route.value.query.get('agent');
  title.value = tell('devices');
  return (
    <>
      <HeadlineNow />
      <Backlogs />
      {[...model.agents]
        .filter(([, { agent }]) => asked === null || agent === asked)
        .map(([key, agent]) => (
          <AgentLines key={key} of={key} health={healthNow(now, agent)} />
        ))}
    </>
  );
}

/** Counted again every second; the lines below are drawn by themselves. */
function HeadlineNow() {
  return <HeadlineSection line={headlineOf(modelNow(), seenNow())} to={(of) => address(`/devices/${of}`)} />;
}

/** Which agent still has something to send: the agents stand far apart below. */
function Backlogs() {
  const waiting = backlogsOf(modelFor('agents').agents.values(), language.value);
  return (
    <p id="backlogs" class="backlogs">
      {tell('backlogs')}:{' '}
      {waiting.length === 0
        ? tell('backlogsNone')
        : waiting.slice(0, shownBacklogs).map(({ agent, text }, nth) => (
            <>
              {nth > 0 && ' · '}
              <a href={addressHere({ agent })}>{agent}</a> {text}
            </>
          ))}
      {waiting.length > shownBacklogs && ` ${tell('andMore', { count: waiting.length - shownBacklogs })}`}
    </p>
  );
}

function healthNow(now: Loaded<AgentHealthItem[]>, agent: AgentItem): AgentHealthItem | 'asked' | undefined {
  if (now.state === 'loading') return 'asked';
  return now.state === 'there' ? healthOf(now.body, agent) : undefined;
}

/** Drawn again when the agent says something; which of its devices are ill is looked at every second. */
function AgentLines({ of, health: told }: { of: string; health: AgentHealthItem | 'asked' | undefined }) {
  const health = told === 'asked' ? undefined : told;
  const model = modelFor('agents');
  const agent = model.agents.get(of);
  const onlyIll = route.value.query.get('only') === 'ill';
  const seen = onlyIll ? seenNow() : seenThisMinute();
  if (agent === undefined) return null;
  const view = agentView(model, agent, seen);
  const devices = devicesOf(model, agent).filter((device) => !onlyIll || isIll(device, seen));
  return (
    <section class="agent" aria-label={view.name} data-tone={view.tone}>
      <AgentHeader view={view} />
      <Health agent={agent} />
      {/* Keeps its place until it is known, so that the devices below it stay where they are. */}
      {told === 'asked' ? (
        <p class="agent-health hint asked">{'\u00a0'}</p>
      ) : (
        health !== undefined && <Box of={health} />
      )}
      {devices.length === 0 && <p class="hint">{tell('none')}</p>}
      {[...Map.groupBy(devices, ({ bus }) => bus)].map(([bus, items]) => (
        <section key={bus} class="bus" aria-label={tell('bus', { bus })}>
          <h3>
            {tell('bus', { bus })} <BusLine of={health?.buses.find((one) => one.bus === bus)} />
          </h3>
          <Windowed
            items={items}
            rowHeight={rowHeight}
            among={model.devices.size}
            keyOf={deviceKey}
            look="rows device-rows"
          >
            {(device) => <DeviceLine of={deviceKey(device)} {...heardText(health, device.device)} />}
          </Windowed>
        </section>
      ))}
    </section>
  );
}

function isIll(device: DeviceItem, seen: Seen): boolean {
  const view = deviceView(modelNow(), device, seen);
  return view.tone !== 'normal' || view.points.some(({ tone }) => tone !== 'normal');
}

/** What came of the agent, and what is still to come. */
function Health({ agent }: { agent: AgentItem }) {
  const received = agent.received.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  const parts = [
    tell('received', { count: received.toLocaleString() }),
    tell('missingMessages', { count: agent.missing }),
    backlogText(agent, language.value),
    agent.clock === null ? '' : tell('clock', { state: tell(agent.clock) }),
  ];
  return <p class="agent-health hint">{parts.filter((part) => part !== '').join(' · ')}</p>;
}

/** The box that it runs on, as it told last. */
function Box({ of: { diskFree, rss, loopP99Ms, version } }: { of: AgentHealthItem }) {
  const parts = [
    diskFree === null ? '' : tell('disk', { size: sizeText(diskFree) }),
    rss === null ? '' : tell('memory', { size: sizeText(rss) }),
    loopP99Ms === null ? '' : tell('loop', { ms: msText(loopP99Ms) }),
    version === null ? '' : tell('version', { version }),
  ].filter((part) => part !== '');
  return parts.length === 0 ? null : <p class="agent-health hint">{parts.join(' · ')}</p>;
}

function BusLine({ of }: { of: BusFigures | undefined }) {
  if (of === undefined) return null;
  const parts = [
    // A radio's server is asked for nothing: there is no line that could be in use.
    of.state === 'closed' ? tell('portClosed') : of.load === 0 ? '' : tell('load', { percent: loadText(of.load) }),
    faultsText(of, language.value),
  ];
  const told = parts.filter((part) => part !== '');
  return told.length === 0 ? null : <span class="bus-figures">· {told.join(' · ')}</span>;
}

const loadText = (load: number): string => (load < 0.01 ? '<1' : String(Math.round(100 * load)));

/** A share of a few says more than it knows. */
function answeredText(polls: Polls): string {
  const { asked, answered } = polls;
  return asked < pollsForShare
    ? tell('answeredOf', { asked, answered })
    : tell('percentAnswered', { percent: percentText(polls) });
}

type Heard = { readonly polls: string; readonly uplinks: string };

/** How often it answered, and how well it is heard by radio. Words, so that a line is drawn again when they change alone. */
function heardText(health: AgentHealthItem | undefined, device: string): Heard {
  const polls = health?.devices.find((one) => one.device === device);
  const uplinks = health?.uplinks.find((one) => one.device === device);
  return {
    polls: polls !== undefined && polls.asked > 0 ? answeredText(polls) : '',
    uplinks: uplinks === undefined ? '' : radioLine(uplinks),
  };
}

/** Drawn again when its own device says something, and every minute; its age is written by itself. */
function DeviceLine({ of, polls, uplinks }: Heard & { of: string }) {
  const model = modelFor(of);
  const item = model.devices.get(of);
  if (item === undefined) return null;
  const view = deviceView(model, item, seenThisMinute());
  const missing = view.points.filter(({ tone }) => tone === 'unknown').length;
  return (
    <a
      class="device-line"
      id={view.anchor}
      data-device={item.device}
      data-tone={view.tone}
      href={address(`/devices/${view.anchor}`)}
    >
      <StateMark tone={view.tone} look="badge">
        {view.state}
      </StateMark>
      <strong>{view.name}</strong>
      <span class="from">{item.profile}</span>
      <span class="why">{view.why}</span>
      <span class="since">{view.tone === 'normal' ? '' : view.since}</span>
      <span class="polls number">
        {polls}
        {uplinks}
      </span>
      <span class="number">
        {missing > 0 && <StateMark tone="unknown">{tell('missingPoints', { count: missing })}</StateMark>}
      </span>
      <span class="last number">
        <span class="aside">{tell('lastGood')} </span>
        {item.lastGoodAt === null ? tell('never') : <Age at={item.lastGoodAt} />}
      </span>
    </a>
  );
}
