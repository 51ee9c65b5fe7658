import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../../contract/clock.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { openAlerts } from '../../gateway/alerts/open-tables.ts';
import { Audit } from '../../gateway/audit/audit.ts';
import { Commit } from '../../gateway/commit/commit.ts';
import { Ingest } from '../../gateway/ingest/ingest.ts';
import { silentLog } from '../../gateway/log.ts';
import { NoticeTable } from '../../gateway/notify/notice-table.ts';
import { Events } from '../../gateway/state/events.ts';
import { Fleet } from '../../gateway/state/fleet.ts';
import { Store } from '../../gateway/store/store.ts';
import type { Rule } from '../../rules/rule.ts';
import { point } from '../gateway/alerts/alerts-fakes.ts';
import { ruleOf, siteWith } from '../gateway/alerts/alerts-site.ts';
import { agentId, siteId, siteOf } from '../gateway/core-site.ts';
import { type Message, makeMessages, readingsOf, standardLoad } from './ingest-load.ts';
import { judge, note, percentile, type Row, round, steadily } from './measure.ts';
import type { Bench } from './run.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const load = { ...standardLoad, commits: 800 };
/** Commits in a slice, and before the first that counts: compiling goes on for some hundred thousand readings. */
const slice = 4;
const warmUp = 480;
const from = Date.UTC(2026, 10, 21, 15);
const ageMs = 20;
/** Points that the load says nothing of, a rule each. */
const others = 5000;

export const bench: Bench = {
  title: 'alerts: what rules cost ingest; how long an alarm takes is the business of `npm run bench alarm`',
  run: costRows,
};

/** Limits that nothing in the load reaches; each tenth rule looks at four points at once. */
function rulesOn(device: (n: number) => string, count: number): Rule[] {
  return Array.from({ length: count }, (_, n) => {
    const refs = n % 10 === 9 ? [0, 1, 2, 3].map((next) => point(device(n + next))) : [point(device(n))];
    const levels = { 주의: { above: 1000 }, 경계: { above: 2000 } };
    const when =
      refs.length > 1
        ? { kind: 'voting', witnesses: [{ points: refs, above: 1000 }], levels: { 경계: 2 } }
        : { kind: 'threshold', levels, hysteresis: 5, onDelay: '2s' };
    const rule = ruleOf(`rule-${n}`, refs, { lifeSafety: n % 5 === 0, when });
    return { ...rule, points: rule.points.map((one) => ({ ...one, type: 'number', unit: 'deg' })) };
  });
}

const ofLoad = (n: number) => `dev-${n % load.devices}/p_${Math.floor(n / load.devices) % load.pointsPerDevice}`;
const ofOthers = (n: number) => `other-${Math.floor((n % others) / 100)}/p_${n % 100}`;
const cases = {
  none: [] as Rule[],
  touched: rulesOn(ofLoad, 500),
  others: rulesOn(ofOthers, others),
};
type Case = keyof typeof cases;

const names = ['none', 'touched', 'others'] as const satisfies readonly Case[];

async function costRows(): Promise<Row[]> {
  const messages = makeMessages(load);
  const { result, steady } = await steadily(async () =>
    inFolders(names.length, (dirs) => sliceBySlice(dirs, messages)),
  );
  // The quarter that others disturbed least.
  const us = (name: Case) => (1000 * percentile(result[name], 0.25)) / readingsOf({ ...load, commits: slice });
  const share = (name: Case) => (100 * (us(name) - us('none'))) / us(name);
  return [
    judge(
      '500 rules on the points of the load: of the ingest rate',
      share('touched'),
      { atMost: 10 },
      { steady, unit: ' %' },
    ),
    judge('5,000 rules on other points', share('others'), { atMost: 2 }, { steady, unit: ' %' }),
    note('CPU a reading: none / 500 touched / 5,000 others', `${names.map((name) => round(us(name))).join(' / ')} µs`),
  ];
}

/**
 * CPU of this process, ms, for each slice of the load. The three gateways are open at once and take the same slice one
 * after the other, so that what else the machine does, and what the compiler has learnt, is the same for all of them.
 */
function sliceBySlice(dirs: readonly string[], messages: readonly (readonly Message[])[]): Record<Case, number[]> {
  const spent: Record<Case, number[]> = { none: [], touched: [], others: [] };
  const clock = new SimClock(from);
  const gateways = names.map((name, nth) => ({
    name,
    ...open(dirs[nth] ?? '', cases[name], { now: () => clock.now() }),
  }));
  const take = (ingest: Ingest, group: readonly Message[]) => {
    for (const message of group) {
      clock.stepWall(message.at + ageMs - clock.now());
      ingest.submit(message, (error) => {
        if (error !== null) throw error;
      });
    }
    ingest.flush();
  };
  collect(); // what opening them left behind is no cost of a reading
  for (let first = 0; first < messages.length; first += slice) {
    const groups = messages.slice(first, first + slice);
    gateways.push(...gateways.splice(0, 1));
    for (const { name, ingest } of gateways) {
      const begun = process.cpuUsage();
      for (const group of groups) take(ingest, group);
      const { user, system } = process.cpuUsage(begun);
      // Everything has been heard of and compiled once when it is measured.
      if (first >= warmUp) spent[name].push((user + system) / 1000);
    }
  }
  for (const { close } of gateways) close();
  return spent;
}

/** A gateway without doors that judges. */
function open(dir: string, rules: readonly Rule[], { now }: { now(): number }) {
  const clock = { ...systemClock, now };
  const store = Store.open({ dir, clock, log: silentLog });
  const devices = {
    ...Object.fromEntries(Array.from({ length: load.devices }, (_, i) => [`dev-${i}`, load.pointsPerDevice])),
    ...Object.fromEntries(Array.from({ length: others / 100 }, (_, i) => [`other-${i}`, 100])),
  };
  const events = new Events({ store });
  const fleet = new Fleet({ sites: [siteOf(devices)], store, clock, events });
  const audit = new Audit({ db: store.db, clock });
  const commit = new Commit({ store, fleet, events, audit, clock, log: silentLog });
  const notices = new NoticeTable(store.db);
  const site = siteWith(rules, devices);
  // The wiring of points that no rule watches costs nothing, as in a site file.
  const watched = new Set(rules.flatMap(({ points }) => points.map(({ ref }) => ref)));
  const wiring = site.wiring.map(({ buses, ...of }) => ({
    ...of,
    buses: buses.map(({ devices: all, ...bus }) => ({
      ...bus,
      devices: all.map(({ device, points }) => ({ device, points: points.filter(({ ref }) => watched.has(ref)) })),
    })),
  }));
  const { alerts } = openAlerts({ db: store.db, sites: [{ ...site, wiring }], notices, clock });
  const act = commit.join(alerts);
  commit.announceTo({ retain: () => {}, publish: () => {}, deliver: () => {} });
  act({ by: 'system', why: null }, { kind: 'start' });
  commit.start();
  const ingest = new Ingest({ store, fleet, commit, clock, log: silentLog });
  fleet.connected(siteId, agentId, fleet);
  const status = { v: 1, state: 'online', epoch: 'e1', start: 1, version: 'x', simulated: false, lost: [] };
  ingest.submit(
    { topic: { kind: 'status', site: siteId, agent: agentId }, payload: Buffer.from(JSON.stringify(status)) },
    () => {},
  );
  ingest.flush();
  return {
    ingest,
    close() {
      ingest.close();
      commit.close();
      store.close();
    },
  };
}

function inFolders<T>(count: number, use: (dirs: readonly string[]) => T): T {
  const dirs = Array.from({ length: count }, () => mkdtempSync(join(tmpdir(), 'jari-bench-')));
  try {
    return use(dirs);
  } finally {
    for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
  }
}
