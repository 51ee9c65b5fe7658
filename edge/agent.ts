import { type AgentConfig, devicesOf, type Site } from '../config/site.ts';
import type { Clock } from '../contract/clock.ts';
import type { DeviceId } from '../contract/ids.ts';
import { type DiagnosisMessage, encode, type StatusMessage } from '../contract/messages.ts';
import type { Reading } from '../contract/reading.ts';
import type { WorkCheck, WorkFigures } from '../contract/supervisor.ts';
import { topics } from '../contract/topics.ts';
import packageJson from '../package.json' with { type: 'json' };
import { type Box, watchBox } from './box/box.ts';
import type { Configuration } from './configuration/configuration.ts';
import { type FieldHealth, fieldHealthOf } from './configuration/judge.ts';
import type { Identity } from './identity/identity.ts';
import { Renewal } from './identity/renewal.ts';
import { Interlocks } from './interlock/interlocks.ts';
import type { Log } from './log.ts';
import type { NewRow, Opened, Outbox } from './outbox/outbox.ts';
import { PlausibilityCheck } from './plausibility/plausibility.ts';
import { Buses, type BusesOptions } from './polling/buses.ts';
import { Batches } from './reporting/batch.ts';
import { birthOf } from './reporting/birth.ts';
import { ChainBeat } from './reporting/chain-beat.ts';
import { asSendable, ChangeFilter } from './reporting/change-filter.ts';
import { Diagnoses } from './reporting/diagnoses.ts';
import { encodeHealth, HealthBeat, healthOf } from './reporting/health.ts';
import type { Link } from './uplink/link.ts';
import type { AgentMessage } from './uplink/sending.ts';
import { Uplink } from './uplink/uplink.ts';
import { busWork, outboxWork } from './work.ts';
import { Commands } from './writing/commands.ts';

export type AgentOptions = {
  clock: Clock;
  log: Log;
  random: () => number;
  site: Pick<Site, 'id'>;
  agent: AgentConfig;
  /** The field is virtual: status and births say so. */
  simulated: boolean;
  link: Link;
  /** Where a renewed certificate is kept; without it, or where the agent signs in by a password, none is asked for. */
  identity?: Identity;
  outbox: Outbox;
  /** Why the outbox lies in memory, where its disk fails. */
  diskProblem?: string | null;
  /** What its gateway hands it; without it the agent takes nothing and says nothing of it. */
  configuration?: Pick<Configuration, 'connected' | 'report' | 'close'>;
  /** Stands in for the machine's buses in tests. */
  openBus?: BusesOptions['openBus'];
  subscribe?: BusesOptions['subscribe'];
  /** Stands in for the machine in tests. */
  box?: Box;
  /** The outbox cannot be trusted any more: the process should end. Without it the error is thrown. */
  onFatal?: (error: Error) => void;
};

/** A message may wait that long for a disk that is full: longer, and nothing new would be heard at all. */
const heardWithinMs = 5000;
const sendWithinMs = 1500;
const commitWithinMs = 500;

/** One cabinet: reads its devices, keeps what is worth sending until the gateway has it, and tells how it is. */
export class Agent {
  readonly #options: AgentOptions;
  readonly #plausibility: PlausibilityCheck;
  readonly #changes: ChangeFilter;
  readonly #batches: Batches;
  readonly #buses: Buses;
  readonly #box: Box;
  readonly #health: HealthBeat;
  readonly #interlocks: Interlocks;
  readonly #commands: Commands;
  readonly #beat: ChainBeat;
  readonly #diagnoses: Diagnoses;
  /** The newest of each device that the broker has not acknowledged. */
  readonly #undelivered = new Map<DeviceId, AgentMessage>();
  #uplink: Uplink | undefined;
  #renewal: Renewal | undefined;
  /** Whether the last rows could be kept; resolves when they are on disk. */
  #lastAppend: Promise<boolean> = Promise.resolve(true);
  #waitedFor: { handing: Promise<void>; append: Promise<boolean>; kept: Promise<boolean> } | undefined;
  /** As told last: asking begins a new count. */
  #loopP99Ms = 0;

  constructor(options: AgentOptions) {
    const { clock, log, random, agent, outbox, openBus, subscribe } = options;
    const points = devicesOf(agent).flatMap(({ device }) => device.points);
    this.#options = options;
    this.#box = options.box ?? watchBox({ clock, dir: outbox.dir });
    this.#plausibility = new PlausibilityCheck(points);
    this.#changes = new ChangeFilter(points);
    this.#batches = new Batches({
      clock,
      urgent: new Set(points.filter((point) => point.commit === 'now').map((point) => point.ref)),
      lifeSafety: new Set(points.filter((point) => point.isLifeSafety).map((point) => point.ref)),
      commitEveryMs: agent.commitEveryMs,
      clockState: this.#box.clockState,
      commit: (rows) => this.#commit(rows),
    });
    this.#buses = new Buses({
      clock,
      log,
      random,
      agent,
      onReadings: (readings, mark) => this.#accept(readings, mark),
      isKept: () => this.#isKept(),
      onDeviceState: () => this.#health.hurry(),
      onTrouble: (trouble) => this.#diagnoses.note(trouble),
      ...(openBus === undefined ? {} : { openBus }),
      ...(subscribe === undefined ? {} : { subscribe }),
    });
    this.#interlocks = new Interlocks({
      clock,
      log,
      interlocks: agent.interlocks,
      write: (point, value) => this.#buses.write(point, value),
      onChange: () => this.#health.hurry(),
    });
    this.#commands = new Commands({
      clock,
      log,
      site: options.site.id,
      agent: agent.id,
      link: options.link,
      clockState: this.#box.clockState,
      write: async (point, value) =>
        this.#interlocks.owner(point) === null
          ? this.#buses.write(point, value)
          : this.#interlocks.command(point, value),
    });
    this.#beat = new ChainBeat({
      clock,
      clockState: this.#box.clockState,
      send: (row) => this.#commit([row]),
    });
    this.#diagnoses = new Diagnoses({ clock, send: (device, message) => this.#diagnosed(device, message) });
    this.#health = new HealthBeat({ clock, send: () => this.#uplink?.post(() => this.#healthMessage()) });
  }

  /** @throws when the outbox cannot be opened */
  async start(): Promise<void> {
    const opened = await this.#options.outbox.open();
    this.#uplink = this.#newUplink(opened);
    this.#renewal = this.#newRenewal();
    this.#buses.start(opened.marks);
    this.#interlocks.start();
    this.#uplink.start();
    this.#health.start();
  }

  /** Commits what is gathered, stops polling, sends what it can in 1.5 s, says goodbye. Takes less than 5 s. */
  async close(): Promise<void> {
    const { clock, outbox } = this.#options;
    this.#options.configuration?.close();
    this.#health.close();
    this.#diagnoses.close();
    this.#beat.close();
    this.#interlocks.close();
    this.#batches.flush();
    await this.#buses.close();
    this.#batches.flush();
    const committed = new AbortController();
    void this.#lastAppend.then(() => committed.abort());
    await clock.sleep(commitWithinMs, committed.signal);
    await this.#uplink?.close(sendWithinMs);
    await outbox.close();
    this.#box.close();
  }

  /** What goes on while it works: every bus turns, and the outbox's thread answers. A write that fails ends the process anyway. */
  work(): readonly WorkCheck[] {
    return [busWork(() => this.#buses.turns()), outboxWork(this.#options.outbox)];
  }

  /** How it fares, for a trial: replies that its buses took, and the buses. */
  figures(): WorkFigures {
    return { done: this.#buses.replies(), sources: this.#buses.turns().size, refused: 0, chain: null };
  }

  /** How its devices and its own work are. */
  field(): FieldHealth {
    return fieldHealthOf({ devices: this.#buses.devices(), loopP99Ms: this.#loopP99Ms });
  }

  /** Something of its health is to be told soon. */
  hurry(): void {
    this.#health.hurry();
  }

  #accept(readings: readonly Reading[], mark?: string): void {
    const live = readings.some(({ late }) => late) ? this.#withoutLate(readings, mark) : readings;
    const judged = this.#plausibility.judge(live);
    // Ahead of everything that may wait: an output needs neither disk nor network.
    this.#interlocks.accept(judged);
    this.#batches.add(this.#changes.accept(judged), mark);
  }

  /** History is stored and sent, and nothing is judged by it. */
  #withoutLate(readings: readonly Reading[], mark?: string): readonly Reading[] {
    this.#batches.add(readings.filter(({ late }) => late).map(asSendable), mark);
    return readings.filter(({ late }) => late !== true);
  }

  #commit(rows: readonly NewRow[]): void {
    this.#lastAppend = this.#options.outbox.append(rows).then(
      (committed) => {
        this.#uplink?.offer(committed);
        return true;
      },
      (error: Error) => {
        this.#fail(error);
        return false;
      },
    );
  }

  /** All whose readings go in one commit wait for it together, by one promise. */
  #isKept(): Promise<boolean> {
    const [handing, append] = [this.#batches.handedOn(), this.#lastAppend];
    if (this.#waitedFor?.handing !== handing || this.#waitedFor.append !== append)
      this.#waitedFor = { handing, append, kept: this.#keptAfter(handing) };
    return this.#waitedFor.kept;
  }

  async #keptAfter(handing: Promise<void>): Promise<boolean> {
    await handing;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const patience = this.#options.clock.after(heardWithinMs, () => resolve(true));
    void this.#lastAppend.then(resolve).finally(() => patience.cancel());
    return promise;
  }

  /** Nobody keeps it on the way: until it is acknowledged, each new connection sends it again. */
  #diagnosed(device: DeviceId, diagnosis: DiagnosisMessage): void {
    const { site, agent } = this.#options;
    const topic = topics.diagnosis(site.id, agent.id, device);
    const message = { topic, payload: encode(diagnosis), retain: false } as const;
    this.#undelivered.set(device, message);
    this.#sendDiagnosis(device, message);
  }

  #sendDiagnosis(device: DeviceId, message: AgentMessage): void {
    this.#uplink?.post(
      () => message,
      () => {
        if (this.#undelivered.get(device) === message) this.#undelivered.delete(device);
      },
    );
  }

  #fail(error: Error): void {
    const { onFatal } = this.#options;
    if (onFatal === undefined) throw error;
    onFatal(error);
  }

  #newUplink(opened: Opened): Uplink {
    const { clock, log, random, site, agent, link, outbox } = this.#options;
    return new Uplink({
      clock,
      log,
      random,
      link,
      outbox,
      epoch: opened.epoch,
      topicOf: (device) => topics.readings(site.id, agent.id, device),
      will: this.#statusMessage(opened, 'offline'),
      hello: () => [this.#statusMessage(opened, 'online'), ...this.#births(opened), this.#healthMessage()],
      onConnected: () => {
        this.#snapshot();
        this.#renewal?.connected();
        this.#commands.connected();
        this.#options.configuration?.connected();
        this.#beat.connected();
        for (const [device, message] of this.#undelivered) this.#sendDiagnosis(device, message);
      },
      onStoreFailure: (error) => this.#fail(error),
    });
  }

  #newRenewal(): Renewal | undefined {
    const { clock, log, site, agent, link, identity } = this.#options;
    if (identity?.isCertified !== true) return undefined;
    const onRenewed = () => this.#uplink?.reconnect('the certificate was renewed');
    return new Renewal({ clock, log, site: site.id, agent: agent.id, link, identity, onRenewed });
  }

  /** Every point is sent again: those that answer with their next poll, those that cannot at once. */
  #snapshot(): void {
    this.#changes.reset();
    this.#buses.sayAgain();
  }

  #statusMessage({ epoch, start }: Opened, state: StatusMessage['state']): AgentMessage {
    const { site, agent, simulated } = this.#options;
    const { version } = packageJson;
    return {
      topic: topics.status(site.id, agent.id),
      payload: encode({ v: 1, state, epoch, start, version, simulated, lost: [] }),
    };
  }

  #births({ epoch }: Opened): AgentMessage[] {
    const { site, agent, simulated } = this.#options;
    return devicesOf(agent).map(({ bus, device }) => ({
      topic: topics.birth(site.id, agent.id, device.id),
      payload: encode(birthOf({ bus, device, epoch, simulated })),
    }));
  }

  #healthMessage(): AgentMessage {
    const { clock, site, agent, outbox, diskProblem = null, configuration } = this.#options;
    const health = healthOf({
      clock,
      box: this.#box,
      diskProblem,
      backlog: outbox.backlog(),
      field: this.#buses.health(),
      interlocks: this.#interlocks.health(),
      configuration: configuration?.report(),
    });
    this.#loopP99Ms = health.loopP99Ms;
    return { topic: topics.health(site.id, agent.id), payload: encodeHealth(health) };
  }
}
