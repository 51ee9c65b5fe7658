import { type DeviceRecord, deviceRecordSchema } from '../../contract/city.ts';
import { agoWords, deviceStateNames, lastSaid, cityWords as words } from '../../contract/words/city.ts';
import { deviceReasonText } from '../../contract/words/devices.ts';
import type { StateRow } from '../store/views.ts';
import { boxPage } from './box-page.ts';
import type { Box } from './boxes.ts';
import { type Cell, type Html, html, type Say, table } from './html.ts';
import { type AlertPage, alertPage, lotPage } from './list-pages.ts';
import type { CityLot } from './lots.ts';

export type GatewayPage = AlertPage & {
  readonly box: Box;
  /** Of its sites, as are lots and alerts. */
  readonly devices: readonly StateRow[];
  readonly lots: readonly CityLot[];
  readonly alerts: readonly StateRow[];
};

/** One gateway: what somebody who goes there wants to know before. Pure. */
export function gatewayPage({ box, devices, lots, alerts, ...of }: GatewayPage): Html {
  const { say } = of;
  const section = (title: string, body: Html) => html`<h2>${title}</h2>${body}`;
  return html`${boxPage([box], say)}
${section(say(words.devicesNotGood), deviceTable(devices, box.connected, of))}
${section(say(words.alerts), alertPage(alerts, of))}
${section(say(words.lots), lotPage(lots, say))}`;
}

/** In words, where its gateway says more than the code. How often in a row is of the moment when it was said, and nobody counts on. */
function reasonCell(reason: DeviceRecord['reason'], code: string | null, say: Say): Cell {
  if (reason) return say(deviceReasonText('times' in reason ? { ...reason, times: 1 } : reason));
  return code === null ? '' : html`<code>${code}</code>`;
}

/** Those that do not answer as they should, the longest first; of a silent gateway as they were last. */
function deviceTable(devices: readonly StateRow[], connected: boolean, { say, now }: Pick<AlertPage, 'say' | 'now'>) {
  const rows = devices
    .flatMap(({ site, key, body }) => {
      const says = deviceRecordSchema.safeParse(body);
      return says.success && says.data.state !== 'online' ? [{ site, key, ...says.data }] : [];
    })
    .sort((a, b) => String(a.since).localeCompare(String(b.since)) || a.key.localeCompare(b.key))
    .map(({ site, key, state, code, reason, since }): Cell[] => {
      const name = deviceStateNames[state];
      return [
        html`<b>${key}</b>`,
        say(connected ? name : lastSaid(name)),
        reasonCell(reason, code, say),
        since === null ? '' : html`<span class="age">${say(agoWords(now - Date.parse(since)))}</span>`,
        site,
      ];
    });
  const head = [words.devices, words.state, words.reason, words.since, words.site];
  return table(head.map(say), rows, say(words.nothing));
}
