import { readFileSync } from 'node:fs';
import { type DeviceConfig, isTalkerBus } from '../../config/site.ts';
import { systemClock } from '../../contract/clock.ts';
import { bytesOfHex, hexOfBytes, parseRecording } from '../../contract/recording.ts';
import { causeOf } from '../../contract/words/files.ts';
import type { Language } from '../../contract/words/language.ts';
import { table } from '../../contract/words/table.ts';
import { decodePoint } from '../../devices/decode.ts';
import { describeFrame } from '../../devices/modbus/describe.ts';
import { LineListener, type Passing } from '../../devices/modbus/line-listener.ts';
import { partnersOf } from '../../devices/partners.ts';
import { registersOf } from '../../devices/profile.ts';
import { durationIn, type LineOptions, refuse, type WireBus } from './lines.ts';
import { listen, listeningTo } from './listen.ts';
import { SniffCounts } from './sniff-counts.ts';
import { functions } from './target.ts';
import { type Output, untilStopped } from './terminal.ts';

export type SniffCommand = LineOptions & {
  /** How long; until Ctrl-C without it. */
  readonly for?: string;
  /** A recording in place of a line. */
  readonly from?: string;
  readonly json?: boolean;
};

/** Takes each line as it comes. */
type Say = (text: string) => void;

/** `jari sniff`: what passes on a line, decoded. Never sends. @throws InputError */
export async function runSniff(options: SniffCommand, say: Say): Promise<Output> {
  const { language, json } = options;
  if (options.from !== undefined) return sniffRecording(options, say);
  const stop = untilStopped();
  const heard = listeningTo(options, systemClock);
  const forMs = options.for === undefined ? longestMs : durationIn(options.for, language, '--for');
  const offset = systemClock.now() - systemClock.monotonic();
  const eye = new Eye({ ...heard, language, say, json: json === true, epochOf: (at) => at + offset });
  try {
    await listen(heard, {
      ...{ clock: systemClock, signal: stop.signal, forMs, options },
      onBytes: (bytes, at) => eye.heard(bytes, at),
      onQuiet: (at) => eye.quiet(at),
    });
  } finally {
    stop.release();
  }
  return eye.sum();
}

function sniffRecording(options: SniffCommand, say: Say): Output {
  const { language, from: file = '', json } = options;
  const parsed = parseRecording(textIn(file, language));
  if (!parsed.ok)
    return refuse({ code: 'file-trouble', file: `${file}:${parsed.line}`, cause: parsed.problem }, language);
  const { head, chunks } = parsed.recording;
  const config = options.site === undefined ? null : listeningTo(options, systemClock).config;
  const eye = new Eye({
    ...{ idleMs: idleOfRecordingMs, charMs: 0, isModbus: head.line.kind !== 'modbus-tcp', config, language, say },
    json: json === true,
    epochOf: (at) => head.at + at,
  });
  for (const { t, x } of chunks) eye.heard(bytesOfHex(x), t);
  eye.quiet(Number.POSITIVE_INFINITY);
  return eye.sum();
}

type EyeOptions = {
  readonly idleMs: number;
  readonly charMs: number;
  readonly isModbus: boolean;
  readonly config: WireBus | null;
  readonly language: Language;
  readonly json: boolean;
  readonly say: Say;
  epochOf(at: number): number;
};

/** Turns bytes into lines for a person, and counts. */
class Eye {
  readonly #options: EyeOptions;
  readonly #listener: LineListener;
  readonly #counts = new SniffCounts();

  constructor(options: EyeOptions) {
    this.#options = options;
    this.#listener = new LineListener(options.idleMs);
  }

  heard(bytes: Uint8Array, at: number): void {
    this.#counts.bytes(bytes.length, at);
    if (!this.#options.isModbus) this.#raw(bytes, at);
    else for (const passing of this.#listener.heard(bytes, at)) this.#passed(passing);
  }

  quiet(at: number): void {
    if (this.#options.isModbus) for (const passing of this.#listener.quiet(at)) this.#passed(passing);
  }

  sum(): Output {
    const { language, charMs } = this.#options;
    const units = this.#counts.units();
    const head =
      language === 'ko'
        ? ['국번', '요청', '응답', '예외', '무응답', '최대 ms']
        : ['unit', 'asked', 'answered', 'exceptions', 'silent', 'slowest ms'];
    const rows = units.map((each) => [
      ...[each.unit, each.requests, each.replies, each.exceptions, each.silent].map(String),
      each.slowestMs === null ? '' : String(Math.round(each.slowestMs)),
    ]);
    const totals = this.#counts.totals(charMs);
    const { spoilt, unknownBytes, bytes } = totals;
    const sum =
      language === 'ko'
        ? `${bytes}바이트, CRC 오류 ${spoilt}회, 알 수 없는 바이트 ${unknownBytes}`
        : `${bytes} bytes, ${spoilt} frames with a wrong CRC, ${unknownBytes} unknown bytes`;
    return { text: [...(rows.length > 0 ? [table(head, rows)] : []), sum].join('\n'), json: { ...totals, units } };
  }

  #raw(bytes: Uint8Array, at: number): void {
    const text = new TextDecoder().decode(bytes);
    const shown = /^[\x20-\x7e\r\n\t]+$/.test(text) ? JSON.stringify(text) : spaced(bytes);
    this.#say({ at: this.#time(at), hex: hexOfBytes(bytes) }, `${this.#time(at).slice(11, 23)}  ${shown}`);
  }

  #passed(passing: Passing): void {
    this.#counts.passed(passing);
    const { at, gapMs, bytes, kind } = passing;
    const time = this.#time(at);
    const decoded = this.#values(passing);
    const gap = gapMs === null ? '' : `+${Math.round(gapMs)} ms`;
    const values = decoded.length === 0 ? '' : ` · ${decoded.join(', ')}`;
    const { request: asked, hex } = { request: 'request' in passing ? passing.request : null, hex: hexOfBytes(bytes) };
    this.#say(
      {
        at: time,
        gapMs,
        kind,
        hex,
        request: asked,
        ...('reply' in passing ? { reply: passing.reply, tookMs: passing.tookMs } : {}),
        values: decoded,
      },
      `${time.slice(11, 23)}  ${gap.padStart(9)}  ${frameText(passing)}${values}`,
    );
  }

  #say(json: object, text: string): void {
    this.#options.say(this.#options.json ? JSON.stringify(json) : text);
  }

  #time(at: number): string {
    return new Date(this.#options.epochOf(at)).toISOString();
  }

  /** What a reply says of the points of the site's own device: those that need no other register. */
  #values(passing: Passing): string[] {
    const { config } = this.#options;
    if (passing.kind !== 'reply' || config === null || isTalkerBus(config)) return [];
    const device = config.devices.find(({ unit }) => unit === passing.unit);
    return device === undefined ? [] : valuesOf(device, passing);
  }
}

function valuesOf(
  { id, points }: DeviceConfig,
  { request, reply }: Extract<Passing, { kind: 'reply' | 'exception' }>,
): string[] {
  if (request?.kind !== 'read' || reply === null || (reply.kind !== 'words' && reply.kind !== 'bits')) return [];
  const items = reply.kind === 'words' ? reply.words : reply.bits.map(Number);
  return points.flatMap(({ name, profile }) => {
    const from = profile.address - request.address;
    const isIn = functions[profile.table] === request.fn && from >= 0 && from + registersOf(profile) <= items.length;
    if (!isIn || partnersOf(profile).length > 0) return [];
    const { value, fault } = decodePoint(profile, items.slice(from, from + registersOf(profile)));
    return [
      `${id}/${name} ${value === null ? fault : value}${profile.unit === null || value === null ? '' : ` ${profile.unit}`}`,
    ];
  });
}

function frameText(passing: Passing): string {
  const { kind, bytes } = passing;
  if (kind === 'unknown') return `?  ${spaced(bytes)}`;
  const dir = kind === 'request' ? 'tx' : 'rx';
  const said = describeFrame(bytes, { framing: 'rtu', dir });
  if (kind === 'request') return `→  ${said}`;
  if (!('tookMs' in passing)) return `✗  ${said} · ${spaced(bytes)}`;
  const { tookMs, reply } = passing;
  const words = reply?.kind === 'words' ? ` · ${reply.words.join(' ')}` : '';
  return `←  ${said}${words}${tookMs === null ? '' : ` · ${Math.round(tookMs)} ms`}`;
}

function spaced(bytes: Uint8Array): string {
  return (hexOfBytes(bytes).match(/../g) ?? []).join(' ');
}

/** @throws InputError */
function textIn(file: string, language: Language): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    return refuse({ code: 'file-trouble', file, cause: causeOf(error) }, language);
  }
}

const longestMs = 7 * 24 * 3_600_000;
const idleOfRecordingMs = 25;
