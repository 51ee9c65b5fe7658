import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'vitest';
import type { BusLink } from '../../../config/site.ts';
import { systemClock } from '../../../contract/clock.ts';
import { silentLog } from '../../../edge/log.ts';
import { Buses } from '../../../edge/polling/buses.ts';
import { agentOf, busOf, deviceOf, profileOf } from '../bench-site.ts';

/**
 * How many registers an agent asks for, request after request, of a unit on a real socket that leaves the third without an answer.
 *
 * @param countAt which byte of a request says how many, below 256
 */
export async function askedCounts(
  linkTo: (port: number) => BusLink,
  countAt: number,
  reply: (request: Buffer) => Uint8Array,
): Promise<(number | undefined)[]> {
  const counts: (number | undefined)[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (request) => {
      counts.push(request[countAt]);
      if (counts.length !== 3) setTimeout(() => socket.write(reply(request)), 2);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const link = linkTo((server.address() as AddressInfo).port);
  const points = { a: { address: 10 }, b: { address: 11 }, c: { address: 12 }, d: { address: 13 } };
  const devices = [deviceOf({ id: 'd-1', unit: 1, profile: profileOf(points), every: 100 })];
  const field = new Buses({
    clock: systemClock,
    log: silentLog,
    random: () => 0.5,
    agent: agentOf([{ ...busOf(devices), link, timeoutMs: 100 }]),
    onReadings: () => {},
    onDeviceState: () => {},
  });
  field.start();
  await expect.poll(() => counts.length).toBeGreaterThan(8);
  await field.close();
  server.close();
  return counts;
}
