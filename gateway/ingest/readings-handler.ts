import { beatEveryMs, chainDevice, chainPoint } from '../../contract/chain.ts';
import { compileParser } from '../../contract/compiled.ts';
import { digestEnd, digestStart, digestText, digestWord } from '../../contract/digest.ts';
import { decode, type PointColumn, type ReadingsMessage, readingsSchema } from '../../contract/messages.ts';
import type { Group } from '../state/changes.ts';
import { type Held, isAnswer, type LiveAgent, type LiveDevice, type LivePoint } from '../state/live-state.ts';
import { ByteWriter, maxZigzag } from '../store/bytes.ts';
import { type Epoch, maxSeq } from '../store/epochs.ts';
import { writeColumnHead, writeRow } from '../store/message-body.ts';
import { readingTime, receivedTime } from '../store/reading-time.ts';
import type { Store } from '../store/store.ts';
import { ColumnRows, monoOf, type OfMessage, type OfPoint, sound } from './column-rows.ts';
import type { PendingMessage } from './message.ts';

/** What came of a message of readings. `unknown` are points that the site file does not have. */
export type Outcome =
  | { readonly kind: 'stored'; readonly late: boolean; readonly unknown: readonly string[] }
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'conflict'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** Older than this at their sending, readings were held back: no batch of an agent waits so long. */
const heldBackMs = 30_000;

/** Stores messages of readings in the log, once each, and finds what they change in live state. */
export class ReadingsHandler {
  readonly #store: Store;
  readonly #writer = new ByteWriter();

  constructor(store: Store) {
    this.#store = store;
  }

  accept(arrived: PendingMessage, agent: LiveAgent, group: Group): Outcome {
    const parsed = decode.readings(arrived.payload);
    if (!parsed.ok) return this.#refuse(arrived, agent, parsed.problem);
    const message = parsed.value;
    agent.isCatchingUp = (message.age ?? 0) > heldBackMs;
    const name = 'device' in arrived.topic ? arrived.topic.device : '';
    const device = agent.devices.get(name);
    if (message.seq > maxSeq) return { kind: 'refused', reason: `seq: ${message.seq} is beyond ${maxSeq}` };
    const epoch = this.#store.epochs.open(agent.number, message.epoch, message.start);
    const sender = device ?? { nameDigest: digestText(name), points: noPoints };
    const encoded = this.#encode(sender, epoch, message);
    if (encoded === 'dt') return { kind: 'refused', reason: 'dt: beyond ±2⁵² ms' };
    const inLog = device !== undefined && name !== chainDevice && encoded.readings > 0;
    switch (this.#store.epochs.record(epoch, message.seq, encoded.digest, inLog)) {
      case 'duplicate':
        return { kind: 'duplicate' };
      case 'conflict':
        return { kind: 'conflict', reason: `conflict: ${message.epoch} ${message.seq} came before with other content` };
      case 'new':
        // It has come all the same, so it is not missing, and is refused once.
        if (name === chainDevice) return acceptBeat({ arrived, agent, epoch, message }, group);
        if (device === undefined) {
          return { kind: 'refused', reason: `no site file gives agent ${agent.agent} a device ${name}` };
        }
        return this.#append({ arrived, device, epoch, message, encoded }, group);
    }
  }

  /** It has come all the same: where its identity can be read it is not missing, and a second copy is a duplicate. */
  #refuse(arrived: PendingMessage, agent: LiveAgent, reason: string): Outcome {
    const identity = tryIdentity(arrived.payload);
    if (identity === undefined || identity.seq > maxSeq) return { kind: 'refused', reason };
    const epoch = this.#store.epochs.open(agent.number, identity.epoch, identity.start);
    const came = this.#store.epochs.record(epoch, identity.seq, digestText('refused'), false);
    if (came === 'new') return { kind: 'refused', reason };
    return came === 'duplicate' ? { kind: 'duplicate' } : { kind: 'conflict', reason: `conflict: ${reason}` };
  }

  #append(accepted: Accepted, group: Group): Outcome {
    const { arrived, device, epoch, message, encoded } = accepted;
    const { receivedAt } = arrived;
    const moment = receivedTime(message, receivedAt);
    if (encoded.readings > 0) {
      const { seq } = message;
      const of = { epoch: epoch.id, seq, device: device.number, moment, receivedAt };
      this.#store.messages.append({ ...of, body: encoded.body, digest: encoded.digest, readings: encoded.readings });
    }
    const { mono } = arrived;
    const of: OfMessage = { device, epoch: epoch.id, seq: message.seq, age: message.age, moment, receivedAt, mono };
    let late = false;
    let answeredMono: number | null = null;
    for (const column of encoded.columns) {
      const rows = column.late ? null : hold(column.point, column.of, of);
      if (column.point.watched) group.rows.push(new ColumnRows(column, of, rows?.held ?? null));
      if (rows === null) {
        late = true;
        continue;
      }
      if (column.point.pending === null) group.touched.push(column.point);
      column.point.pending = rows.held;
      if (rows.answeredMono !== null && (answeredMono === null || rows.answeredMono > answeredMono))
        answeredMono = rows.answeredMono;
    }
    if (encoded.columns.some((column) => !column.late)) {
      group.effects.push({ kind: 'readings', device, epoch: epoch.id, time: moment.time, answeredMono });
    }
    return { kind: 'stored', late, unknown: encoded.unknown };
  }

  /** The message's log body and digest. The digest leaves out age and clock, which differ when it is sent again. */
  #encode(device: Pick<LiveDevice, 'nameDigest' | 'points'>, epoch: Epoch, message: ReadingsMessage): Encoded | 'dt' {
    const writer = this.#writer;
    const begin = writer.begin();
    const columns: Encoded['columns'] = [];
    const unknown: string[] = [];
    let readings = 0;
    let digest = digestWord(digestStart, device.nameDigest);
    digest = digestWord(digestWord(digest, message.at), Math.floor(message.at / 2 ** 32));
    for (const name of Object.keys(message.points)) {
      const column = message.points[name];
      if (column === undefined) continue;
      const point = device.points.get(name);
      const start = writer.length;
      const late = point !== undefined && (column.late === true || isLate(point, epoch.id, message.seq));
      const count = column.v.length;
      writeColumnHead(writer, { point: point?.id ?? 0, late, count });
      const rows = writer.length;
      if (!writeRows(writer, column, point?.valueType)) return 'dt';
      digest = digestWord(digestWord(digest, point?.nameDigest ?? digestText(name)), count);
      digest = writer.digest(digest, rows);
      if (point === undefined) unknown.push(name);
      if (point === undefined || count === 0) writer.cut(start);
      else columns.push({ point, late, of: column });
      if (point !== undefined) readings += count;
    }
    return { digest: digestEnd(digest), body: writer.view(begin), readings, columns, unknown };
  }
}

const utf8 = new TextDecoder();
const checkIdentity = compileParser(readingsSchema.pick({ epoch: true, start: true, seq: true }));

/** Which message this would be, whatever else is wrong with it. */
function tryIdentity(payload: Uint8Array): { epoch: string; start: number; seq: number } | undefined {
  try {
    const parsed = checkIdentity(JSON.parse(utf8.decode(payload)));
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined; // not even JSON
  }
}

/** The chain's own reading is no history. One from before the agent's present start, or older than a beat, proves nothing. */
function acceptBeat(
  { arrived, agent, epoch, message }: Pick<Accepted, 'arrived' | 'epoch' | 'message'> & { agent: LiveAgent },
  group: Group,
): Outcome {
  const live = agent.pendingStatus ?? agent.status;
  const age = message.age ?? Number.POSITIVE_INFINITY;
  const late = live?.epochNumber !== epoch.id || age > beatEveryMs;
  const values = message.points[chainPoint]?.v ?? [];
  const beat = `${message.epoch}-${message.seq}`;
  if (!late) group.effects.push({ kind: 'beat', agent, beat, mono: arrived.mono - age, values });
  return { kind: 'stored', late: false, unknown: [] };
}

const noPoints: ReadonlyMap<string, LivePoint> = new Map();

type Encoded = {
  readonly digest: number;
  readonly body: Buffer;
  readonly readings: number;
  readonly columns: OfPoint[];
  readonly unknown: readonly string[];
};

type Accepted = {
  readonly arrived: PendingMessage;
  readonly device: LiveDevice;
  readonly epoch: Epoch;
  readonly message: ReadingsMessage;
  readonly encoded: Encoded;
};

/** False when an offset is too large to be one. */
function writeRows(writer: ByteWriter, { dt, v, q }: PointColumn, type: ValueType | undefined): boolean {
  for (let i = 0; i < v.length; i++) {
    const offset = dt[i] ?? 0;
    if (offset > maxZigzag || offset < -maxZigzag) return false;
    const { value, fault } = sound(v[i] ?? null, q?.[i] ?? null, type);
    writeRow(writer, { dt: offset, value, fault });
  }
  return true;
}

type ValueType = LivePoint['valueType'];

/** Live is the order of seq in the epoch that the current status announces; whatever is behind that is history. */
function isLate(point: LivePoint, epoch: number, seq: number): boolean {
  const { agent } = point.device;
  const live = agent.pendingStatus ?? agent.status;
  if (live?.epochNumber !== epoch) return true;
  const newest = point.pending ?? point.held;
  return newest !== null && newest.epoch === epoch && seq < newest.seq;
}

/** What a point holds after a column that is not late. */
function hold(point: LivePoint, { dt, v, q }: PointColumn, of: OfMessage): { held: Held; answeredMono: number | null } {
  const { moment, receivedAt, epoch, seq } = of;
  const last = v.length - 1;
  const offset = dt[last] ?? 0;
  const { value, fault } = sound(v[last] ?? null, q?.[last] ?? null, point.valueType);
  const { at, time } = readingTime(moment, offset, receivedAt);
  let lastGood = (point.pending ?? point.held)?.lastGood ?? null;
  let answeredMono: number | null = null;
  for (let i = last; i >= 0; i--) {
    const said = i === last ? { value, fault } : sound(v[i] ?? null, q?.[i] ?? null, point.valueType);
    if (answeredMono === null && isAnswer(said)) answeredMono = monoOf(of, dt[i] ?? 0);
    if (said.value === null || said.fault !== null) continue;
    lastGood = { value: said.value, at: i === last ? at : readingTime(moment, dt[i] ?? 0, receivedAt).at };
    break;
  }
  const held = { epoch, seq, value, fault, at, time, receivedAt, lastGood, mono: monoOf(of, offset) };
  return { held, answeredMono };
}
