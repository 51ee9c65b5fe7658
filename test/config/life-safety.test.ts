import { expect, test } from 'vitest';
import { modbusBusesOf } from '../../config/site.ts';
import { changed, goodSite, problemsOf, siteOf } from './site-text.ts';

const air = '{ id: air, profile: xy-md02, unit: 2, every: 5s }';
const di = '{ id: di, profile: waveshare-rtu-io-8ch, unit: 1, every: 500ms }';
const withPoints = (device: string, overrides: string) =>
  changed(device, device.replace(' }', `, points: { ${overrides} } }`), goodSite);

function point(text: string, device: string, name: string) {
  const devices = siteOf(text)
    .agents.flatMap(modbusBusesOf)
    .flatMap(({ devices: own }) => own);
  return devices.find(({ id }) => id === device)?.points.find((one) => one.name === name);
}

test('a point that people leave a building by goes ahead on its bus, and is heard of every 10 s', () => {
  const text = withPoints(di, 'di_3: { kind: smoke }');
  expect(point(text, 'di', 'di_3')).toMatchObject({ isLifeSafety: true, maxSilenceMs: 10_000 });
  expect(point(text, 'di', 'di_2')).toMatchObject({ isLifeSafety: false, maxSilenceMs: 60_000 });
});

test('more silence than that is refused', () => {
  expect(problemsOf(withPoints(di, 'di_3: { kind: smoke, maxSilence: 30s }'))).toEqual([
    '11:120 agents.0.buses.0.devices.0.points.di_3.maxSilence: people leave a building by its smoke, so it says at least every 10s that it is well; lower it',
  ]);
});

test('so is reading it more rarely, for the device or for the point', () => {
  const co = 'profile: greystone-cmd5b4, unit: 2, every: 30s';
  const message = 'people leave a building by its co, so it is read at least every 10s, not every 30s';
  expect(problemsOf(changed('profile: xy-md02, unit: 2, every: 5s', co))).toEqual([
    `12:67 agents.0.buses.0.devices.1.every: co: ${message}`,
  ]);
  const own = 'profile: greystone-cmd5b4, unit: 2, points: { co: { every: 30s } }';
  expect(problemsOf(changed('profile: xy-md02, unit: 2, every: 5s', own))).toEqual([
    `12:83 agents.0.buses.0.devices.1.points.co.every: co: ${message}`,
  ]);
});

test('a quantity that is none of these may be quiet for as long as a site likes', () => {
  expect(problemsOf(withPoints(air, 'temperature: { maxSilence: 10m }'))).toEqual([]);
});
