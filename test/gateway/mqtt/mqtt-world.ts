import type { Packet } from 'mqtt-packet';
import { said, startBroker } from './broker-fakes.ts';
import { type ConnectBytes, connectBytes, type PublishBytes, publishBytes, subscribeBytes } from './mqtt-bytes.ts';
import { type Probe, probes } from './mqtt-filters.ts';
import { type ClientName, clients, type Row } from './mqtt-grids.ts';
import { Guest, pingreq } from './mqtt-guest.ts';

const endTopic = 'jari/v1/saesol/parking/the-end';

/** These are never let in, so what they want to do is sent in one piece with CONNECT, as an attacker would. */
const outsiders: readonly ClientName[] = ['stranger', 'metrics', 'over', 'five'];
const commandOf: Readonly<Record<string, Probe>> = { one: 'command', other: 'command-2', namesake: 'command-h' };

/** `code` is CONNACK's, or cut when none came. */
export type Entered = { readonly guest: Guest; readonly code: number | 'cut'; readonly sessionPresent: boolean };

/** `beside` is what the client is sent for another filter of the same SUBSCRIBE. */
export type Subscribed = { readonly guest: Guest; readonly granted: string; readonly beside: string | undefined };

/** A broker, the nine clients of the grids, and a witness: a reader of everything that both sites have to say. */
export class MqttWorld {
  readonly gate: Awaited<ReturnType<typeof startBroker>>;
  #credentials: Readonly<Record<ClientName, ConnectBytes>>;
  readonly #witness: Guest;
  #nth = 0;

  private constructor(gate: MqttWorld['gate'], credentials: MqttWorld['credentials'], witness: Guest) {
    this.gate = gate;
    this.#credentials = credentials;
    this.#witness = witness;
  }

  static async start(options: { retained?: boolean } = {}): Promise<MqttWorld> {
    const named = Object.entries(probes).map(([payload, topic]) => ({ topic, payload }));
    // The end comes last: what is retained is sent in this order.
    const kept = options.retained === true ? [...named, { topic: endTopic, payload: 'end' }] : [];
    const gate = await startBroker({ kept });
    const token = (name: string, scope: string, lifeMs: number | null = null): ConnectBytes => {
      const { token: password } = gate.accounts.tokens.create({ name, scope, lifeMs }, said);
      return { clientId: `of-${name}`, username: name, password };
    };
    const agent = (who: keyof typeof gate.passwords): ConnectBytes => {
      const id = who.split('/')[1] ?? '';
      return { clientId: id, username: id, password: gate.passwords[who] };
    };
    const witness = new Guest(await gate.reader('city'));
    await witness.raw.subscribe('jari/v1/saesol/#', 'jari/v1/hanbit/#');
    const world = new MqttWorld(
      gate,
      {
        stranger: { clientId: 'somebody' },
        one: agent('saesol/cabinet-1'),
        other: agent('saesol/cabinet-2'),
        namesake: agent('hanbit/cabinet-1'),
        read: token('reader', 'read'),
        audit: token('auditor', 'read,audit'),
        metrics: token('scraper', 'metrics'),
        over: token('over', 'read', 60_000),
        five: { ...agent('saesol/cabinet-1'), level: 5 },
      },
      witness,
    );
    await gate.clock.advance(60_000);
    await world.settle();
    return world;
  }

  get credentials(): Readonly<Record<ClientName, ConnectBytes>> {
    return this.#credentials;
  }

  /** Connects, and sends `packet` with CONNECT if this one is never let in. */
  async enter(who: ClientName, packet: Buffer, change: Partial<ConnectBytes> = {}): Promise<Entered> {
    // An account may sign in only so often.
    await this.gate.clock.advance(10_000);
    const guest = new Guest(await this.gate.open());
    const connect = connectBytes({ ...this.#credentials[who], ...change });
    const isRefused = outsiders.includes(who) || change.clean === false;
    guest.raw.write(isRefused ? Buffer.concat([connect, packet, pingreq]) : connect);
    const reply = await guest.answer();
    const isConnack = reply?.cmd === 'connack';
    return {
      guest,
      code: isConnack ? (reply.returnCode ?? 'cut') : 'cut',
      sessionPresent: isConnack && reply.sessionPresent,
    };
  }

  async publish(who: ClientName, what: Omit<PublishBytes, 'payload'>): Promise<string> {
    const payload = `message ${++this.#nth}`;
    const before = this.gate.ingest.taken.length;
    const packet = publishBytes({ ...what, payload }, this.credentials[who].level);
    const { guest, code } = await this.enter(who, packet);
    if (code === 0) guest.raw.write(packet);
    const acknowledged = what.qos === 0 || code !== 0 ? undefined : (await guest.answer())?.cmd === 'puback';
    const lasts = await guest.lasts();
    const taken = this.gate.ingest.texts().slice(before);
    await this.settle();
    const heard = this.#witness.heard.some(({ text }) => text === payload);
    guest.raw.socket.destroy();
    const isIn = taken.length === 1 && taken[0]?.endsWith(` ${payload}`) === true;
    if (code === 0 && isIn && heard && lasts && acknowledged !== false)
      return what.retain ? this.#kept(payload) : 'yes';
    if (!isIn && !heard && !lasts && acknowledged !== true) return code === 0 ? 'no' : String(code);
    if (code === 0 && taken.length === 0 && !heard && lasts && acknowledged !== false) return 'asked';
    return `${code} taken=${taken} heard=${heard} lasts=${lasts} acknowledged=${acknowledged}`;
  }

  async subscribe(who: ClientName, filter: Uint8Array): Promise<Subscribed> {
    const packet = subscribeBytes([filter], 1, this.credentials[who].level);
    const { guest, code } = await this.enter(who, packet);
    if (code === 0) guest.raw.write(packet);
    const reply = await guest.answer();
    return { guest, granted: grantedIn(code, reply, [1]), beside: undefined };
  }

  /** Publishes a message on every topic there is. */
  async publishProbes(): Promise<void> {
    for (const [name, topic] of Object.entries(probes)) await this.gate.broker.publishRetained(topic, name);
    await this.settle();
  }

  async clearProbes(): Promise<void> {
    for (const topic of Object.values(probes)) await this.gate.broker.publishRetained(topic, null);
    await this.settle();
  }

  /** Subscribes to the filter and, in the same packet, to what the client may hear; resolves when all retained has come. */
  async subscribeMixed(who: ClientName, filter: Uint8Array): Promise<Subscribed> {
    const command = commandOf[who];
    const allowed = Buffer.from(command === undefined ? endTopic : probes[command]);
    const isSame = Buffer.compare(allowed, filter) === 0;
    const packet = subscribeBytes(isSame ? [filter] : [filter, allowed], 0, this.credentials[who].level);
    const { guest, code } = await this.enter(who, packet);
    if (code === 0) guest.raw.write(packet);
    const reply = await guest.answer();
    if (reply !== undefined) await guest.hears(command ?? 'end');
    const beside = isSame ? undefined : command;
    return { guest, granted: grantedIn(code, reply, isSame ? [0] : [0, 0]), beside };
  }

  /** Resolves when everything that was published before has been sent to everybody. */
  async settle(): Promise<void> {
    const text = `end ${++this.#nth}`;
    await this.gate.broker.publishRetained(`${endTopic}-now`, text);
    await this.#witness.hears(text);
  }

  /**
   * Whether a will was taken in and passed on, asked after its connection has ended: first the gateway must have heard of
   * the end as well, which it does after the will has had its chance.
   */
  async heardWill(payload: string): Promise<'yes' | 'no'> {
    const left = () => this.gate.log.of('agent-connected').length - this.gate.log.of('agent-disconnected').length;
    while (left() > 0) await this.settle();
    // Once taken in it is passed on after the commit.
    if (this.#isTaken(payload)) await this.#witness.hears(payload);
    await this.settle();
    return this.#heard(payload);
  }

  /** The same after the gateway has stopped. */
  async heardWillAtStop(payload: string): Promise<'yes' | 'no'> {
    await this.#witness.hears(payload);
    return this.#heard(payload);
  }

  /** What a client is sent that comes back and asks for nothing; '' when that is nothing. */
  async leftFor(who: ClientName): Promise<string> {
    if (outsiders.includes(who)) return '';
    const { guest, code, sessionPresent } = await this.enter(who, Buffer.alloc(0));
    await this.publishProbes();
    const lasts = await guest.lasts();
    guest.raw.socket.destroy();
    const isNothing = code === 0 && !sessionPresent && lasts && guest.heard.length === 0;
    return isNothing ? '' : `came back with ${code} ${sessionPresent} ${lasts}: ${JSON.stringify(guest.heard)}`;
  }

  /** Gives an agent a new credential, as `jari agent add` does. */
  renew(who: ClientName, site: string): void {
    const { clientId } = this.#credentials[who];
    const { password } = this.gate.accounts.agents.add(site, clientId, said);
    this.#credentials = { ...this.#credentials, [who]: { ...this.#credentials[who], password } };
  }

  #isTaken(payload: string): boolean {
    return this.gate.ingest.texts().some((text) => text.endsWith(` ${payload}`));
  }

  #heard(payload: string): 'yes' | 'no' {
    const isTaken = this.#isTaken(payload);
    const isHeard = this.#witness.heard.some(({ text }) => text === payload);
    if (isTaken !== isHeard) throw new Error(`${payload}: taken in ${isTaken}, passed on ${isHeard}`);
    return isTaken ? 'yes' : 'no';
  }

  /** Whether who subscribes now is sent the message. */
  async #kept(payload: string): Promise<string> {
    await this.gate.broker.publishRetained(`${endTopic}-now`, null);
    await this.gate.broker.publishRetained(`${endTopic}-now`, 'end');
    const { guest } = await this.enter('audit', Buffer.alloc(0));
    guest.raw.write(subscribeBytes(['saesol', 'hanbit'].map((site) => Buffer.from(`jari/v1/${site}/#`)).reverse(), 0));
    await guest.hears('end');
    guest.raw.socket.destroy();
    return guest.texts(true).includes(payload) ? 'kept' : 'once';
  }
}

/** yes, no or cut; anything else in full. */
function grantedIn(code: Entered['code'], reply: Packet | undefined, whole: readonly number[]): string {
  if (code !== 0) return reply === undefined ? String(code) : `${code} and then ${reply.cmd}`;
  if (reply === undefined) return 'cut';
  const granted = reply.cmd === 'suback' ? reply.granted.map(Number).join() : reply.cmd;
  if (granted === whole.join()) return 'yes';
  return granted === [128, ...whole.slice(1)].join() ? 'no' : granted;
}

/** A row as it turned out. */
export function line(row: Row, cells: readonly string[]): string {
  return [row.what, ...cells].join(' ');
}

/** Rows as they are in the grid. */
export function declared(rows: readonly Row[]): string[] {
  return rows.map((row) => line(row, row.cells));
}

/** One client after the other, since the agent by MQTT 5 is the same as the first. */
export async function eachClient<T>(work: (who: ClientName) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (const who of clients) done.push(await work(who));
  return done;
}
