import { heldTitle, moreText } from '../../contract/words/notices.ts';
import type { Words } from '../../contract/words/words.ts';
import type { Delivery, DeliveryTable } from './delivery-table.ts';
import { messageOf } from './message.ts';
import type { Notice } from './notice.ts';
import type { NoticeRow, NoticeTable } from './notice-table.ts';

export type HeldOptions = {
  readonly deliveries: Pick<DeliveryTable, 'held' | 'write'>;
  readonly notices: Pick<NoticeTable, 'find' | 'add'>;
  isAsleep(person: string, notice: NoticeRow): boolean;
  /** One transaction. */
  commit(work: () => void): void;
  now(): number;
};

/** More titles than this do not help anybody who has just woken up. */
const maxTitles = 8;

/**
 * What was held for people whose quiet hours are over, in one message a person and site. The rows that wait are the
 * deadline: they survive a restart, and leave in the commit that writes the message, so it is written once. Says whether
 * there was anything to tell.
 */
export function tellHeld({ deliveries, notices, isAsleep, commit, now }: HeldOptions): boolean {
  const groups = new Map<string, { delivery: Delivery; notice: NoticeRow }[]>();
  for (const delivery of deliveries.held()) {
    const notice = notices.find(delivery.notice);
    if (notice === undefined || delivery.person === null || isAsleep(delivery.person, notice)) continue;
    const key = `${delivery.person} ${notice.site}`;
    groups.set(key, [...(groups.get(key) ?? []), { delivery, notice }]);
  }
  for (const group of groups.values()) {
    commit(() => {
      const message = messageFor(group, now());
      if (message !== null) notices.add(message);
      for (const { delivery } of group) deliveries.write({ ...delivery, state: 'gathered' });
    });
  }
  return groups.size > 0;
}

function messageFor(group: readonly { delivery: Delivery; notice: NoticeRow }[], at: number): Notice | null {
  const [first] = group;
  if (first === undefined || first.delivery.person === null) return null;
  const held = [...new Map(group.map(({ notice }) => [notice.id, notice])).values()];
  const buildings = new Set(held.map(({ building }) => building));
  const { person, row } = first.delivery;
  return {
    ...{ key: `held/${person}/${row}`, part: 'notify', site: first.notice.site, alert: null, reason: 'held' },
    building: buildings.size === 1 ? first.notice.building : 'site',
    audience: { role: first.notice.audience.role, step: 0, person },
    urgency: held.some(({ urgency }) => urgency === 'prompt') ? 'prompt' : 'routine',
    payload: { title: heldTitle(held.length), text: textOf(held) },
    created: at,
  };
}

function textOf(held: readonly NoticeRow[]): Words {
  const more = held.length - maxTitles;
  const inWords = (language: 'ko' | 'en') =>
    [
      ...held.slice(0, maxTitles).map((notice) => messageOf(notice, language).title),
      ...(more > 0 ? [moreText(more)[language]] : []),
    ].join('\n');
  return { ko: inWords('ko'), en: inWords('en') };
}
