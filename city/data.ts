import type { CityAsk } from '../contract/city.ts';
import type { Step } from './configuration/waves.ts';
import type { HistoryOf, HistoryRow, Span } from './ngsi-ld/temporal.ts';
import { decide, type ShownSet, shownSets } from './store/configurations.ts';
import type { Sql } from './store/database.ts';
import { history } from './store/entities.ts';
import { type AuditRow, auditRows, districtNames, type Reader, readerBy } from './store/gateways.ts';
import { type HubState, hubStates } from './store/hub-table.ts';
import {
  type AskRow,
  ask,
  asksNow,
  capChangedAt,
  capMessage,
  capSince,
  type GatewayRow,
  gateways,
  type IndicatorRow,
  indicators,
  type PlatformRow,
  platformRows,
  type StateKind,
  type StateRow,
  states,
} from './store/views.ts';

type Districts = Reader['districts'];

/** What pages and feeds ask. Each takes the districts that its reader may see; null: all, which only feeds for anyone are. */
export type CityData = {
  /** Who shows this token; null: nobody. */
  readerBy(token: string): Promise<Reader | null>;
  gateways(districts: Districts): Promise<GatewayRow[]>;
  /** English names of districts that have one. */
  districtNames(): Promise<ReadonlyMap<string, string>>;
  states(kind: StateKind, districts: Districts): Promise<StateRow[]>;
  indicators(districts: Districts, fromHour: number): Promise<IndicatorRow[]>;
  asksNow(districts: Districts): Promise<AskRow[]>;
  ask(of: Omit<CityAsk, 'site' | 'alert'> & { site: string; alert: string }): Promise<void>;
  /** Sets of configuration, the newest first, with the gateways of these districts. */
  configurations(districts: Districts): Promise<ShownSet[]>;
  /** @throws SetError when there is no such set, or it is past that */
  decide(version: number, step: Step, said: { by: string; why: string | null }): Promise<void>;
  hubs(): Promise<HubState[]>;
  /** Who did what, the newest first. */
  audit(limit: number): Promise<AuditRow[]>;
  history(of: HistoryOf, span: Span): Promise<HistoryRow[]>;
  /** CAP messages that were sent since then (epoch ms). */
  capSince(from: number, districts: Districts): Promise<StateRow[]>;
  /** When the last CAP message ended before `now`; the city's first moment where none did. Epoch ms. */
  capChangedAt(now: number): Promise<number>;
  capMessage(identifier: string): Promise<StateRow | null>;
  platform(from: number, districts: Districts): Promise<PlatformRow[]>;
  /** @throws while the database does not answer */
  isThere(): Promise<void>;
};

export function dataOf(sql: Sql): CityData {
  return {
    readerBy: (token) => readerBy(sql, token),
    gateways: (districts) => gateways(sql, districts),
    districtNames: () => districtNames(sql),
    states: (kind, districts) => states(sql, kind, districts),
    indicators: (districts, from) => indicators(sql, districts, from),
    asksNow: (districts) => asksNow(sql, districts),
    ask: (of) => ask(sql, of),
    configurations: (districts) => shownSets(sql, districts),
    decide: (version, step, said) => decide(sql, version, step, said),
    hubs: () => hubStates(sql),
    audit: (limit) => auditRows(sql, limit),
    history: (of, span) => history(sql, of, span),
    capSince: (from, districts) => capSince(sql, from, districts),
    capChangedAt: (now) => capChangedAt(sql, now),
    capMessage: (identifier) => capMessage(sql, identifier),
    platform: (from, districts) => platformRows(sql, from, districts),
    async isThere() {
      await sql`select 1`;
    },
  };
}

/** What entities are made of. */
export async function heldBy(data: Pick<CityData, 'states'>, districts: Districts) {
  const [place, lot, space, device, alert] = await Promise.all(
    (['place', 'lot', 'space', 'device', 'alert'] as const).map((kind) => data.states(kind, districts)),
  );
  return { place: place ?? [], lot: lot ?? [], space: space ?? [], device: device ?? [], alert: alert ?? [] };
}
