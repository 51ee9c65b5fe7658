import { systemClock } from '../../contract/clock.ts';
import { silentLog } from '../../gateway/log.ts';
import { pushChannel } from '../../gateway/notify/channels/push.ts';
import { ContactTable } from '../../gateway/notify/contact-table.ts';
import { Deliveries } from '../../gateway/notify/delivery.ts';
import { DeliveryTable } from '../../gateway/notify/delivery-table.ts';
import { NoticeTable } from '../../gateway/notify/notice-table.ts';
import { PushKeys } from '../../gateway/notify/push-keys.ts';
import { targetsOf } from '../../gateway/notify/targets.ts';
import { Store } from '../../gateway/store/store.ts';
import { smokeContact } from './notify-bit.ts';

/**
 * Tells residents by push, in a process that is made to be killed: `notify-child.ts DIR P256DH AUTH HOSTS [bit]`, with what was
 * put into the folder by `notify-soak.ts`. bit: what they are told comes of a smoke contact. Says `begun EPOCH_MS`, then
 * `done MS RSS CPU_MS` when nothing waits any more.
 */
const [dir = '', p256dh = '', auth = '', hosts = '', what = ''] = process.argv.slice(2);
const store = Store.open({ dir, clock: systemClock, log: silentLog });
const { db } = store;
const [notices, deliveries, contacts] = [new NoticeTable(db), new DeliveryTable(db), new ContactTable(db)];
const keys = new PushKeys(new Uint8Array(32).fill(9));
const channel = pushChannel({
  ...{ clock: systemClock, keys: keys.vapid, subject: 'mailto:safety@jari.kr', allowHosts: hosts.split(',') },
  subscriptionOf: () => ({ p256dh, auth }),
  receiptOf: ({ row, key }) => (row === null ? null : keys.tokenOf({ row, key })),
  pages: () => 'https://jari.kr',
});
const people = [...new Set(contacts.all().map(({ person }) => person))].map((name) => ({
  name,
  role: 'resident' as const,
  buildings: [{ site: 'saesol', building: 'hanbit' }],
}));
const service = new Deliveries({
  ...{ store, notices, deliveries, contacts, clock: systemClock, log: silentLog, random: Math.random },
  targetsOf: (notice) => targetsOf(notice, { people, contacts: contacts.all(), webhooks: [] }),
  channelOf: () => channel,
});
const cpu = process.cpuUsage();
const begun = performance.now();
service.start();
if (what === 'bit') {
  const contact = smokeContact({ store, notices, clock: systemClock, deliver: () => service.wake() });
  await contact.online();
  sayBegun();
  await contact.close();
} else sayBegun();

function sayBegun(): void {
  console.log(`begun ${Math.round(performance.timeOrigin + performance.now())}`);
}

const looking = setInterval(() => {
  if (notices.undone(0, 1).length > 0 || notices.find(1) === undefined) return;
  clearInterval(looking);
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = Math.round((user + system) / 1000);
  console.log(`done ${Math.round(performance.now() - begun)} ${Math.round(process.memoryUsage().rss / 1e6)} ${cpuMs}`);
  service.close();
  store.close();
  // What stands before delivery has timers of its own.
  process.exit(0);
}, 20);
