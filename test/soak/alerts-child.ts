import { createInterface } from 'node:readline';
import { systemClock } from '../../contract/clock.ts';
import { agentIdSchema } from '../../contract/ids.ts';
import { tryAgentTopic } from '../../contract/topics.ts';
import { openAlerts } from '../../gateway/alerts/open-tables.ts';
import { defaultPolicy } from '../../gateway/alerts/policy.ts';
import { Audit } from '../../gateway/audit/audit.ts';
import { Commit } from '../../gateway/commit/commit.ts';
import { Ingest } from '../../gateway/ingest/ingest.ts';
import { silentLog } from '../../gateway/log.ts';
import { webhookChannel } from '../../gateway/notify/channels/webhook.ts';
import { ContactTable } from '../../gateway/notify/contact-table.ts';
import { Deliveries } from '../../gateway/notify/delivery.ts';
import { DeliveryTable } from '../../gateway/notify/delivery-table.ts';
import { NoticeTable } from '../../gateway/notify/notice-table.ts';
import { Events } from '../../gateway/state/events.ts';
import { Fleet } from '../../gateway/state/fleet.ts';
import { Store } from '../../gateway/store/store.ts';
import { point } from '../gateway/alerts/alerts-fakes.ts';
import { ruleOf, siteWith } from '../gateway/alerts/alerts-site.ts';
import { siteId, siteOf } from '../gateway/core-site.ts';

/**
 * A gateway that judges, in a process that is made to be killed: `alerts-child.ts DIR WEBHOOK POINTS ESCALATE_MS`. Takes
 * messages of readings as lines of JSON and answers each with its number once it is committed. One rule a point.
 */
const [dir = '', url = '', points = '1', escalateMs = '1000'] = process.argv.slice(2);
const count = Number(points);
const devices = { 'contacts-1': count };
const rules = Array.from({ length: count }, (_, n) =>
  ruleOf(`rule-${n}`, [point(`contacts-1/p_${n}`)], {
    lifeSafety: false,
    hazard: 'entrance',
    who: 'operator',
    when: { kind: 'threshold', levels: { 주의: { is: true } } },
  }),
);
const policy = {
  ...defaultPolicy,
  other: {
    ...defaultPolicy.other,
    value: {
      steps: [
        { roles: ['operator'], afterMs: 0 },
        { roles: ['manager'], afterMs: Number(escalateMs) },
      ],
      repeatMs: null,
      acknowledgedForMs: null,
    },
  },
  // Here every message is to be seen by itself.
  flood: { ...defaultPolicy.flood, value: { ...defaultPolicy.flood.value, single: 1_000_000 } },
};

const clock = systemClock;
const store = Store.open({ dir, clock, log: silentLog });
const events = new Events({ store });
const fleet = new Fleet({ sites: [siteOf(devices, 'boolean')], store, clock, events });
const audit = new Audit({ db: store.db, clock });
const commit = new Commit({ store, fleet, events, audit, clock, log: silentLog });
const notices = new NoticeTable(store.db);
const { alerts } = openAlerts({ db: store.db, sites: [siteWith(rules, devices)], notices, clock, policy });
const act = commit.join(alerts);
const channel = webhookChannel({ clock, secret: new Uint8Array(32), allowPrivate: true });
const deliveries = new Deliveries({
  ...{ store, notices, clock, log: silentLog },
  deliveries: new DeliveryTable(store.db),
  contacts: new ContactTable(store.db),
  random: Math.random,
  targetsOf: () => [
    { id: 'webhook:soak', channel: 'webhook', person: null, address: url, language: 'en', rank: 0, turn: 0 },
  ],
  channelOf: () => channel,
});
const ingest = new Ingest({ store, fleet, commit, clock, log: silentLog });
commit.announceTo({ retain: () => {}, publish: () => {}, deliver: () => deliveries.wake() });
act({ by: 'system', why: null }, { kind: 'start' });
commit.start();
deliveries.start();

const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
const submit = (rest: string, body: object, done: (error: Error | null) => void) => {
  const topic = tryAgentTopic(`jari/v1/${siteId}/cabinet-1/${rest}`);
  if (topic === undefined) throw new Error(rest);
  ingest.submit({ topic, payload: Buffer.from(JSON.stringify(body)) }, done);
};
fleet.connected(siteId, agentIdSchema.parse('cabinet-1'), fleet);
const status = { v: 1, state: 'online', epoch: 'e1', start: 1, version: 'x', simulated: false, lost: [] };
submit('status', status, () =>
  say({ ready: Date.now(), open: [...alerts.open()].map(({ id, state }) => ({ id, state })) }),
);

for await (const line of createInterface({ input: process.stdin })) {
  const { seq, values } = JSON.parse(line) as { seq: number; values: Record<string, boolean> };
  const columns = Object.entries(values).map(([name, v]) => [name, { dt: [0], v: [v] }]);
  const body = {
    v: 1,
    epoch: 'e1',
    start: 1,
    seq,
    at: Date.now(),
    age: 0,
    clock: 'synced',
    points: Object.fromEntries(columns),
  };
  submit('contacts-1/readings', body, (error) => say({ done: seq, error: error?.message ?? null }));
}
