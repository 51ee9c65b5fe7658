import type { Clock } from '../../contract/clock.ts';
import { agentIdSchema } from '../../contract/ids.ts';
import { tryAgentTopic } from '../../contract/topics.ts';
import { openAlerts } from '../../gateway/alerts/open-tables.ts';
import { Audit } from '../../gateway/audit/audit.ts';
import { Commit } from '../../gateway/commit/commit.ts';
import { Ingest } from '../../gateway/ingest/ingest.ts';
import { silentLog } from '../../gateway/log.ts';
import type { NoticeTable } from '../../gateway/notify/notice-table.ts';
import { Events } from '../../gateway/state/events.ts';
import { Fleet } from '../../gateway/state/fleet.ts';
import type { Store } from '../../gateway/store/store.ts';
import { fireRule, parts, siteWith } from '../gateway/alerts/alerts-site.ts';
import { siteId, siteOf } from '../gateway/core-site.ts';

/** The way of a smoke contact from its message to the notices of its fire: ingest, the commit, alerts, and `deliver`. */
export function smokeContact(of: { store: Store; notices: NoticeTable; clock: Clock; deliver(): void }) {
  const { store, notices, clock, deliver } = of;
  const events = new Events({ store });
  const fleet = new Fleet({ sites: [siteOf(parts, 'boolean')], store, clock, events });
  const audit = new Audit({ db: store.db, clock });
  const commit = new Commit({ store, fleet, events, audit, clock, log: silentLog });
  const { alerts } = openAlerts({ db: store.db, sites: [siteWith([fireRule])], notices, clock });
  const act = commit.join(alerts);
  const ingest = new Ingest({ store, fleet, commit, clock, log: silentLog });
  commit.announceTo({ retain: () => {}, publish: () => {}, deliver });
  act({ by: 'system', why: null }, { kind: 'start' });
  commit.start();
  fleet.connected(siteId, agentIdSchema.parse('cabinet-1'), fleet);
  const submit = (rest: string, body: object) => {
    const topic = tryAgentTopic(`jari/v1/${siteId}/cabinet-1/${rest}`);
    if (topic === undefined) throw new Error(rest);
    return new Promise<void>((done, fail) => {
      const payload = Buffer.from(JSON.stringify({ v: 1, epoch: 'e1', start: 1, ...body }));
      ingest.submit({ topic, payload }, (error) => (error === null ? done() : fail(error)));
    });
  };
  return {
    online: () => submit('status', { state: 'online', version: 'x', simulated: false, lost: [] }),
    /** The contact closes. */
    close: () =>
      submit('contacts-1/readings', {
        ...{ seq: 1, at: clock.now(), age: 0, clock: 'synced', points: { p_0: { dt: [0], v: [true] } } },
      }),
    end() {
      ingest.close();
      commit.close();
    },
  };
}
