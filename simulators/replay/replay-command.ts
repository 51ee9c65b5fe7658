import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Clock, systemClock } from '../../contract/clock.ts';
import { InputError } from '../../contract/input-error.ts';
import { bytesOfHex, parseRecording, type Recording } from '../../contract/recording.ts';
import { causeOf } from '../../contract/words/files.ts';
import type { Language } from '../../contract/words/language.ts';
import { type ReplayReason, replayText } from '../../contract/words/replay.ts';
import {
  type Devices,
  type Line,
  rtuEnd,
  type SerialEnd,
  SerialVirtualLine,
  serveTcp,
  TcpVirtualLine,
} from '../line.ts';
import { type Ports, removePorts, writePorts } from '../ports-file.ts';
import { serveRtu } from '../rtu-socket.ts';
import { stopSignal } from '../stop-signal.ts';
import { RecordedDevices } from './recorded-devices.ts';
import { exchangesIn } from './recorded-exchanges.ts';

export type ReplayOptions = {
  readonly file: string;
  /** Where the serial line and `ports.json` appear. */
  readonly dir: string;
  /** The key in `ports.json`, AGENT/BUS of a site, so that an agent or a command finds it. */
  readonly bus?: string;
  /** How the line is served; as it was recorded without it. */
  readonly as?: string;
  /** Play what passed, for somebody who listens, in place of answering. */
  readonly passing?: boolean;
  readonly speed?: number;
  readonly json?: boolean;
  readonly language: Language;
};

/** `jari replay`: a recording as a virtual line, until SIGINT or SIGTERM. @throws InputError */
export async function runReplay(options: ReplayOptions): Promise<void> {
  const stopped = stopSignal();
  const replay = await openReplay(options, systemClock);
  process.stdout.write(`${options.json === true ? JSON.stringify(replay.ports) : replay.text}\n`);
  await stopped;
  await replay.close();
}

const kinds = ['modbus-rtu', 'modbus-rtu-over-tcp', 'modbus-tcp'] as const;
type Kind = (typeof kinds)[number];

/** A line that is up; for tests in their own process. @throws InputError */
export async function openReplay(
  options: ReplayOptions,
  clock: Clock,
): Promise<{ ports: Ports; text: string; close(): Promise<void> }> {
  const { language } = options;
  const recording = readRecording(options.file, language);
  const kind = kindOf(options, recording);
  const dir = resolve(options.dir);
  mkdirSync(dir, { recursive: true });
  const devices = new RecordedDevices(exchangesIn(recording));
  if (devices.units().length === 0 && options.passing !== true)
    return refuse({ code: 'nothing-answers', file: options.file }, language);
  const player = options.passing === true ? new Player(recording, clock, options.speed ?? 1) : null;
  const line = await openLine(kind, { dir, clock, answering: answering(devices, clock, options.speed ?? 1), player });
  const { bus = 'replay/line' } = options;
  const ports: Ports = { buses: { [bus]: line.address } };
  const file = join(dir, 'ports.json');
  writePorts(file, ports);
  player?.start();
  const { address } = line;
  const where = 'host' in address ? `${address.host}:${address.port}` : address.port;
  return {
    ports,
    text: replayText({
      code: player === null ? 'answers-at' : 'plays-at',
      where,
      units: devices.units(),
    })[language],
    async close() {
      player?.stop();
      removePorts(file);
      await line.close();
    },
  };
}

/** The devices of the recording as a line wants them. A reply leaves when it left then. */
function answering(devices: RecordedDevices, clock: Clock, speed: number): Devices {
  const begun = clock.monotonic();
  let tookMs = 0;
  return {
    clock,
    answer(unit, pdu) {
      const answer = devices.answer(unit, pdu, (clock.monotonic() - begun) * speed);
      tookMs = answer.tookMs;
      return answer.pdu ?? undefined;
    },
    onWire: (_unit, bytes) => [{ afterMs: Math.min(longestMs, tookMs), bytes }],
  };
}

type Around = { dir: string; clock: Clock; answering: Devices; player: Player | null };

function openLine(kind: Kind, { dir, clock, answering: devices, player }: Around): Promise<Line> {
  const warn = (text: string) => void process.stderr.write(`${text}\n`);
  if (kind === 'modbus-rtu') {
    const end: SerialEnd = player === null ? rtuEnd(devices) : player.end;
    return SerialVirtualLine.open({ clock, link: join(dir, 'line'), end, warn });
  }
  const serve = kind === 'modbus-tcp' ? serveTcp : serveRtu;
  return TcpVirtualLine.open({ clock, serve: (socket) => serve(socket, devices), warn, never: new Set() });
}

/** Puts the bytes on the line at the times at which they passed, again and again. */
class Player {
  readonly #recording: Recording;
  readonly #clock: Clock;
  readonly #speed: number;
  readonly #stop = new AbortController();
  #send: (bytes: Uint8Array) => void = () => {};

  constructor(recording: Recording, clock: Clock, speed: number) {
    this.#recording = recording;
    this.#clock = clock;
    this.#speed = speed;
  }

  readonly end: SerialEnd = (send) => {
    this.#send = send;
    return { receive() {}, close() {} };
  };

  start(): void {
    void this.#play();
  }

  stop(): void {
    this.#stop.abort();
  }

  async #play(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      let at = 0;
      for (const { t, x } of this.#recording.chunks) {
        await this.#clock.sleep((t - at) / this.#speed, signal);
        if (signal.aborted) return;
        at = t;
        this.#send(bytesOfHex(x));
      }
      await this.#clock.sleep(betweenMs, signal);
    }
  }
}

function kindOf({ as, passing, language }: ReplayOptions, { head }: Recording): Kind {
  const kind = as === undefined ? head.line.kind : kinds.find((each) => each === as);
  if (kind === undefined) return refuse({ code: 'no-such-line', given: as ?? '', known: kinds.join(', ') }, language);
  if (passing === true && kind !== 'modbus-rtu') return refuse({ code: 'passing-serial' }, language);
  return kind;
}

function readRecording(file: string, language: Language): Recording {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return refuse({ code: 'file-trouble', file, cause: causeOf(error) }, language);
  }
  const parsed = parseRecording(text);
  if (!parsed.ok) return refuse({ code: 'no-recording', file, line: parsed.line }, language);
  return parsed.recording;
}

function refuse(reason: ReplayReason, language: Language): never {
  throw new InputError([replayText(reason)[language]]);
}

const longestMs = 10_000;
const betweenMs = 1000;
