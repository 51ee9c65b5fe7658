import { worldEventNames } from '../world/events.ts';
import { type FaultWires, faultKinds } from './catalog.ts';

const onlyOn: Readonly<Record<FaultWires, string>> = {
  any: '',
  terminal: ' (serial ports alone)',
  modbus: ' (Modbus alone)',
  rtu: ' (Modbus RTU alone)',
  line: ' (not by a network server)',
  radio: ' (network servers alone)',
};

/** `jari sim faults`: everything that can be made to happen, for people and as data. */
export function faultTable(): { text: string; json: unknown } {
  const kinds = Object.entries(faultKinds);
  const rows = kinds.map(([name, { strikes, layer, does, wires }]) => [
    name,
    strikes.join(', '),
    layer,
    `${does}${onlyOn[wires]}`,
  ]);
  const table = [['fault', 'strikes', 'in', 'what a reader meets'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const lines = table.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  '));
  const text = [...lines, '', `events of a place: ${worldEventNames.join(', ')}`].join('\n');
  return { text, json: { faults: kinds.map(([name, kind]) => ({ name, ...kind })), events: worldEventNames } };
}
