import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { importProfile, runProfileImport } from '../../../config/import/import-command.ts';
import { parseToml } from '../../../config/import/toml.ts';
import { InputError } from '../../../contract/input-error.ts';
import { type Profile, profileSchema } from '../../../devices/profile.ts';
import { tempDir } from '../../temp.ts';

/** The points that came of a file, and what was left out, a line each. */
function imported(file: string, text: string) {
  const { profile, notes, format } = importProfile(file, text);
  const parsed: Profile = profileSchema.parse(parse(profile));
  const points = Object.entries(parsed.points).map(([name, { table, address, type, order, scale, unit, kind }]) =>
    [name, table, address, type, order, scale, unit ?? '', kind].join(' '),
  );
  return {
    format,
    points,
    parsed,
    notes: notes.map(({ line, name, code, what }) => `${line} ${name}: ${code} ${what}`),
  };
}

describe('a register map of another tool becomes a draft that the schema takes', () => {
  test('wb-mqtt-serial, with comments, bits, hexadecimal addresses and what is built of others', () => {
    const { points, parsed, notes } = imported(
      'config-meter.json',
      `{
  // a comment
  "title": "Meter 3", "device_type": "meter",
  "device": {
    "name": "M3",
    "channels": [
      { "name": "Voltage L1", "reg_type": "input", "address": "0x0000", "format": "float", "type": "voltage", "units": "V" },
      { "name": "Energy", "reg_type": "holding", "address": 16, "format": "u32", "word_order": "little_endian", "scale": 0.01, "units": "kWh" },
      { "name": "Temp", "reg_type": "input", "address": 3, "format": "s16", "scale": 0.1, "error_value": "0x7FFF", "type": "temperature" },
      { "name": "Door", "reg_type": "discrete", "address": 2 },
      { "name": "Alarm", "reg_type": "holding", "address": "20:3:1" },
      { "name": "Сумма", "consists_of": [] },
      { "name": "Odd", "reg_type": "holding", "address": 9, "format": "u24" }
    ],
    "parameters": {}
  }
}`,
    );
    expect(points).toEqual([
      'voltage_l1 input 0 f32 ABCD 1 V voltage',
      'energy holding 16 u32 CDAB 0.01 kWh energy',
      'temp input 3 i16 ABCD 0.1  temperature',
      'door discrete 2 bool ABCD 1  contact',
      'alarm holding 20 bit ABCD 1  contact',
    ]);
    expect(parsed.points).toMatchObject({ temp: { sentinels: [32_767] }, alarm: { bit: 3 } });
    expect(parsed).toMatchObject({ id: 'config-meter', model: 'Meter 3', verified: 'none' });
    expect(notes).toEqual([
      '12 Сумма: part-not-carried consists_of',
      '13 Odd: type-unknown u24',
      '15 parameters: part-not-carried parameters',
    ]);
  });

  test('Home Assistant, a list of sensors that a configuration includes', () => {
    const list =
      '- { name: Cell, device_address: 200, address: 10, input_type: input, data_type: uint16, scale: 0.1 }\n';
    const { points, parsed } = imported('cells.yaml', list);
    expect(points).toEqual([expect.stringMatching(/^cell input 10 u16 ABCD 0.1/)]);
    expect(parsed.link).toEqual({ unit: 200 });
  });

  test('Home Assistant, with swaps, rounding, another unit and switches', () => {
    const { points, parsed, notes } = imported(
      'meter.yaml',
      `modbus:
  - name: hub
    type: serial
    baudrate: 19200
    sensors:
      - { name: Power, slave: 2, address: 10, input_type: input, data_type: float32, swap: word, unit_of_measurement: W, device_class: power }
      - { name: Temp, slave: 2, address: 12, scale: 0.1, precision: 1, unit_of_measurement: °C }
      - { name: Other, slave: 3, address: 1 }
      - { name: Text, slave: 2, address: 30, data_type: custom, structure: ">f" }
    binary_sensors:
      - { name: Smoke, slave: 2, address: 5, input_type: discrete_input, device_class: smoke }
    switches:
      - { name: Siren, slave: 2, address: 1, write_type: coil }
`,
    );
    expect(points).toEqual([
      'power input 10 f32 CDAB 1 W power',
      'temp holding 12 i16 ABCD 0.1 °C temperature',
      // What leans on a smoke contact is for a person to say.
      'smoke discrete 5 bool ABCD 1  contact',
    ]);
    expect(parsed.link).toEqual({ baudRate: 19_200, unit: 2 });
    expect(notes).toEqual([
      '7 Temp: rounding-dropped 1',
      '8 Other: other-unit 3',
      '9 Text: type-unknown custom',
      '13 switches: part-not-carried switches',
    ]);
  });

  test('telegraf, by register and by request', () => {
    const { points, notes } = imported(
      'telegraf.conf',
      `[[inputs.modbus]]
  name = "pac"   # a meter
  slave_id = 7
  controller = "tcp://localhost:502"
  coils = [ { name = "run", address = [0] } ]
  holding_registers = [
    { name = "voltage", byte_order = "ABCD", data_type = "FLOAT32-IEEE", scale = 1.0, address = [1, 2] },
    { name = "pf", byte_order = "AB", data_type = "UFIXED", scale = 0.01, address = [8] },
    { name = "odd", byte_order = "ABCD", data_type = "INT32", scale = 1.0, address = [5, 7] },
  ]
  [[inputs.modbus.request]]
    slave_id = 7
    byte_order = "DCBA"
    register = "input"
    fields = [ { address = 3, name = "energy", type = "UINT64", scale = 0.1 }, { address = 9, name = "half", type = "FLOAT16" } ]
[[inputs.modbus]]
  name = "other"
`,
    );
    expect(points).toEqual([
      'voltage holding 1 f32 ABCD 1  value',
      'pf holding 8 u16 ABCD 0.01  value',
      'run coil 0 bool ABCD 1  contact',
      'energy input 3 u64 HGFEDCBA 0.1  value',
    ]);
    expect(notes).toEqual([
      '9 odd: address-unknown 5,7',
      '15 half: type-unknown float16',
      '16 other: other-device inputs.modbus',
    ]);
  });

  test('EdgeX of both shapes, and its base of addresses', () => {
    const { points, parsed, notes } = imported(
      'edgex.yaml',
      `name: Sensor
manufacturer: Maker
model: S-1
deviceResources:
  - name: Temp
    attributes: { primaryTable: INPUT_REGISTERS, startingAddress: 4, rawType: Int16 }
    properties: { valueType: Float32, scale: "0.1", units: "°C" }
  - name: Old
    attributes: { primaryTable: HOLDING_REGISTERS, startingAddress: "1", isWordSwap: "true" }
    properties: { value: { type: "UINT32", scale: "1" }, units: { defaultValue: "W" } }
  - name: Text
    attributes: { primaryTable: HOLDING_REGISTERS, startingAddress: 1 }
    properties: { valueType: Object }
`,
    );
    expect(points).toEqual(['temp input 4 i16 ABCD 0.1 °C temperature', 'old holding 1 u32 CDAB 1 W power']);
    expect(parsed).toMatchObject({ maker: 'Maker', model: 'S-1' });
    expect(notes).toEqual(['1 startingAddress: address-base EdgeX 1', '11 Text: type-unknown object']);
  });

  test('a CSV, by the words of its heading and the numbers of a manual', () => {
    const { points, notes } = imported(
      'map.csv',
      `Parameter;Register;Data type;Factor;Unit
"CO; ground floor";30017;UINT16;0.1;ppm
Run;10003;bool;;
Level;40001;float;;m
Odd;40100;uint12;;
CO;30018;UINT16;0.1;ppm
Wide;65535;uint32;;
`,
    );
    expect(points).toEqual([
      'co_ground_floor input 16 u16 ABCD 0.1 ppm value',
      'run discrete 2 bool ABCD 1  contact',
      'level holding 0 f32 ABCD 1 m value',
      'co input 17 u16 ABCD 0.1 ppm value',
    ]);
    expect(notes.slice(0, 2)).toEqual(['1 : manual-numbers 40001', '5 Odd: type-unknown uint12']);
    expect(notes[2]).toMatch(/^7 Wide: not-valid /);
  });

  test('a CSV with a title above its heading, fractions, divisors, registers from and to, and bits', () => {
    const { points, notes } = imported(
      'pump.csv',
      `\uFEFFPump controller;;;
Title;Register type;Register;Division factor;Scale Factor;Unit;Size of variable;Words;Description
Flow;MODBUS_INPUT_REGISTER;1;10;;°C;s16;1;what flows out
Return;0x04;2;;1/10;°C;int16;;
Total;3;100 - 101;;*10;kWh;uint32;2;
Run;fc2;7;;;;;;
Fan;3;12;;;-;bit3;;
Far;3;20;;;;int;2;
Bent;3;30;;;;u16;2;
Odd;3;31;;1/0;;u16;;
`,
    );
    expect(points).toEqual([
      'flow input 1 i16 ABCD 0.1 °C temperature',
      'return input 2 i16 ABCD 0.1 °C temperature',
      'total holding 100 u32 ABCD 10 kWh energy',
      'run discrete 7 bool ABCD 1  contact',
      'fan holding 12 bit ABCD 1  contact',
      'far holding 20 i32 ABCD 1  value',
    ]);
    expect(notes).toEqual(['9 Bent: type-unknown u16, 2', '10 Odd: scale-unknown 1/0']);
  });

  test('a map of VOLTTRON: its tables, its mixed endian, its scale; what a transform asks beyond a number is left out', () => {
    const { points, notes } = imported(
      'meter.csv',
      `Register Name,Address,Type,Units,Writable,Transform,Table,Mixed Endian
Energy,399,float,kWh,TRUE,,analog_output_holding_registers,TRUE
Volts,10,uint16,V,TRUE,scale(0.1),analog_output_holding_registers,FALSE
Big,20,int32,kWh,TRUE,mod10k(False),analog_output_holding_registers,FALSE
Amps,30,uint16,A,TRUE,scale_reg(AmpsSF),analog_input_registers,
`,
    );
    expect(points).toEqual(['energy holding 399 f32 CDAB 1 kWh energy', 'volts holding 10 u16 ABCD 0.1 V voltage']);
    expect(notes).toEqual(['4 Big: scale-unknown mod10k(False)', '5 Amps: scale-unknown scale_reg(AmpsSF)']);
  });

  test('a configuration of modpoll, of its first device', () => {
    const { points, notes, parsed } = imported(
      'pump.csv',
      `# pump house
device,PUMP,7,,,,
poll,input_register,0,6,BE_BE,,
ref,Temperature,1,int16,r,°C,0.1
ref,Total,2,uint32,r,kWh
poll,holding_register,100,4,LE_BE,,
ref,Level,100,float32,rw,m,
ref,Mode,102,,rw,,
ref,Odd,103,unit32,r,V,1
ref,Bent,103,uint16,r,V,by 10
poll,coil,0,16,BE_BE
ref,Runs,0,bool8,rw
device,OTHER,8,,,,
poll,holding_register,0,1,BE_BE,,
ref,Elsewhere,0,uint16,r,,
`,
    );
    expect(points).toEqual([
      'temperature input 1 i16 ABCD 0.1 °C temperature',
      'total input 2 u32 ABCD 1 kWh energy',
      'level holding 100 f32 BADC 1 m value',
      'mode holding 102 u16 BADC 1  value',
    ]);
    expect(parsed).toMatchObject({ model: 'PUMP' });
    expect(notes).toEqual([
      '9 Odd: type-unknown holding_register unit32',
      '10 Bent: scale-unknown by 10',
      '12 Runs: type-unknown coil bool8',
      '13 OTHER: other-device 8',
    ]);
  });

  test('a CSV without a heading, where each column can be one thing only', () => {
    const { points, notes } = imported(
      'bare.csv',
      '# pump\n100,holding,uint16,Flow rate,l/h\n101,holding,int16,Return,°C\n102,input,uint32,Energy total,kWh\n',
    );
    expect(points).toEqual([
      'flow_rate holding 100 u16 ABCD 1 l/h value',
      'return holding 101 i16 ABCD 1 °C temperature',
      'energy_total input 102 u32 ABCD 1 kWh energy',
    ]);
    expect(notes).toEqual(['2 : columns-assumed 1 = address, 2 = table, 3 = type, 4 = name, 5 = unit']);
  });

  test('a CSV whose addresses are called ID, with comments, ranges and types of no width', () => {
    const { points, notes } = imported(
      'gateway.csv',
      'ID,variable name,data type,measurement unit\n# grid\n7~8,Serial,UINT,\n9,Power,INT,W\n10,State,USHORT,\n',
    );
    expect(points).toEqual([
      'serial holding 7 u32 ABCD 1  value',
      'power holding 9 i16 ABCD 1 W power',
      'state holding 10 u16 ABCD 1  value',
    ]);
    expect(notes).toEqual(['1 : columns-assumed ID = address', '1 : table-assumed holding', '1 : width-assumed INT']);
  });

  test('a CSV whose units hold the scale: it multiplies where none is above 1, and is left out where one is', () => {
    const rows =
      'variable name;data_type;register;documented name;length;unit\n;USHORT;1;Vpv1;2byte;0.1V\n;UINT;0x10~0x11;Total;4byte;1kWh\n';
    expect(imported('small.csv', rows).points).toEqual([
      'vpv1 holding 1 u16 ABCD 0.1 V voltage',
      'total holding 16 u32 ABCD 1 kWh energy',
    ]);
    const { points, notes } = imported('large.csv', `${rows};USHORT;3;Battery;2byte;10V DC\n`);
    expect(points).toEqual(['total holding 16 u32 ABCD 1 kWh energy']);
    expect(notes).toEqual([
      '1 : table-assumed holding',
      '2 Vpv1: factor-unsure 0.1V',
      '4 Battery: factor-unsure 10V DC',
    ]);
  });

  test('a CSV that says neither type nor what its factor does: the one is assumed and said, the other left out', () => {
    const { points, notes } = imported(
      'doubtful.csv',
      'address,type,name,factor\n40000,R/W,Mode,1\n40001,R,Temp,10\n40002,holding,Set,0.1\n',
    );
    expect(points).toEqual(['mode holding 40000 u16 ABCD 1  value', 'set holding 40002 u16 ABCD 0.1  value']);
    expect(notes).toEqual(['1 : type-assumed u16', '3 Temp: factor-unsure 10']);
  });

  test('an EdgeX profile of the first service, which read one holding register a value', () => {
    const { points } = imported(
      'old.yaml',
      `name: Meter
deviceResources:
  - name: KW
    attributes: { HoldingRegister: "4028" }
    properties: { value: { type: "Float", size: "1", scale: "0.001" }, units: { defaultValue: "kW" } }
`,
    );
    expect(points).toEqual(['kw holding 4028 u16 ABCD 0.001 kW power']);
  });

  test('the Java of an OpenEMS device: tasks that read, orders, converters and bits', () => {
    const { format, points, parsed, notes } = imported(
      'MeterImpl.java',
      `public class MeterImpl extends AbstractOpenemsModbusComponent {
	private static final int BASE = 0x100;
	protected ModbusProtocol defineModbusProtocol() {
		final var offset = 30000 + 1;
		return new ModbusProtocol(this, // new UnsignedWordElement(9)
				new FC4ReadInputRegistersTask(30001 - offset, Priority.HIGH,
						m(phases.channelVoltageL1(),
								new FloatDoublewordElement(30001 - offset).wordOrder(WordOrder.LSWMSW)
										.byteOrder(ByteOrder.BIG_ENDIAN),
								SCALE_FACTOR_3),
						new DummyRegisterElement(2, 3),
						m(Meter.ChannelId.ACTIVE_POWER, new SignedWordElement(4), INVERT_IF_TRUE(this.invert))),
				new FC3ReadRegistersTask(BASE, Priority.LOW,
						this.m(Meter.ChannelId.ENERGY, new UnsignedQuadruplewordElement(BASE | 2), SCALE_FACTOR_MINUS_2),
						m(new UnsignedWordElement(BASE + 6)).m(Meter.ChannelId.STATE, DIRECT_1_TO_1).build(),
						m(new BitsWordElement(BASE + 7, this)
								.bit(0, Meter.ChannelId.TOO_HOT)
								.bit(5, Meter.ChannelId.DOOR_OPEN)),
						m(Meter.ChannelId.VERSION, new UnsignedWordElement(BASE + 8), VERSION_CONVERTER),
						m(Meter.ChannelId.CELL, new UnsignedWordElement(tower + 1))),
				new FC16WriteRegistersTask(7, m(Meter.ChannelId.SET, new UnsignedWordElement(7))));
	}
}
`,
    );
    expect([format, parsed.model]).toEqual(['openems', 'Meter']);
    expect(points).toEqual([
      'voltage_l1 input 0 f32 CDAB 1000  value',
      'active_power input 4 i16 ABCD 1  value',
      'energy holding 258 u64 ABCD 0.01  value',
      'state holding 262 u16 ABCD 1  value',
      'too_hot holding 263 bit ABCD 1  contact',
      'door_open holding 263 bit ABCD 1  contact',
    ]);
    expect(notes).toEqual([
      '1 : part-not-carried unit (ChannelId)',
      '12 ACTIVE_POWER: condition-dropped INVERT_IF_TRUE(this.invert)',
      '19 VERSION: scale-unknown VERSION_CONVERTER',
      '20 CELL: address-unknown tower + 1',
      '21 FC16: part-not-carried WriteRegisters',
    ]);
  });
});

test.each([
  ['notes.txt', 'hello', /of no known format/],
  ['notes.yaml', 'a: 1', /of no known format/],
  ['Other.java', 'class Other {}', /of no known format/],
  ['headless.csv', '0;coil;stop\n', /a CSV with the columns name and address/],
  // Nobody says whether 10 multiplies, or whether the first number or the second is the address.
  ['factors.csv', '0;Stop;10\n1;Flow;10\n2;Level;1\n', /a CSV with the columns name and address/],
  ['numbers.csv', '1;100;Stop\n2;101;Flow\n3;102;Level\n', /a CSV with the columns name and address/],
  ['empty.csv', 'name,address\n', /not one point could be carried over/],
  ['broken.json', '{ "device": ', /of no known format/],
])('%s is refused with what would do', (file, text, message) => {
  expect(() => importProfile(file, text)).toThrow(message);
});

test('a file that is there is never overwritten, and what is absent is said', () => {
  const dir = tempDir();
  const [file, out] = [join(dir, 'map.csv'), join(dir, 'p.yaml')];
  writeFileSync(file, 'name,address,unit\nTemp,5,°C\n');
  const first = runProfileImport({ file, out, language: 'en' });
  expect(first.text).toMatch(/p\.yaml: 1 points, 2 notes/);
  expect(readFileSync(out, 'utf8')).toContain('verified: none');
  expect(() => runProfileImport({ file, out, language: 'ko' })).toThrow(InputError);
  expect(() => runProfileImport({ file: join(dir, 'no.csv'), language: 'en' })).toThrow(/ENOENT/);
  expect(existsSync(join(dir, 'no.yaml'))).toBe(false);
  writeFileSync(join(dir, 'old.csv'), Buffer.from('name,address,type,unit\nTemp,5,s16,\xb0C\n', 'latin1'));
  expect(runProfileImport({ file: join(dir, 'old.csv'), language: 'en' }).text).toContain('unit: "°C"');
});

test('TOML over several lines, with comments and texts that hold its marks', () => {
  const [, table] =
    parseToml('[a.b] # c\nx = [ 1, # one\n 0x10,\n]\ny = "a # \\" b"\nz = { p = true, q = \'[\' }\n') ?? [];
  expect(table?.values).toEqual({ x: [1, 16], y: 'a # \\" b', z: { '#line': 6, p: true, q: '[' } });
  expect(parseToml('[[x')).toBeUndefined();
});
