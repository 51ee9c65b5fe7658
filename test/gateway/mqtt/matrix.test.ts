import { expect, test } from 'vitest';
import { sentBy, subscribing } from './mqtt-filters.ts';
import { publishing, type Row, retaining, topicBytes } from './mqtt-grids.ts';
import { declared, eachClient, line, MqttWorld, type Subscribed } from './mqtt-world.ts';

/** Each cell of the grids, on a real socket of a real broker. */

test.each([0, 1] as const)(
  'publishing at QoS %i is taken, passed on and acknowledged where the grid says so, and nowhere else',
  async (qos) => {
    const world = await MqttWorld.start();
    const seen: string[] = [];
    for (const row of publishing) {
      const topic = topicBytes(row.what);
      seen.push(line(row, await eachClient((who) => world.publish(who, { topic, qos, retain: false }))));
    }
    expect(seen).toEqual(declared(publishing));
  },
  60_000,
);

test('what is published to be retained is kept for those who come later where the grid says so', async () => {
  const world = await MqttWorld.start();
  const seen: string[] = [];
  for (const row of retaining) {
    const topic = topicBytes(row.what);
    seen.push(line(row, await eachClient((who) => world.publish(who, { topic, qos: 1, retain: true }))));
  }
  expect(seen).toEqual(declared(retaining));
});

test('a subscription is granted where the grid says so, and only then is anything sent by it', async () => {
  const world = await MqttWorld.start();
  const seen: string[] = [];
  for (const row of subscribing) {
    const filter = topicBytes(row.what);
    const subscribed = await eachClient((who) => world.subscribe(who, filter));
    await world.publishProbes();
    seen.push(line(row, await outcomes(subscribed, row, [false])));
    await world.clearProbes();
  }
  expect(seen).toEqual(declared(subscribing));
});

test('beside a filter that is allowed, in one SUBSCRIBE, each is judged alone, and so is what was retained', async () => {
  const world = await MqttWorld.start({ retained: true });
  const seen: string[] = [];
  for (const row of subscribing) {
    const filter = topicBytes(row.what);
    const subscribed = await eachClient((who) => world.subscribeMixed(who, filter));
    await world.publishProbes();
    seen.push(line(row, await outcomes(subscribed, row, [true, false])));
  }
  expect(seen).toEqual(declared(subscribing));
});

/** For each client the word of the grid when all of it is as the word means; everything that was seen otherwise. */
async function outcomes(subscribed: readonly Subscribed[], row: Row, retained: readonly boolean[]): Promise<string[]> {
  const cells: string[] = [];
  for (const { guest, granted, beside } of subscribed) {
    const lasts = await guest.lasts();
    guest.raw.socket.destroy();
    const due = granted === 'yes' ? sentBy(row.rest).join() : '';
    const sent = retained.map((flag) =>
      guest
        .texts(flag)
        .filter((text) => text !== beside)
        .join(),
    );
    const isAsMeant = lasts === ['yes', 'no'].includes(granted) && sent.every((texts) => texts === due);
    cells.push(isAsMeant ? granted : `${granted} lasts=${lasts} sent=${JSON.stringify(sent)}`);
  }
  return cells;
}
