import type { BusLink, DeviceConfig } from '../../config/site.ts';
import { type Clock, systemClock } from '../../contract/clock.ts';
import type { RecordingHead } from '../../contract/recording.ts';
import type { Language } from '../../contract/words/language.ts';
import { planReads, type ReadRange } from '../../devices/plan.ts';
import type { Bus } from '../bus/bus.ts';
import { busOn } from '../bus/open-bus.ts';
import { silentLog } from '../log.ts';
import { isVirtualPort } from './holder.ts';
import { durationIn, type Line, type LineOptions, oneLineOf, refuse } from './lines.ts';
import { listen, listeningTo } from './listen.ts';
import { openOrRefuse, refuseBusyHost } from './open-line.ts';
import { RecordedWire, Recorder } from './recorder.ts';
import { type Output, progressOn, timeText, untilStopped } from './terminal.ts';

export type RecordCommand = LineOptions & {
  readonly file: string;
  readonly for?: string;
  /** Ask the devices of the site's bus, as an agent would, in place of listening. */
  readonly poll?: boolean;
};

/** `jari record`: a bus's traffic as a file, until Ctrl-C or for a time. @throws InputError */
export async function runRecord(options: RecordCommand): Promise<Output> {
  const { language, file } = options;
  const forMs = options.for === undefined ? longestMs : durationIn(options.for, language, '--for');
  const stop = untilStopped();
  try {
    const chunks = await (options.poll === true ? polled : listened)(options, { forMs, signal: stop.signal });
    const text = language === 'ko' ? `${file}: 기록 ${chunks}건` : `${file}: ${chunks} chunks`;
    return { text, json: { file, chunks } };
  } finally {
    stop.release();
  }
}

type Until = { readonly forMs: number; readonly signal: AbortSignal };

async function listened(options: RecordCommand, { forMs, signal }: Until): Promise<number> {
  const clock = systemClock;
  const heard = listeningTo(options, clock);
  if (!heard.isModbus) return refuse({ code: 'talker-bus', bus: options.bus ?? heard.name }, options.language);
  const link = heard.config?.link ?? oneLineOf(options).link;
  if (link.kind === 'serial') return refuse({ code: 'talker-bus', bus: heard.name }, options.language);
  const recorder = recorderOf(options, link, clock);
  const progress = progressOn(process.stderr);
  const begun = clock.monotonic();
  const full = new AbortController();
  try {
    await listen(heard, {
      ...{ clock, signal: AbortSignal.any([signal, full.signal]), forMs, options },
      onBytes(bytes) {
        recorder.heard('any', bytes);
        if (recorder.isFull()) full.abort();
        progress.now(sayCount(recorder.chunks, clock.monotonic() - begun, options.language));
      },
      onQuiet: () => {},
    });
  } finally {
    progress.end();
    recorder.close();
  }
  return recorder.chunks;
}

async function polled(options: RecordCommand, { forMs, signal }: Until): Promise<number> {
  const { language } = options;
  const clock = systemClock;
  const line = oneLineOf(options);
  const { config } = line;
  if (config === null) return refuse({ code: 'poll-needs-site' }, language);
  if (options.beside !== true) await refuseBusyHost(line, language);
  const recorder = recorderOf(options, line.link, clock);
  const about = { clock, log: silentLog, random: Math.random, id: line.name };
  const progress = progressOn(process.stderr);
  const begun = clock.monotonic();
  try {
    const bus = await openOrRefuse(
      () => busOn(line.link, about, (wire) => new RecordedWire(wire, recorder)),
      line,
      language,
    );
    const isOver = () => signal.aborted || recorder.isFull() || clock.monotonic() - begun >= forMs;
    try {
      while (!isOver()) {
        const roundAt = clock.monotonic();
        for (const device of config.devices) await readDevice(bus, line, device, isOver);
        progress.now(sayCount(recorder.chunks, clock.monotonic() - begun, language));
        const restMs = Math.min(roundAt + leastRoundMs, begun + forMs) - clock.monotonic();
        if (!isOver()) await clock.sleep(Math.max(0, restMs), signal);
      }
    } finally {
      await bus.close();
    }
  } finally {
    progress.end();
    recorder.close();
  }
  return recorder.chunks;
}

/** Every range of a device once, as the agent's plan has them. */
async function readDevice(bus: Bus, { timeoutMs }: Line, device: DeviceConfig, isOver: () => boolean): Promise<void> {
  for (const { fn, address, count } of rangesOf(device)) {
    if (isOver()) return;
    const request = { kind: 'read' as const, fn, address, count };
    await bus.exchange({ unit: device.unit, request, maxCount: count, timeoutMs, gapMs: device.profile.limits.gap });
  }
}

function rangesOf({ profile, points }: DeviceConfig): readonly ReadRange[] {
  return planReads({
    profile,
    points: points.map((point) => ({ name: point.name, profile: point.profile, everyMs: 1000 })),
  });
}

function recorderOf(options: RecordCommand, link: BusLink, clock: Clock): Recorder {
  const { file, language, ports } = options;
  return new Recorder({
    file,
    clock,
    language,
    head: {
      line: settingOf(link),
      simulated: ports !== undefined || (link.kind === 'modbus-rtu' && isVirtualPort(link.port)),
    },
  });
}

function settingOf(link: BusLink): RecordingHead['line'] {
  if (link.kind === 'modbus-tcp') return { kind: link.kind };
  const { kind, baudRate, parity, stopBits } = link;
  return { kind, baudRate, parity, stopBits };
}

function sayCount(chunks: number, ms: number, language: Language): string {
  return language === 'ko'
    ? `${timeText(ms)} · 기록 ${chunks}건 (Ctrl-C로 끝)`
    : `${timeText(ms)} · ${chunks} chunks (Ctrl-C ends)`;
}

const longestMs = 7 * 24 * 3_600_000;
const leastRoundMs = 1000;
