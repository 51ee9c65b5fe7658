import type { Clock } from '../../contract/clock.ts';
import { decode } from '../../contract/messages.ts';
import { type Log, Throttle } from '../log.ts';
import type { Group } from '../state/changes.ts';
import type { LiveAgent } from '../state/live-state.ts';
import { liveStatus } from '../state/load-fleet.ts';
import { maxSeq } from '../store/epochs.ts';
import type { LastMessageKind } from '../store/last-messages.ts';
import type { Store } from '../store/store.ts';
import type { PendingMessage } from './message.ts';
import { ReadingsHandler } from './readings-handler.ts';
import { topicText } from './topic-text.ts';

export type MessageHandlersOptions = { store: Store; clock: Clock; log: Log };

/** Why a message is not accepted; null when it is. */
type Refusal = string | null;
/** Kept and counted as what it is already. */
const conflict = 'conflict';
/** No fault, so nothing is kept of it. */
const replaced = 'of a connection that a newer one has replaced';

/** What a message of each kind does to the store, and what it is to do to live state. Works within a transaction. */
export class MessageHandlers {
  readonly #store: Store;
  readonly #log: Log;
  readonly #readings: ReadingsHandler;
  readonly #throttle: Throttle;

  constructor(options: MessageHandlersOptions) {
    this.#store = options.store;
    this.#log = options.log;
    this.#readings = new ReadingsHandler(options.store);
    this.#throttle = new Throttle(options.clock);
  }

  accept(message: PendingMessage, group: Group): void {
    const { topic, agent } = message;
    const refusal =
      agent === undefined
        ? `no site file has an agent ${topic.site}/${topic.agent}`
        : this.#dispatch(agent, message, group);
    message.isRefused = refusal !== null;
    if (refusal !== null && refusal !== conflict && refusal !== replaced) this.reject(message, refusal);
  }

  /** Keeps a message as it came, counted, with the reason. */
  reject(message: PendingMessage, reason: string): void {
    message.isRefused = true;
    this.#keepRaw(message, reason, 'rejected');
  }

  #dispatch(agent: LiveAgent, message: PendingMessage, group: Group): Refusal {
    switch (message.topic.kind) {
      case 'readings':
        return this.#acceptReadings(agent, message, group);
      case 'status':
        return this.#acceptStatus(agent, message, group);
      case 'health':
        return this.#acceptHealth(agent, message, group);
      case 'birth':
        return this.#acceptBirth(agent, message, group);
      case 'diagnosis':
        return this.#acceptDiagnosis(agent, message, group);
      case 'result': {
        const parsed = decode.result(message.payload);
        if (!parsed.ok) return parsed.problem;
        group.effects.push({ kind: 'result', agent, result: parsed.value });
        return null;
      }
      case 'command':
      case 'configuration':
        return null;
    }
  }

  #acceptReadings(agent: LiveAgent, message: PendingMessage, group: Group): Refusal {
    const outcome = this.#readings.accept(message, agent, group);
    switch (outcome.kind) {
      case 'duplicate':
        this.#store.tallies.add(agent.number, 'duplicates');
        return null;
      case 'conflict':
        this.#keepRaw(message, outcome.reason, 'conflicts');
        return conflict;
      case 'refused':
        return outcome.reason;
      case 'stored':
        if (outcome.late) this.#store.tallies.add(agent.number, 'late');
        if (outcome.unknown.length > 0) {
          const left = `points left out, in no site file: ${outcome.unknown.join(', ')}`;
          this.#keepRaw(message, left, 'rejected');
        }
        return null;
    }
  }

  #acceptStatus(agent: LiveAgent, message: PendingMessage, group: Group): Refusal {
    const { connection } = message;
    if (message.payload.length === 0) return this.#forget(agent.number, 0, 'status');
    const parsed = decode.status(message.payload);
    if (!parsed.ok) return parsed.problem;
    // Not stored, so nobody is to hear it: a reader would keep it as the agent's last word.
    if (agent.connection !== null && agent.connection !== connection) return replaced;
    const { state, lost } = parsed.value;
    const wrong = lost.find(({ from, to }) => from > to || to > maxSeq);
    if (wrong !== undefined) return `lost: ${wrong.from} to ${wrong.to} is no range`;
    const { epochs } = this.#store;
    const live = liveStatus(this.#store, agent.number, parsed.value);
    for (const { epoch, from, to } of lost) epochs.declareLost(epochs.open(agent.number, epoch, 0), from, to);
    this.#keepLast(message, { agent: agent.number, device: 0, kind: 'status' });
    agent.pendingStatus = live;
    group.effects.push({ kind: 'status', agent, state, live, connection });
    return null;
  }

  #acceptHealth(agent: LiveAgent, message: PendingMessage, group: Group): Refusal {
    if (message.payload.length === 0) return this.#forget(agent.number, 0, 'health');
    const parsed = decode.health(message.payload);
    if (!parsed.ok) return parsed.problem;
    this.#keepLast(message, { agent: agent.number, device: 0, kind: 'health' });
    group.effects.push({ kind: 'health', agent, health: parsed.value, mono: message.mono });
    return null;
  }

  #acceptBirth(agent: LiveAgent, message: PendingMessage, group: Group): Refusal {
    const name = deviceOf(message);
    const device = agent.devices.get(name);
    // How an agent withdraws a device that it no longer has.
    if (message.payload.length === 0) return device ? this.#forget(agent.number, device.number, 'birth') : null;
    if (device === undefined) return noDevice(agent, name);
    const parsed = decode.birth(message.payload);
    if (!parsed.ok) return parsed.problem;
    this.#keepLast(message, { agent: agent.number, device: device.number, kind: 'birth' });
    group.effects.push({ kind: 'birth', device, birth: parsed.value });
    return null;
  }

  #acceptDiagnosis(agent: LiveAgent, message: PendingMessage, group: Group): Refusal {
    const name = deviceOf(message);
    const device = agent.devices.get(name);
    if (device === undefined) return noDevice(agent, name);
    const parsed = decode.diagnosis(message.payload);
    if (!parsed.ok) return parsed.problem;
    this.#keepLast(message, { agent: agent.number, device: device.number, kind: 'diagnosis' });
    const diagnosis = { ...parsed.value, receivedAt: message.receivedAt };
    group.effects.push({ kind: 'diagnosis', device, diagnosis });
    return null;
  }

  /** An empty retained message withdraws what it said before. */
  #forget(agent: number, device: number, kind: LastMessageKind): null {
    this.#store.lastMessages.remove(agent, device, kind);
    return null;
  }

  #keepLast(message: PendingMessage, of: { agent: number; device: number; kind: LastMessageKind }): void {
    const payload = Buffer.from(message.payload).toString();
    this.#store.lastMessages.write({ ...of, receivedAt: message.receivedAt, payload });
  }

  #keepRaw(message: PendingMessage, reason: string, as: 'rejected' | 'conflicts'): void {
    const { receivedAt, payload } = message;
    const agent = this.#store.names.agent(message.topic.site, message.topic.agent);
    const topic = topicText(message.topic);
    this.#store.rejected.add({ receivedAt, agent, topic, reason, payload });
    this.#store.tallies.add(agent, as);
    const event = as === 'rejected' ? 'message-rejected' : 'identity-conflict';
    this.#throttle.pass(`${event} ${topic}`, (held) => this.#log.warn({ topic, reason, held }, event));
  }
}

function deviceOf(message: PendingMessage): string {
  return 'device' in message.topic ? message.topic.device : '';
}

function noDevice(agent: Pick<LiveAgent, 'agent'>, device: string): string {
  return `no site file gives agent ${agent.agent} a device ${device}`;
}
