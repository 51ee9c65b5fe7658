import { allBuiltIn } from '../../config/profiles.ts';
import { type Clock, systemClock } from '../../contract/clock.ts';
import { InputError } from '../../contract/input-error.ts';
import { deviceReasonText } from '../../contract/words/devices.ts';
import { isModbus, type Profile } from '../../devices/profile.ts';
import { Identifier } from './identify.ts';
import { given, type Line, type LineOptions, linesOf, refuse } from './lines.ts';
import { numbersIn } from './lists.ts';
import { type MakeBus, realBuses, refuseBusyHost, refuseLine } from './open-line.ts';
import { type Heard, type Probe, type ScanResult, scan } from './scan.ts';
import { usualSettings } from './scan-plan.ts';
import { heardLine, scanText } from './scan-text.ts';
import { parseTarget } from './target.ts';
import { type Output, type Progress, progressOn, timeText, untilStopped } from './terminal.ts';

export type ScanCommand = LineOptions & {
  readonly units?: string;
  readonly probe?: string;
  readonly pause?: string;
  /** commander's `--no-identify`. */
  readonly identify?: boolean;
};

/** What a command takes from outside, for tests. */
export type Around = {
  readonly clock: Clock;
  readonly make: MakeBus;
  readonly progress: Progress;
  readonly signal: AbortSignal;
};

/** `jari scan`. @throws InputError */
export async function runScan(options: ScanCommand, around?: Around): Promise<Output & { found: number }> {
  const { language } = options;
  const stop = around === undefined ? untilStopped() : undefined;
  const clock = around?.clock ?? systemClock;
  const progress = around?.progress ?? progressOn(process.stderr);
  const lines = linesOf(options, usualSettings);
  const isNetwork = lines.every(({ link }) => link.kind === 'modbus-tcp');
  const units = given(
    numbersIn(options.units ?? (isNetwork ? '1,255,0,2-10' : '1-247'), {
      ...{ option: '--units', least: isNetwork ? 0 : 1, most: 255, example: '1-20,80' },
    }),
    language,
  );
  if (options.beside !== true && around === undefined) for (const line of lines) await refuseBusyHost(line, language);
  const profiles = modbusProfiles();
  try {
    const result = await scan({
      ...{ clock, lines, units, likely: likelyUnits(profiles), probe: probeOf(options), pauseMs: pauseOf(options) },
      make: around?.make ?? realBuses(clock),
      identifier: options.identify === false ? null : new Identifier(profiles),
      signal: stop?.signal ?? around?.signal ?? new AbortController().signal,
      onProgress: ({ line, unit, asked, total, leftMs, heard }) =>
        progress.now(progressText({ line, unit, asked, total, leftMs, heard }, language)),
      onHeard: (heard) => progress.line(heardLine(heard, language)),
    });
    progress.end();
    refuseHeld(result, options);
    return { text: scanText(result, language), json: scanJson(result), found: result.heard.length };
  } finally {
    stop?.release();
  }
}

function progressText(
  at: { line: Line; unit: number; asked: number; total: number; leftMs: number; heard: number },
  language: LineOptions['language'],
): string {
  const share = `${at.asked}/${at.total}`;
  return language === 'ko'
    ? `${at.line.name} 국번 ${at.unit} · ${share} · 응답 ${at.heard} · 남은 시간 최대 ${timeText(at.leftMs)} (Ctrl-C로 중지)`
    : `${at.line.name} unit ${at.unit} · ${share} · ${at.heard} heard · at most ${timeText(at.leftMs)} left (Ctrl-C stops)`;
}

/** Where no line could be asked at all, that is what there is to say. */
function refuseHeld({ lines, heard }: ScanResult, { language }: ScanCommand): void {
  const [first] = lines;
  if (first === undefined || heard.length > 0 || lines.some(({ asked, reason }) => asked > 0 || reason === null))
    return;
  if (first.reason?.code === 'port-taken') refuseLine(first.line, first.reason, language);
  const words = lines.flatMap(({ line, reason }) => {
    if (reason === null) return [];
    const text = deviceReasonText(reason)[language];
    return [text.includes(line.name.split(' ')[0] ?? line.name) ? text : `${line.name}: ${text}`];
  });
  throw new InputError([...new Set(words)]);
}

function probeOf({ probe = 'holding:0', language }: ScanCommand): Probe {
  const target = parseTarget(probe);
  if (target === undefined || target.kind !== 'range')
    return refuse({ code: 'list-form', option: '--probe', given: probe, example: 'holding:0' }, language);
  return { fn: target.fn, address: target.address };
}

function pauseOf({ pause = '20', language }: ScanCommand): number {
  const [ms = 20] = given(numbersIn(pause, { option: '--pause', least: 0, most: 5000, example: '20' }), language);
  return ms;
}

export function modbusProfiles(): readonly Profile[] {
  return [...allBuiltIn().values()].filter(isModbus);
}

/** Units that devices ship with, and the first ten. */
function likelyUnits(profiles: readonly Profile[]): ReadonlySet<number> {
  const shipped = profiles.flatMap(({ link }) => (link.unit === undefined ? [] : [link.unit]));
  return new Set([...Array.from({ length: 10 }, (_, nth) => nth + 1), ...shipped]);
}

/** `line` as `jari init` takes it. */
function scanJson({ heard, lines, isCut, tookMs }: ScanResult) {
  return {
    complete: !isCut,
    seconds: Math.round(tookMs / 1000),
    lines: lines.map(({ line, asked, reason, noise }) => ({ line: line.name, link: line.link, asked, reason, noise })),
    heard: heard.map(heardJson),
  };
}

function heardJson({ line, ...heard }: Heard) {
  return { line: line.name, ...heard, tookMs: Math.round(heard.tookMs) };
}
