import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { SparkplugNode } from '../../../gateway/bridges/sparkplug/node.ts';
import { encodePayload } from '../../../gateway/bridges/sparkplug/payload.ts';
import { silentLog } from '../../../gateway/log.ts';
import { listeningBroker } from '../../listening-broker.ts';
import { until } from '../../simulators/processes.ts';
import { bridgedSite, standingView } from './bench-site.ts';
import { readPayload } from './read-payload.ts';

async function run(more = '') {
  const broker = await listeningBroker({});
  const site = bridgedSite(`{ sparkplug: { url: "${broker.url}", group: field${more} } }`);
  const { sparkplug } = site.gateway.bridges;
  if (sparkplug === null) throw new Error('no bridge');
  const bench = standingView(site);
  let bdSeq = -1;
  const node = new SparkplugNode({
    ...{
      config: sparkplug,
      view: bench.view,
      version: '0',
      clock: systemClock,
      log: silentLog,
      random: () => -1,
      flushEveryMs: 20,
    },
    nextBdSeq: () => ++bdSeq,
  });
  let isClosed = false;
  const close = async () => {
    if (!isClosed) await node.close();
    isClosed = true;
  };
  onTestFinished(close);
  let seen = 0;
  /** What came since the last look, until one of the kind did: `KIND device`, its seq and metrics. */
  const news = async (last: string) => {
    await until(() => broker.heard.slice(seen).some(({ topic }) => topic.includes(`/${last}/`)));
    const found = broker.heard.slice(seen);
    seen = broker.heard.length;
    return found
      .filter(({ topic }) => topic.startsWith('spBv1.0/field/'))
      .map(({ topic, bytes }) => ({ topic: topic.split('/').toSpliced(0, 2).join(' '), ...readPayload(bytes) }));
  };
  const host = await connectAsync(broker.url);
  onTestFinished(() => host.endAsync());
  return { broker, bench, node, close, news, host };
}

const named = (metrics: ReturnType<typeof readPayload>['metrics']) =>
  Object.fromEntries(metrics.map(({ name = '', ...rest }) => [name, rest]));

test('says births, rows in order, what is unknown without a value, deaths, and all of it again when asked or cut off', async () => {
  const { broker, bench, node, close, news, host } = await run();
  bench.read('meter/energy', [{ value: 1, at: 900 }]);
  bench.state('air', 'online');
  bench.read('air/temperature', [{ value: 20.5, at: 1000 }]);
  bench.view.said({ topic: 'jari/v1/test/parking/yard', payload: '{"state":"open","free":1}' });
  bench.view.said({ topic: 'jari/v1/test/alerts/house/a1', payload: '{"level":"주의","hazard":"gas","since":5}' });
  node.start();

  const [nodeBirth, birth] = await news('DBIRTH');
  expect(nodeBirth).toMatchObject({ topic: 'NBIRTH jari', seq: 0 });
  const about = named(nodeBirth?.metrics ?? []);
  expect(about.bdSeq).toMatchObject({ datatype: 4, value: 0n });
  expect(about['Node Control/Rebirth']).toMatchObject({ datatype: 11, value: false });
  // A lot with a resident's space says nothing of itself.
  expect(about.Lots?.value).toMatchObject({ rows: [] });
  expect(about.Alerts?.value).toMatchObject({ rows: [['house', 'a1', 'gas', '주의', '', '', 5n]] });
  expect(birth).toMatchObject({ topic: 'DBIRTH jari air', seq: 1 });
  const air = named(birth?.metrics ?? []);
  expect(air.temperature).toMatchObject({ datatype: 10, value: 20.5, timestamp: 1000, quality: 192, unit: '°C' });
  expect(air.humidity).toMatchObject({ null: true, quality: 500, fault: 'not-polled' });
  expect(air['Properties/Simulated']).toMatchObject({ value: true });

  // Off and on again within one message: each is said.
  bench.read('air/temperature', [
    { value: 21, at: 2000 },
    { value: null, fault: 'timeout', at: 3000 },
    { value: 22, fault: 'stuck', at: 4000 },
  ]);
  bench.read('air/temperature', [{ value: 19, at: 500 }], true);
  const [data] = await news('DDATA');
  expect(data).toMatchObject({ topic: 'DDATA jari air', seq: 2 });
  const alias = air.temperature?.alias;
  expect(data?.metrics).toMatchObject([
    { alias, timestamp: 2000, value: 21, quality: 192 },
    { alias, timestamp: 3000, null: true, quality: 0, fault: 'timeout' },
    { alias, timestamp: 4000, value: 22, quality: 0, fault: 'stuck' },
    { alias, timestamp: 500, value: 19, historical: true },
  ]);
  bench.unknown('air/temperature');
  const [unknown] = await news('DDATA');
  expect(unknown?.metrics).toMatchObject([{ alias, null: true, quality: 500 }]);
  expect(unknown?.metrics[0]).not.toHaveProperty('value');
  bench.state('air', 'offline');
  expect((await news('DDEATH')).at(-1)).toMatchObject({ topic: 'DDEATH jari air', metrics: [] });

  // By a host, in its own bytes.
  const metrics = [{ name: 'Node Control/Rebirth', timestamp: 1, datatype: 'Boolean' as const, value: true }];
  await host.publishAsync('spBv1.0/field/NCMD/jari', Buffer.from(encodePayload({ timestamp: 1, metrics })));
  const again = (await news('NBIRTH')).at(-1);
  expect([again?.seq, named(again?.metrics ?? []).bdSeq?.value]).toEqual([0, 0n]);

  // What is read while nobody hears it is history behind the next birth; the will is of the birth that it ends.
  bench.state('air', 'online');
  await news('DBIRTH');
  broker.drop();
  // The node sees it when its socket is looked at; until then it would send what is read to nobody.
  await new Promise((resolve) => setImmediate(resolve));
  bench.read('air/temperature', [
    { value: 23, at: 6000 },
    { value: 24, at: 7000 },
  ]);
  const after = await news('DDATA');
  const will = after.find(({ topic }) => topic === 'NDEATH jari');
  expect([will?.seq, will?.metrics]).toMatchObject([undefined, [{ name: 'bdSeq', value: 0n }]]);
  const alive = after.filter((message) => message !== will);
  expect(alive.map(({ topic, seq }) => [topic, seq])).toEqual([
    ['NBIRTH jari', 0],
    ['DBIRTH jari air', 1],
    ['DDATA jari air', 2],
  ]);
  expect(named(alive[0]?.metrics ?? []).bdSeq?.value).toBe(1n);
  expect(alive[2]?.metrics).toMatchObject([{ alias, timestamp: 6000, historical: true, value: 23 }]);
  await close();
  expect((await news('NDEATH')).at(-1)?.metrics).toMatchObject([{ value: 1n }]);
});

test('says nothing without the host that must be there, and dies with it', async () => {
  const { node, news, host } = await run(', primaryHost: scada');
  const state = (online: boolean, timestamp: number) =>
    host.publishAsync('spBv1.0/STATE/scada', JSON.stringify({ online, timestamp }), { qos: 1, retain: true });
  await state(false, 1);
  node.start();
  await state(true, 2);
  expect(named((await news('NBIRTH'))[0]?.metrics ?? []).bdSeq?.value).toBe(0n);
  await state(false, 3);
  expect((await news('NDEATH')).map(({ topic }) => topic)).toEqual(['NDEATH jari']);
  await state(true, 4);
  expect(named((await news('NBIRTH')).at(-1)?.metrics ?? []).bdSeq?.value).toBe(1n);
});
