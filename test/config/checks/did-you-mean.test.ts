import { expect, test } from 'vitest';
import { didYouMean, nearNames } from '../../../config/checks/did-you-mean.ts';

const keys = ['id', 'kind', 'port', 'baudRate', 'parity', 'stopBits', 'timeoutMs', 'devices'];

test.each([
  ['baudrate', ['baudRate']],
  ['baud_rate', ['baudRate']],
  ['baud', ['baudRate']],
  ['timeout', ['timeoutMs']],
  ['stopbit', ['stopBits']],
  ['prot', ['port']],
  ['devcies', ['devices']],
  ['dievice', ['devices']],
  ['colour', []],
  ['', []],
])('near %s lies %j', (word, names) => {
  expect(nearNames(word, keys)).toEqual(names);
});

test('several near names are offered, the nearest first', () => {
  expect(didYouMean('modbus-tpc', ['modbus-rtu', 'modbus-tcp'])).toBe('did you mean modbus-tcp or modbus-rtu?');
});
