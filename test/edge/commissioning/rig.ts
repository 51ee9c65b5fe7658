import { SimClock } from '../../../contract/sim-clock.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import type { Line } from '../../../edge/commissioning/lines.ts';
import type { MakeBus } from '../../../edge/commissioning/open-line.ts';
import { silentLog } from '../../../edge/log.ts';
import { simulated } from '../bus/rigs.ts';
import { MemoryLine, type Slave } from '../memory-line.ts';

/** Serial lines in memory: one for each setting, all with the slave that the setting is wired to. */
export function memoryLines(slaveAt: (line: Line) => Slave) {
  const clock = new SimClock();
  const wires: MemoryLine[] = [];
  const make: MakeBus = (line) => {
    const { link } = line;
    if (link.kind !== 'modbus-rtu') throw new Error('serial lines only');
    const bits = link.parity === 'none' ? 10 : 11;
    const charMs = (bits * 1000) / link.baudRate;
    const silenceMs = link.baudRate > 19_200 ? 1.75 : 3.5 * charMs;
    const wire = new MemoryLine({ clock, slave: slaveAt(line), charMs, silenceMs, handsOut: 'chunks' });
    wires.push(wire);
    return new RtuBus({ clock, log: silentLog, random: () => 0.5, id: 'a', wire, line: link });
  };
  return { clock, make, wires, until: <T>(promise: Promise<T>) => simulated(clock, promise) };
}

export function serialLine(baudRate = 9600, parity: 'none' | 'even' = 'none', timeoutMs = 100): Line {
  const link = { kind: 'modbus-rtu', timing: 'economical', port: '/dev/x', baudRate, parity, stopBits: 1 } as const;
  return { name: `/dev/x ${baudRate} ${parity}`, link, timeoutMs, config: null };
}
