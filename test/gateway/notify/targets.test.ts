import { describe, expect, test } from 'vitest';
import type { PersonChannel } from '../../../gateway/notify/channels/channel.ts';
import type { Contact } from '../../../gateway/notify/contact-table.ts';
import type { Urgency } from '../../../gateway/notify/notice.ts';
import { reachTest, targetsOf } from '../../../gateway/notify/targets.ts';

const kim = { name: 'kim', role: 'operator' as const, buildings: [] };
const at = (channel: PersonChannel, goneAt: number | null = null): Contact => ({
  ...{ person: 'kim', channel, address: channel, language: 'ko', since: 0, goneAt },
  ...{ goneWhy: null, provenAt: null, deniedAt: null, probedAt: null, probeSeenAt: null, silentSince: null },
});

function told(
  contacts: readonly Contact[],
  of: { urgency: Urgency; channels: readonly PersonChannel[] | null; reason?: string; person?: string },
): string[] {
  const { urgency, channels, reason = 'raised', person } = of;
  const audience = { role: 'operator', step: 0, ...(person === undefined ? {} : { person }) };
  const notice = { site: 'saesol', building: 'hanbit', audience, urgency, reason, alert: 'fire-7' };
  const telling = { people: [], channels, language: null };
  return targetsOf(notice, { people: [kim], contacts, webhooks: [], telling }).map(({ channel }) => channel);
}

describe('an order that names channels', () => {
  test.each<[string, Urgency, Contact[], PersonChannel[]]>([
    ['says which is first; the others follow for life safety', 'life-safety', [at('push'), at('sms')], ['sms', 'push']],
    ['and no others for the rest', 'prompt', [at('push'), at('sms')], ['sms']],
    [
      'leaves nobody out who has none of them: life safety',
      'life-safety',
      [at('email'), at('push')],
      ['push', 'email'],
    ],
    ['leaves nobody out who has none of them: prompt', 'prompt', [at('email'), at('push')], ['push', 'email']],
    ['leaves nobody out who has none of them: routine', 'routine', [at('push'), at('email')], ['email', 'push']],
    ['leaves nobody out whose own is dead', 'prompt', [at('sms', 1), at('email')], ['email']],
  ])('%s', (_what, urgency, contacts, expected) => {
    expect(told(contacts, { urgency, channels: ['sms'] })).toEqual(expected);
  });

  test('takes none from a test of whether each channel works', () => {
    const of = { urgency: 'prompt', channels: ['sms'], reason: reachTest, person: 'kim' } as const;
    expect(told([at('sms'), at('push')], of)).toEqual(['sms', 'push']);
  });
});
