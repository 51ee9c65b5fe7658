import { expect, test } from 'vitest';
import { publishBytes, subscribeBytes } from './mqtt-bytes.ts';
import { probes } from './mqtt-filters.ts';
import { type ClientName, ending, returning, storing, topicBytes, willing } from './mqtt-grids.ts';
import type { Guest } from './mqtt-guest.ts';
import { declared, eachClient, line, MqttWorld } from './mqtt-world.ts';

/** What a client leaves behind when it goes, and what it finds when it comes back: each cell on a real socket. */

const statusOf: Partial<Record<ClientName, string>> = {
  one: probes.status,
  other: probes['status-2'],
  namesake: probes['status-h'],
};
const willOf = (who: ClientName, payload: string) => ({
  topic: Buffer.from(statusOf[who] ?? probes.status),
  payload,
});
const nothing = Buffer.alloc(0);

test('a will is accepted and heard where the grid says so, and nowhere else', async () => {
  const world = await MqttWorld.start();
  const seen: string[] = [];
  for (const [nth, row] of willing.entries()) {
    const topic = topicBytes(row.what);
    const cells = await eachClient(async (who) => {
      const payload = `will ${nth} of ${who}`;
      const { guest, code } = await world.enter(who, nothing, { will: { topic, payload } });
      guest.raw.socket.resetAndDestroy();
      return outcome(code, await world.heardWill(payload));
    });
    seen.push(line(row, cells));
  }
  expect(seen).toEqual(declared(willing));
});

test("a will speaks when its connection ends by mishap, and not when it ends by its owner's or the gateway's wish", async () => {
  const seen: string[] = [];
  for (const row of ending) {
    const isStop = row.what === 'the gateway stops';
    const shared = await MqttWorld.start();
    const cells = await eachClient(async (who) => {
      const world = isStop ? await MqttWorld.start() : shared;
      const payload = `will of ${who}`;
      const { guest, code } = await world.enter(who, nothing, { will: willOf(who, payload) });
      if (code === 0) await end(row.what, { world, who, guest });
      const isHeard = isStop && code === 0 ? world.heardWillAtStop(payload) : world.heardWill(payload);
      return outcome(code, await isHeard);
    });
    seen.push(line(row, cells));
  }
  expect(seen).toEqual(declared(ending));
});

test('nobody has a session that lasts, and who asked for one is sent nothing by it', async () => {
  const world = await MqttWorld.start();
  const seen: string[] = [];
  for (const row of storing) {
    const cells = await eachClient(async (who) => {
      const clientId = idOf(row.what, world.credentials[who].clientId);
      const all = subscribeBytes([...Object.values(probes), '#'].map(Buffer.from), 1, world.credentials[who].level);
      const { guest, code } = await world.enter(who, all, { clean: false, clientId });
      const reply = await guest.answer();
      await world.publishProbes();
      const left = await world.leftFor(who);
      await world.clearProbes();
      return reply === undefined && left === '' ? String(code) : `${code} and then ${reply?.cmd} ${left}`;
    });
    seen.push(line(row, cells));
  }
  expect(seen).toEqual(declared(storing));
});

test('a session that has ended leaves nothing to who comes back, of what was allowed or of what was not', async () => {
  const world = await MqttWorld.start();
  const seen: string[] = [];
  for (const row of returning) {
    const cells = await eachClient(async (who) => {
      const all = subscribeBytes([...Object.values(probes), '#'].map(Buffer.from), 1, world.credentials[who].level);
      const { guest, code } = await world.enter(who, all);
      if (code !== 0) return String(code);
      guest.raw.write(all);
      const reply = await guest.answer();
      if (row.what.endsWith('goodbye')) guest.raw.send({ cmd: 'disconnect' });
      else guest.raw.socket.resetAndDestroy();
      await world.publishProbes();
      const left = await world.leftFor(who);
      await world.clearProbes();
      return reply?.cmd === 'suback' && left === '' ? 'yes' : `${reply?.cmd} ${left}`;
    });
    seen.push(line(row, cells));
  }
  expect(seen).toEqual(declared(returning));
});

function outcome(code: number | 'cut', heard: 'yes' | 'no'): string {
  if (code === 0) return heard;
  return heard === 'no' ? String(code) : `${code} and yet heard`;
}

function idOf(row: string, own: string): string {
  if (row === 'under no client id') return '';
  if (row === 'under its own client id') return own;
  return own === 'cabinet-2' ? 'cabinet-1' : 'cabinet-2';
}

async function end(how: string, { world, who, guest }: { world: MqttWorld; who: ClientName; guest: Guest }) {
  const { gate } = world;
  if (how === 'the line is lost') guest.raw.socket.resetAndDestroy();
  else if (how === 'it sends what is no packet') guest.raw.write(Buffer.from([0xf0, 2, 1, 2]));
  else if (how === 'it says goodbye') guest.raw.send({ cmd: 'disconnect' });
  else if (how === 'the gateway stops') await gate.broker.close();
  else if (how === 'it connects once more') {
    const newer = await world.enter(who, nothing, { will: willOf(who, 'another') });
    newer.guest.raw.send({ cmd: 'disconnect' });
  } else if (how === 'it publishes where it may not') {
    guest.raw.write(publishBytes({ topic: Buffer.from('secret'), payload: 'x', qos: 1, retain: false }));
  } else if (how === 'its credential is replaced') {
    world.renew(who, who === 'namesake' ? 'hanbit' : 'saesol');
  } else throw new Error(`no such end: ${how}`);
  await guest.raw.closed;
}
