import { expect, test } from 'vitest';
import { encodePayload, readCommands } from '../../../gateway/bridges/sparkplug/payload.ts';
import { readPayload } from './read-payload.ts';

const timestamp = 1_764_400_000_123;
const largest = 2n ** 64n - 1n;
const past53 = 2n ** 53n + 1n;
const payload = encodePayload({
  timestamp,
  seq: 7,
  metrics: [
    { name: 'bdSeq', timestamp, datatype: 'Int64', value: 255 },
    { name: 'u', alias: 11, timestamp, datatype: 'UInt64', value: largest },
    { name: 's', alias: 12, timestamp, datatype: 'Int64', value: -95 },
    { name: 'b', alias: 13, timestamp, datatype: 'Boolean', value: false, properties: [['Quality', 'Int32', 192]] },
    {
      ...{ alias: 14, timestamp, datatype: 'Double', value: null, isHistorical: true },
      properties: [
        ['Quality', 'Int32', 500],
        ['Fault', 'String', 'not-polled'],
      ],
    },
    {
      ...{ name: 'd', alias: 15, timestamp, datatype: 'DataSet' },
      value: {
        columns: [
          ['a', 'String'],
          ['n', 'UInt64'],
          ['x', 'Double'],
          ['y', 'Boolean'],
          ['at', 'DateTime'],
        ],
        rows: [
          ['주차', past53, -0.1, true, timestamp],
          ['', 0, 1.5, false, 0],
        ],
      },
    },
  ],
});

/** What sparkplug-payload 1.0.3 (npm) writes for the same metrics. */
const bySparkplugPayload =
  '08fbd8bdf3ac3312130a05626453657118fbd8bdf3ac33200458ff0112190a0175100b18fbd8bdf3ac33200858ffffffffffffffffff01' +
  '12190a0173100c18fbd8bdf3ac33200458a1ffffffffffffffff0112220a0162100d18fbd8bdf3ac33200b4a100a075175616c6974791205' +
  '080318c00170001238100e18fbd8bdf3ac33200a280138014a270a075175616c6974790a054661756c741205080318f403120e080c420a6e' +
  '6f742d706f6c6c656412790a0164100f18fbd8bdf3ac3320108a0168080512016112016e12017812017912026174180c1808180a180b180d' +
  '222d0a083206eca3bcecb0a80a091081808080808080100a09219a9999999999b9bf0a0228010a0710fbd8bdf3ac33221b0a0232000a0210' +
  '000a0921000000000000f83f0a0228000a0210001807';

test('a payload is byte by byte what another library writes', () => {
  expect(Buffer.from(payload).toString('hex')).toBe(bySparkplugPayload);
});

test('a count past 2^53 and a table come back as they were', () => {
  const { seq, metrics } = readPayload(payload);
  expect(seq).toBe(7);
  expect(metrics.map(({ value }) => value)).toEqual([
    255n,
    largest,
    -95n,
    false,
    undefined,
    {
      columns: ['a', 'n', 'x', 'y', 'at'],
      types: [12, 8, 10, 11, 13],
      rows: [
        ['주차', past53, -0.1, true, BigInt(timestamp)],
        ['', 0n, 1.5, false, 0n],
      ],
    },
  ]);
  expect(metrics[4]).toEqual({
    ...{ alias: 14, timestamp, datatype: 10, historical: true, null: true, quality: 500, fault: 'not-polled' },
  });
});

test('a command of another library is read, and what is no payload is refused', () => {
  const rebirth = '08fbd8bdf3ac3312210a144e6f646520436f6e74726f6c2f5265626972746818fbd8bdf3ac33200b70011800';
  expect(readCommands(Buffer.from(rebirth, 'hex'))).toEqual([
    { name: 'Node Control/Rebirth', alias: null, isTrue: true },
  ]);
  expect(() => readCommands(Buffer.from('rebirth please'))).toThrow();
});
