import type { ReadonlySignal } from '@preact/signals';
import type { AgentItem, DeviceItem } from '../../../contract/http/live.ts';
import { modelFor } from '../../gateway/live.ts';
import { deviceKey } from '../../gateway/model.ts';
import { say } from '../../ui/language.ts';
import { useNear } from '../../ui/near.ts';
import { seenThisMinute } from '../../ui/seen.ts';
import { StateMark } from '../../ui/state-mark.tsx';
import { Age } from '../../ui/time.tsx';
import { type AgentView, agentView, type DeviceView, deviceView, type PointView } from './view.ts';

/** An agent with its devices. */
export function AgentSection({ agent, devices }: { agent: AgentItem; devices: readonly DeviceItem[] }) {
  const view = agentView(modelFor('agents'), agent, seenThisMinute());
  return (
    <section class="agent" aria-label={view.name} data-tone={view.tone}>
      <AgentHeader view={view} />
      <div class="devices">
        {devices.map((device) => (
          <DeviceCard key={deviceKey(device)} of={deviceKey(device)} />
        ))}
      </div>
    </section>
  );
}

/** What the agent is called and how it is. */
export function AgentHeader({ view }: { view: AgentView }) {
  return (
    <header>
      <h2>
        <span class="what">{say('agent')}</span> <span class="name">{view.name}</span>
      </h2>
      {view.simulated && <span class="tag">{say('simulated')}</span>}
      <StateMark tone={view.tone} look="badge">
        {view.state}
      </StateMark>
      <span class="facts">{view.facts.join(' · ')}</span>
    </header>
  );
}

/** Drawn again when its own device says something; ages are written by themselves. */
function DeviceCard({ of }: { of: string }) {
  const model = modelFor(of);
  const item = model.devices.get(of);
  const { of: card, near } = useNear<HTMLElement>(of);
  if (item === undefined) return null;
  const device = deviceView(model, item, seenThisMinute());
  return (
    <article ref={card} id={device.anchor} class="device" tabIndex={-1} data-tone={device.tone}>
      <header>
        <h3>
          <a href={`#${device.anchor}`} class="name">
            {device.name}
          </a>
        </h3>
        {device.simulated && <span class="tag">{say('simulated')}</span>}
        <StateMark tone={device.tone} look="badge">
          {device.state}
        </StateMark>
        <span class="since">{device.since}</span>
      </header>
      <p class="from">{device.from}</p>
      {device.why !== '' && <p class="why">{device.why}</p>}
      <PointTable device={device} near={near} />
    </article>
  );
}

/** The points of a device with their ages. */
function PointTable({ device, near }: { device: DeviceView; near: ReadonlySignal<boolean> }) {
  return (
    <table class="points">
      <caption class="aside">{say('points', { device: device.name })}</caption>
      <thead class="aside">
        <tr>
          <th scope="col">{say('point')}</th>
          <th scope="col">{say('value')}</th>
          <th scope="col">{say('unit')}</th>
          <th scope="col">{say('age')}</th>
        </tr>
      </thead>
      {device.points.map((point) => (
        <PointRows key={point.name} point={point} near={near} />
      ))}
    </table>
  );
}

/** A body of its own, so that the note may run below the whole row. */
function PointRows({ point, near }: { point: PointView; near: ReadonlySignal<boolean> }) {
  return (
    <tbody data-point={point.name} data-tone={point.tone}>
      <tr>
        <th scope="row" title={point.name}>
          {point.label}
        </th>
        <td class="number">
          <span class="value">{point.value}</span>
        </td>
        {/* Never an empty text: it would be made again with every drawing. */}
        <td class="unit">{point.unit === '' ? null : point.unit}</td>
        <td class="ago number">{point.age !== null && <Age {...point.age} near={near} />}</td>
      </tr>
      {point.note !== '' && (
        <tr>
          <td class="note" colSpan={4}>
            {point.note}
          </td>
        </tr>
      )}
    </tbody>
  );
}
