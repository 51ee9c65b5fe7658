import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSite } from '../../config/load-site.ts';
import { tempDir } from '../temp.ts';

/** A site of two agents, with one interlock written as given. */
function load(interlock: string, second = '') {
  const file = join(tempDir(), 'site.yaml');
  const agent = (id: string, port: string, interlocks: string) => `
  - id: ${id}
    uplink: { url: "mqtt://127.0.0.1:1883", passwordFile: x }
    buses:
      - id: bus
        kind: modbus-rtu
        port: ${port}
        devices:
          - { id: in-${id}, profile: generic-contacts-8, unit: 1, every: 1s }
          - { id: relay-${id}, profile: waveshare-rtu-relay-8ch, unit: 2, every: 1s }
          - { id: lel-${id}, profile: pemtech-pt495, unit: 3, every: 1s, points: { fault: { maxSilence: 10s } } }
    interlocks:${interlocks === '' ? ' []' : `\n      - ${interlocks}`}${second === '' ? '' : `\n      - ${second}`}`;
  const text = `site: test
name: { ko: 시험, en: Test }
agents:${agent('a', '/dev/ttyA', interlock)}
  - id: b
    uplink: { url: "mqtt://127.0.0.1:1883", passwordFile: x }
    buses: [{ id: bus, kind: modbus-rtu, port: /dev/ttyB, devices: [{ id: in-b, profile: generic-contacts-8, unit: 1 }] }]
`;
  writeFileSync(file, text);
  return loadSite(file);
}

const when = 'when: { kind: voting, witnesses: [{ points: [in-a/di_0], is: true }], levels: { 경계: 1 } }';
const siren = `{ id: siren, ${when}, output: relay-a/relay_1, onUnknown: hold }`;

describe('an interlock in a site file', () => {
  test('is resolved with its points', () => {
    const loaded = load(siren);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    expect(loaded.site.agents[0]?.interlocks).toMatchObject([
      {
        id: 'siren',
        output: 'relay-a/relay_1',
        on: true,
        onUnknown: 'hold',
        silence: null,
        gas: null,
        points: [{ ref: 'in-a/di_0' }],
      },
    ]);
  });

  test.each([
    ['without onUnknown', siren.replace(', onUnknown: hold', ''), /onUnknown/],
    ['on a point that is not there', siren.replace('in-a/di_0', 'in-a/di_99'), /has no point "di_99"/],
    ['on a point of another agent', siren.replace('in-a/di_0', 'in-b/di_0'), /hangs on another agent/],
    ['with an output that is a sensor', siren.replace('relay-a/relay_1', 'in-a/di_1'), /cannot be written/],
    [
      'with an output that is a number',
      siren.replace('output: relay-a/relay_1', 'output: lel-a/lel'),
      /needs a point that is true or false|has no point/,
    ],
    ['that judges nothing', siren.replace('points: [in-a/di_0]', 'points: []'), /judges nothing|witness/],
    [
      'whose gas siren gas would stop',
      `{ id: siren, when: { kind: threshold, levels: { 경계: { above: 25 } } }, points: [lel-a/lel], output: relay-a/relay_1, onUnknown: hold, gas: { zone: kitchen, points: [lel-a/lel], above: 10 } }`,
      /never sound for gas|has no point/,
    ],
  ])('%s is refused with its place', (_name, interlock, message) => {
    const loaded = load(interlock);
    expect(loaded.ok).toBe(false);
    if (loaded.ok) return;
    const found = loaded.problems.filter((problem) => message.test(problem.message));
    expect(found, JSON.stringify(loaded.problems)).not.toEqual([]);
    for (const problem of found) expect(problem).toMatchObject({ line: 15 });
  });

  test('whose output another one drives is refused', () => {
    const loaded = load(siren, siren.replace('id: siren', 'id: other'));
    expect(loaded.ok ? [] : loaded.problems.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('one output has one owner'),
    );
  });
});
