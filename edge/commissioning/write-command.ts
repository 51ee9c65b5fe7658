import { createInterface } from 'node:readline/promises';
import type { PointConfig } from '../../config/site.ts';
import { pointRefSchema } from '../../contract/ids.ts';
import type { Value } from '../../contract/reading.ts';
import type { CommandReason } from '../../contract/reasons/commands.ts';
import { commandText } from '../../contract/words/commands.ts';
import { deviceReasonText } from '../../contract/words/devices.ts';
import type { Language } from '../../contract/words/language.ts';
import { decodePoint } from '../../devices/decode.ts';
import type { ModbusRequest } from '../../devices/modbus/pdu.ts';
import { type ReadRange, readOfPoint } from '../../devices/plan.ts';
import { type PointProfile, pointProfileSchema, registersOf } from '../../devices/profile.ts';
import type { Bus, Outcome } from '../bus/bus.ts';
import { type Written, writePoint } from '../writing/write-point.ts';
import { refuse } from './lines.ts';
import { type Aimed, type Around, aim, onBus, type ReadCommand } from './read-command.ts';
import type { Output } from './terminal.ts';
import { typedValue } from './typed-value.ts';

export type WriteCommand = Pick<ReadCommand, 'target' | 'unit' | 'language'> &
  ReadCommand & {
    readonly value: string;
    /** What registers without a profile hold: u16 unless said. */
    readonly type?: string;
    readonly order?: string;
    readonly yes?: boolean;
  };

/** Asks a person; true for yes. */
export type Confirm = (question: string) => Promise<boolean>;

/**
 * `jari write`: one point or register, after a yes, read before and read back. `failed` where the device does not read
 * back what was wanted. @throws InputError where it must not or cannot be written
 */
export async function runWrite(
  options: WriteCommand,
  around?: Around & { confirm: Confirm },
): Promise<Output & { failed: boolean }> {
  const { language, target } = options;
  const aimed = aim(options);
  const profile = writablePoint(aimed, options);
  const value = typedValue(options.value, profile, language);
  const confirm = around?.confirm ?? terminalConfirm(language);
  return onBus(options, aimed.line, around, async (bus) => {
    const ask = asking(bus, aimed);
    const before = await read(ask, profile, aimed);
    const name = aimed.point?.name ?? target;
    if (options.yes !== true && !(await confirm(question(name, before, value, aimed, language))))
      return refuse({ code: 'said-no' }, language);
    const written = await writePoint(
      { ref: pointRefSchema.parse(refOf(aimed)), profile },
      value,
      ask,
      siteRange(aimed),
    );
    if (written.outcome === 'refused' && written.reason !== null)
      return refuse({ code: 'not-written', reason: written.reason }, language);
    const { outcome, reason, readBack } = written;
    return {
      text: writtenText(name, { before, value, written }, language),
      json: { ok: outcome === 'done', target: name, outcome, before, wanted: value, readBack, reason },
      failed: outcome !== 'done',
    };
  });
}

/** The point that is written, where nothing forbids it. */
function writablePoint({ range, point, place }: Aimed, options: WriteCommand): PointProfile {
  const { language } = options;
  if (range.table === 'discrete' || range.table === 'input')
    return refuse({ code: 'table-read-only', table: range.table }, language);
  const profile = point?.profile ?? plainPoint(range, options);
  const no = (reason: CommandReason) => refuse({ code: 'not-written', reason }, language);
  if (!profile.writable) return no({ code: 'read-only', point: point?.name ?? options.target });
  // A register by its address is still the site's own: neither its profile nor an interlock is gone round so.
  for (const own of place === null ? [] : overlapping(place.device.points, profile)) {
    if (!own.profile.writable) return no({ code: 'read-only', point: own.ref });
    const interlock = place?.agent.interlocks.find(({ output }) => output === own.ref);
    if (interlock !== undefined) return no({ code: 'owned', interlock: interlock.id });
  }
  return profile;
}

function overlapping(
  points: readonly PointConfig[],
  { table, address, ...rest }: PointProfile,
): readonly PointConfig[] {
  const end = address + registersOf(rest);
  return points.filter(
    ({ profile }) =>
      profile.table === table && profile.address < end && address < profile.address + registersOf(profile),
  );
}

/** Registers that nobody described. */
function plainPoint({ table, address, count }: Aimed['range'], options: WriteCommand): PointProfile {
  const { type = table === 'coil' ? 'bool' : 'u16', order, language } = options;
  const parsed = pointProfileSchema.safeParse({
    ...{ table, address, type, kind: 'register', writable: true },
    ...(order === undefined ? {} : { order }),
    ...(type === 'string' || type === 'bcd' ? { length: count } : {}),
  });
  if (parsed.success) return parsed.data;
  return refuse(
    { code: 'list-form', option: '--type', given: `${type} ${order ?? ''}`.trim(), example: 'f32 --order CDAB' },
    language,
  );
}

type Ask = (request: ModbusRequest) => Promise<Outcome>;

function asking(bus: Bus, { unit, gapMs, line }: Aimed): Ask {
  return (request) => {
    const maxCount = request.kind === 'read' ? request.count : 1;
    return bus.exchange({ unit, request, maxCount, timeoutMs: line.timeoutMs, gapMs });
  };
}

/** What it holds now; null with the reason where nobody knows. It also tells the bus whether the line hears itself. */
type Before = { readonly value: Value; readonly why: string | null };

async function read(ask: Ask, profile: PointProfile, { range }: Aimed): Promise<Before> {
  const { address, fn } = range;
  const outcome = await ask({ kind: 'read', fn, address, count: registersOf(profile) });
  if (!outcome.ok) return { value: null, why: deviceReasonText(outcome.reason).en };
  const { reply } = outcome;
  const words = reply.kind === 'words' ? reply.words : reply.kind === 'bits' ? reply.bits.map(Number) : [];
  const { value, fault } = decodePoint(profile, words);
  return { value, why: fault };
}

/** How the site reads a point of its own. */
function siteRange({ point, place }: Aimed): ReadRange | undefined {
  const own = place?.device.points.find(({ ref }) => ref === point?.name);
  return place === null || own === undefined ? undefined : readOfPoint(place.device.profile, own);
}

/** Registers have no name of their own; the reference is for reasons alone. */
function refOf({ point, range, unit }: Aimed): string {
  return point !== null && /^[a-z0-9-]+\/[a-z][a-z0-9_]*$/.test(point.name)
    ? point.name
    : `unit-${unit}/${range.table}_${range.address}`;
}

function question(name: string, before: Before, value: Value, { line, unit }: Aimed, language: Language): string {
  const was = shown(before);
  return language === 'ko'
    ? `${line.name} 국번 ${unit} ${name}: 현재 ${was}, ${value}(으)로 씁니까? [y/N] `
    : `${line.name} unit ${unit} ${name}: now ${was}; write ${value}? [y/N] `;
}

function shown({ value, why }: Before): string {
  return value === null ? `? (${why})` : String(value);
}

function writtenText(
  name: string,
  { before, value, written }: { before: Before; value: Value; written: Written },
  language: Language,
): string {
  const { reason, readBack } = written;
  if (reason !== null) return `${name}: ${shown(before)} → ${commandText(reason)[language]}`;
  return language === 'ko'
    ? `${name}: ${shown(before)} → ${value}, 되읽은 값 ${readBack}`
    : `${name}: ${shown(before)} → ${value}, reads back ${readBack}`;
}

function terminalConfirm(language: Language): Confirm {
  return async (text) => {
    if (!process.stdin.isTTY) return refuse({ code: 'needs-yes' }, language);
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^(y|yes|예|네|ㅇ)$/i.test((await terminal.question(text)).trim());
    } finally {
      terminal.close();
    }
  };
}
