import type { OutsidePoint } from '../site-view.ts';

/**
 * What Home Assistant calls a point. Device classes with the units that each takes are those of its sensor integration
 * (developers.home-assistant.io/docs/core/entity/sensor, and DEVICE_CLASS_UNITS of homeassistant/components/sensor/const.py
 * of 2025.12); a unit that a class does not take leaves the class out, since Home Assistant refuses the pair. Pure.
 */
const numbers: Readonly<Record<string, { readonly deviceClass: string; readonly units: readonly string[] }>> = {
  battery: { deviceClass: 'battery', units: ['%'] },
  charge: { deviceClass: 'battery', units: ['%'] },
  co: { deviceClass: 'carbon_monoxide', units: ['ppm'] },
  co2: { deviceClass: 'carbon_dioxide', units: ['ppm'] },
  crack: { deviceClass: 'distance', units: ['mm', 'cm', 'm'] },
  current: { deviceClass: 'current', units: ['A', 'mA'] },
  displacement: { deviceClass: 'distance', units: ['mm', 'cm', 'm'] },
  distance: { deviceClass: 'distance', units: ['mm', 'cm', 'm'] },
  energy: { deviceClass: 'energy', units: ['Wh', 'kWh', 'MWh'] },
  frequency: { deviceClass: 'frequency', units: ['Hz', 'kHz'] },
  humidity: { deviceClass: 'humidity', units: ['%'] },
  level: { deviceClass: 'distance', units: ['mm', 'cm', 'm'] },
  'loop-current': { deviceClass: 'current', units: ['A', 'mA'] },
  power: { deviceClass: 'power', units: ['W', 'kW'] },
  pressure: { deviceClass: 'pressure', units: ['Pa', 'hPa', 'kPa', 'bar', 'mbar'] },
  'radio-margin': { deviceClass: 'signal_strength', units: ['dB', 'dBm'] },
  runtime: { deviceClass: 'duration', units: ['s', 'min', 'h', 'd'] },
  temperature: { deviceClass: 'temperature', units: ['°C', 'K'] },
  vibration: { deviceClass: 'speed', units: ['mm/s', 'm/s'] },
  'vibration-frequency': { deviceClass: 'frequency', units: ['Hz', 'kHz'] },
  voltage: { deviceClass: 'voltage', units: ['V', 'mV'] },
};

/** On is what the class calls on: smoke is there, it is wet, something is wrong. */
const contacts: Readonly<Record<string, string>> = {
  co: 'carbon_monoxide',
  door: 'door',
  fault: 'problem',
  gas: 'gas',
  heat: 'heat',
  leak: 'moisture',
  occupancy: 'occupancy',
  'power-failure': 'problem',
  smoke: 'smoke',
};

/** Sums that only grow, or begin again. */
const sums: ReadonlySet<string> = new Set(['energy', 'counter']);
/** What says something of the instrument, and not of the place. */
const ofTheInstrument: ReadonlySet<string> = new Set([
  'battery',
  'radio-margin',
  'error-bits',
  'model',
  'version',
  'setting',
]);
const otherUnits: Readonly<Record<string, string>> = { deg: '°' };

export type Named = {
  readonly platform: 'sensor' | 'binary_sensor';
  readonly device_class?: string;
  readonly unit_of_measurement?: string;
  readonly state_class?: 'measurement' | 'total_increasing';
  readonly entity_category?: 'diagnostic';
  readonly options?: readonly string[];
};

export function named({ kind, unit, shape }: Pick<OutsidePoint, 'kind' | 'unit' | 'shape'>): Named {
  const category = kind !== null && ofTheInstrument.has(kind) ? ({ entity_category: 'diagnostic' } as const) : {};
  if (shape === 'string') return { platform: 'sensor', ...category };
  if (shape === 'boolean') {
    const contact = kind === null ? undefined : contacts[kind];
    return { platform: 'binary_sensor', ...(contact === undefined ? {} : { device_class: contact }), ...category };
  }
  const written = unit === null ? null : (otherUnits[unit] ?? unit);
  const number = kind === null ? undefined : numbers[kind];
  // A voltage by which a sensor tells its battery is a voltage.
  const found = kind === 'battery' && written === 'V' ? numbers.voltage : number;
  const isTaken = found !== undefined && written !== null && found.units.includes(written);
  return {
    platform: 'sensor',
    ...(isTaken ? { device_class: found.deviceClass } : {}),
    ...(written === null ? {} : { unit_of_measurement: written }),
    state_class: kind !== null && sums.has(kind) ? 'total_increasing' : 'measurement',
    ...category,
  };
}
