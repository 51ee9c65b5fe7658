import { describe, expect, test } from 'vitest';
import { read, said, shown, uplinks } from './builders.ts';

/** A level that counts only while its radio node is there, and the node's state only while its base is up. */
const points = {
  level: { unit: 'cm', kind: 'level', invalidWhile: 'absent' },
  absent: { type: 'bool', kind: 'state', validWhile: 'up' },
  up: { type: 'bool', kind: 'state' },
} as const;

const json = uplinks({
  layouts: [
    {
      id: 'report',
      body: 'json',
      fields: {
        level: { path: 'level', type: 'number' },
        absent: { path: 'absent', type: 'bool' },
        up: { path: 'up', type: 'bool' },
      },
    },
  ],
  points,
});

const channels = uplinks({
  layouts: [
    {
      id: 'report',
      body: 'channels',
      channels: {
        '01': { length: 1, fields: { level: { type: 'u8' } } },
        '02': { length: 1, fields: { absent: { type: 'u8' } } },
        '03': { length: 1, fields: { up: { type: 'u8' } } },
      },
    },
  ],
  points,
});

describe('what a message says of a point counts by what it says of others, and so does what an earlier one said', () => {
  test.each([
    ['all is well', { level: 12, absent: false, up: true }, { level: 12, absent: false, up: true }],
    ['a lost node', { level: 0, absent: true, up: true }, { level: 'sentinel', absent: true, up: true }],
    ['a lost node, said alone', { absent: true, up: true }, { level: 'sentinel', absent: true, up: true }],
    ['a node that is there, said alone', { absent: false, up: true }, { absent: false, up: true }],
    ['a level, said alone', { level: 12 }, { level: 'not-polled' }],
    [
      'a state that does not count itself',
      { level: 0, absent: false, up: false },
      { level: 'sentinel', absent: 'sentinel', up: false },
    ],
    ['the base alone', { up: false }, { level: 'sentinel', absent: 'sentinel', up: false }],
    ['the base is up again', { up: true }, { up: true }],
    [
      'a state that is none',
      { absent: null, up: true },
      { level: 'out-of-range', absent: 'out-of-range: not-finite', up: true },
    ],
  ])('%s', (_, message, means) => {
    expect(shown(read(json, { kind: 'json', json: message }))).toEqual(means);
  });

  test.each([
    ['01 0C 02 00 03 01', { level: 12, absent: false, up: true }],
    ['02 01 03 01', { level: 'sentinel', absent: true, up: true }],
    ['03 00', { level: 'sentinel', absent: 'sentinel', up: false }],
  ])('in channels too: %s', (hex, means) => {
    expect(said(channels, 1, hex)).toEqual(means);
  });
});
