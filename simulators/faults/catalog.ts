/** What a fault can be told to strike. */
export type TargetKind = 'bus' | 'device' | 'point' | 'agent';

/**
 * Where a fault happens. answer: in whether and what a device answers; wire: to the bytes of its replies; registers: in
 * what its registers hold; port: to the line's own end; box: to the machine that reads the line.
 */
export type FaultLayer = 'answer' | 'wire' | 'registers' | 'port' | 'box';

/**
 * Buses a fault can happen on. terminal: a serial port of this machine; modbus: where devices are asked; rtu: Modbus with a CRC; line:
 * where bytes of ours come; radio: sensors behind a network server.
 */
export type FaultWires = 'any' | 'terminal' | 'modbus' | 'rtu' | 'line' | 'radio';

type FaultKind = {
  readonly strikes: readonly TargetKind[];
  readonly layer: FaultLayer;
  readonly wires: FaultWires;
  /** What a reader meets, in one line. */
  readonly does: string;
};

const buses = ['bus', 'device'] as const;
const values = ['bus', 'device', 'point'] as const;

/**
 * Everything that can go wrong on purpose, by the name that the command line and scenario files use. A fault of a bus
 * strikes all its devices, one of a device all its points. Those of the wire strike every reply, in this order.
 */
export const faultKinds = {
  silent: { strikes: buses, layer: 'answer', wires: 'any', does: 'answers nothing' },
  exception: { strikes: buses, layer: 'answer', wires: 'modbus', does: 'answers exception 4, device failure' },
  'duplicate-id': {
    strikes: buses,
    layer: 'wire',
    wires: 'rtu',
    does: 'another device has the same unit id: both answer at once and spoil each other',
  },
  'wrong-unit': { strikes: buses, layer: 'wire', wires: 'modbus', does: "the reply carries the next unit's id" },
  'crc-error': { strikes: buses, layer: 'wire', wires: 'rtu', does: 'the reply ends in a wrong CRC' },
  'baud-mismatch': {
    strikes: buses,
    layer: 'wire',
    wires: 'rtu',
    does: 'as many bytes as the reply has, none of them right; writes are not understood',
  },
  cut: { strikes: buses, layer: 'wire', wires: 'any', does: 'the reply ends half way' },
  noise: {
    strikes: buses,
    layer: 'wire',
    wires: 'line',
    does: 'a burst of random bytes before the reply, and under a CRC one byte in some replies is wrong',
  },
  slow: { strikes: buses, layer: 'wire', wires: 'line', does: 'the reply comes byte by byte, 15 ms apart' },
  duplicate: { strikes: buses, layer: 'wire', wires: 'any', does: 'the reply comes again 30 ms later' },
  late: { strikes: buses, layer: 'wire', wires: 'any', does: "the reply comes after 1.5 times the bus's timeout" },
  'lost-uplinks': { strikes: buses, layer: 'answer', wires: 'radio', does: 'half of its messages are lost on the air' },
  echo: { strikes: ['bus'], layer: 'wire', wires: 'terminal', does: 'the line hears itself: each request comes back' },
  'swapped-words': {
    strikes: values,
    layer: 'registers',
    wires: 'modbus',
    does: 'the registers of values wider than 16 bits stand in reverse order',
  },
  stuck: { strikes: values, layer: 'registers', wires: 'any', does: 'the registers stay as they are' },
  drifting: {
    strikes: values,
    layer: 'registers',
    wires: 'any',
    does: 'numbers leave the truth steadily, by a share of their range every hour (0.01 unless a rate is given)',
  },
  unplugged: {
    strikes: buses,
    layer: 'port',
    wires: 'any',
    does: "a bus's port is gone (no link, no listener), a device answers nothing",
  },
  'renumbered-adapter': {
    strikes: ['bus'],
    layer: 'port',
    wires: 'terminal',
    does: 'the port goes away for 2 s and comes back as another terminal behind the same link',
  },
  'broker-gone': { strikes: ['agent'], layer: 'box', wires: 'any', does: "the agent's way to its broker is cut" },
  'clock-stepped': {
    strikes: ['agent'],
    layer: 'box',
    wires: 'any',
    does: "the wall clock of the agent's box steps (by 1h unless said), and back when the fault ends",
  },
} as const satisfies Readonly<Record<string, FaultKind>>;

export type FaultName = keyof typeof faultKinds;

export const faultNames: readonly string[] = Object.keys(faultKinds);

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faultKinds, name);
}

/** How long a fault lasts when nobody says, simulated ms: a renumbered adapter comes back, the rest wait to be cleared. */
export function lastsMs(name: FaultName): number {
  return name === 'renumbered-adapter' ? 2000 : Number.POSITIVE_INFINITY;
}
