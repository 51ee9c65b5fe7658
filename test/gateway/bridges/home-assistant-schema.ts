import { z } from 'zod';

/**
 * What Home Assistant takes as the discovery of a device, in our own words: www.home-assistant.io/integrations/mqtt
 * ("Device discovery payload"), /integrations/sensor.mqtt and /integrations/binary_sensor.mqtt, and the schemas behind
 * them, homeassistant/components/mqtt/schemas.py at 0f5c1b5 and homeassistant/components/sensor/const.py at 00eb668.
 */
const topic = z.string().regex(/^[^+#\0]+$/);
const stateClasses = ['measurement', 'measurement_angle', 'total', 'total_increasing'] as const;

/** Classes of what we publish: the units and state classes that each takes. */
const sensorClasses: Record<string, { units: readonly string[]; states: readonly string[] }> = {
  battery: { units: ['%'], states: ['measurement'] },
  carbon_dioxide: { units: ['ppm'], states: ['measurement'] },
  carbon_monoxide: { units: ['ppm'], states: ['measurement'] },
  current: { units: ['A', 'mA'], states: ['measurement'] },
  distance: { units: ['km', 'm', 'cm', 'mm', 'mi', 'yd', 'in', 'ft'], states: stateClasses },
  duration: { units: ['d', 'h', 'min', 's', 'ms'], states: stateClasses },
  energy: { units: ['Wh', 'kWh', 'MWh', 'GWh', 'MJ', 'GJ'], states: ['total', 'total_increasing'] },
  frequency: { units: ['Hz', 'kHz', 'MHz', 'GHz'], states: ['measurement'] },
  humidity: { units: ['%'], states: ['measurement'] },
  power: { units: ['W', 'kW', 'MW', 'GW', 'TW'], states: ['measurement'] },
  pressure: { units: ['Pa', 'hPa', 'kPa', 'bar', 'cbar', 'mbar', 'mmHg', 'inHg', 'psi'], states: ['measurement'] },
  signal_strength: { units: ['dB', 'dBm'], states: ['measurement'] },
  speed: { units: ['mm/s', 'm/s', 'km/h', 'mm/d', 'mm/h'], states: ['measurement'] },
  temperature: { units: ['°C', '°F', 'K'], states: ['measurement'] },
  voltage: { units: ['V', 'mV', 'µV'], states: ['measurement'] },
};
const binaryClasses = [
  ...['battery', 'carbon_monoxide', 'door', 'gas', 'heat', 'moisture', 'occupancy', 'opening', 'power', 'problem'],
  ...['safety', 'smoke', 'tamper', 'vibration', 'window'],
] as const;

const shared = {
  unique_id: z.string().min(1),
  name: z.string(),
  value_template: z.string().regex(/^\{\{.*\}\}$/),
  expire_after: z.int().positive(),
  entity_category: z.enum(['diagnostic']).optional(),
};
const sensor = z
  .strictObject({
    ...shared,
    platform: z.literal('sensor'),
    device_class: z.string().optional(),
    unit_of_measurement: z.string().optional(),
    state_class: z.enum(stateClasses).optional(),
    options: z.array(z.string()).min(1).optional(),
  })
  .refine(({ device_class: is, options, state_class: state, unit_of_measurement: unit }) => {
    if (is === 'enum' || options !== undefined)
      return is === 'enum' && options !== undefined && state === undefined && unit === undefined;
    const known = is === undefined ? undefined : sensorClasses[is];
    if (is !== undefined && known === undefined) return false;
    return (
      known === undefined || (known.units.includes(unit ?? '') && (state === undefined || known.states.includes(state)))
    );
  }, 'class, unit and state class do not go together');
const binarySensor = z.strictObject({
  ...shared,
  platform: z.literal('binary_sensor'),
  device_class: z.enum(binaryClasses).optional(),
});

export const deviceDiscovery = z.strictObject({
  device: z.strictObject({
    identifiers: z.array(z.string()).min(1),
    name: z.string(),
    manufacturer: z.string(),
    model: z.string(),
  }),
  origin: z.strictObject({ name: z.string(), sw_version: z.string() }),
  availability: z.array(z.strictObject({ topic })).min(1),
  availability_mode: z.enum(['all', 'any', 'latest']),
  state_topic: topic,
  qos: z.literal([0, 1, 2]),
  components: z.record(z.string(), z.discriminatedUnion('platform', [sensor, binarySensor])),
});

/** `<discovery_prefix>/<component>/[<node_id>/]<object_id>/config`. */
export const discoveryTopic = /^homeassistant\/device\/[a-zA-Z0-9_-]+\/[a-zA-Z0-9_-]+\/config$/;
