import type { Clock } from '../../contract/clock.ts';
import type { DeviceReason } from '../../contract/reasons/devices.ts';
import type { Language } from '../../contract/words/language.ts';
import type { Bus } from '../bus/bus.ts';
import { busOn } from '../bus/open-bus.ts';
import { silentLog } from '../log.ts';
import { connectionTo, holderOfPort } from './holder.ts';
import { type Line, refuse } from './lines.ts';

/** Makes the bus of a line, not opened; tests have lines in memory. */
export type MakeBus = (line: Line) => Bus;

export function realBuses(clock: Clock): MakeBus {
  return ({ link, name }) => busOn(link, { clock, log: silentLog, random: Math.random, id: name });
}

/** An opened bus, or why there is none. */
export async function openBus(
  make: MakeBus,
  line: Line,
): Promise<{ ok: true; bus: Bus } | { ok: false; reason: DeviceReason }> {
  const bus = make(line);
  await bus.open();
  if (bus.isOpen()) return { ok: true, bus };
  const reason = bus.stats().closedBecause ?? ({ code: 'port-closed' } as const);
  await bus.close();
  return { ok: false, reason };
}

/** Opens a line for a command that cannot do without it. @throws InputError when it is held or does not open */
export async function openOrRefuse(make: MakeBus, line: Line, language: Language): Promise<Bus> {
  const opened = await openBus(make, line);
  return opened.ok ? opened.bus : refuseLine(line, opened.reason, language);
}

/** @throws InputError, always: with who holds the line where that is why */
export function refuseLine(line: Line, reason: DeviceReason, language: Language): never {
  return openProblemLine(line.name, reason, language);
}

/** The same of a line that has a name and no more. @throws InputError */
export function openProblemLine(name: string, reason: DeviceReason, language: Language): never {
  if (reason.code !== 'port-taken') return refuse({ code: 'line-closed', line: name, reason }, language);
  const holder = holderOfPort(reason.port);
  const { pid = null, command = null } = holder ?? {};
  return refuse({ code: 'line-held', line: reason.port, pid, command }, language);
}

/**
 * A serial port is locked by the program that has it open; a host is not, and a second connection may throw the first one out. So
 * connections of this machine are looked for. @throws InputError when there is one
 */
export async function refuseBusyHost({ link }: Line, language: Language): Promise<void> {
  if (link.kind === 'modbus-rtu') return;
  const found = await connectionTo(link.host, link.port);
  if (found === undefined) return;
  const { pid = null, command = null } = found.holder ?? {};
  refuse({ code: 'host-in-use', line: `${link.host}:${link.port}`, pid, command }, language);
}
