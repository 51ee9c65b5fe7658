import type { CityBatch, CityRecord } from '../../contract/city.ts';
import { json, type Tx } from './database.ts';

type Row = { readonly gateway: string; readonly epoch: string; readonly start: number; readonly record: CityRecord };

/** Records: taken once by identity, then laid over the state that they speak of, where none newer stands. */
export async function takeRecords(tx: Tx, batches: readonly CityBatch[]): Promise<void> {
  const all: Row[] = batches.flatMap(({ gateway, records }) =>
    records.flatMap(({ epoch, start, items }) => items.map((record) => ({ gateway, epoch, start, record }))),
  );
  if (all.length === 0) return;
  const rows = all.sort((a, b) => order(a.gateway, b.gateway) || a.start - b.start || a.record.seq - b.record.seq);
  const inserted = await tx<{ gateway: string; epoch: string; seq: number }[]>`
    insert into records (gateway, epoch, seq, start, kind, site, key, at, body)
    select gateway, epoch, seq, start, kind, site, key, at, body from jsonb_to_recordset(${json(tx, rows.map(flat))})
      as r(gateway text, epoch text, seq bigint, start int, kind text, site text, key text, at bigint, body jsonb)
    on conflict do nothing returning gateway, epoch, seq`;
  const isNew = new Set(inserted.map(({ gateway, epoch, seq }) => `${gateway}/${epoch}/${seq}`));
  const fresh = rows.filter(({ gateway, epoch, record }) => isNew.has(`${gateway}/${epoch}/${record.seq}`));
  await layStates(
    tx,
    fresh.filter(({ record }) => stateKinds.has(record.kind)),
  );
  await layStays(
    tx,
    fresh.filter(({ record }) => record.kind === 'stay'),
  );
}

const stateKinds: ReadonlySet<string> = new Set(['lot', 'space', 'alert', 'device', 'cap', 'place']);
const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

function flat({ gateway, epoch, start, record }: Row) {
  return { gateway, epoch, start, ...record };
}

/** The last of each key; a backlog that follows news changes nothing. */
async function layStates(tx: Tx, rows: readonly Row[]): Promise<void> {
  const last = new Map(rows.map((row) => [`${row.record.kind}/${row.record.site}/${row.record.key}`, row]));
  if (last.size === 0) return;
  const flats = [...last].sort(([a], [b]) => order(a, b)).map(([, row]) => flat(row));
  await tx`insert into states (kind, site, key, gateway, start, seq, at, body)
    select kind, site, key, gateway, start, seq, at, body from jsonb_to_recordset(${json(tx, flats)})
      as r(gateway text, epoch text, seq bigint, start int, kind text, site text, key text, at bigint, body jsonb)
    on conflict (kind, site, key) do update set gateway = excluded.gateway, start = excluded.start, seq = excluded.seq,
      at = excluded.at, body = excluded.body
    where states.gateway <> excluded.gateway or (states.start, states.seq) < (excluded.start, excluded.seq)`;
}

async function layStays(tx: Tx, rows: readonly Row[]): Promise<void> {
  const last = new Map<string, { site: string; id: string } & Record<string, unknown>>();
  for (const { record } of rows) {
    const body = record.body ?? {};
    const key = `${record.site}/${record.key}`;
    const known = last.get(key);
    if (known === undefined || Number(known.version) <= Number(body.version))
      last.set(key, {
        ...body,
        site: record.site,
        id: record.key,
        simulated: body.simulated === 1 || body.simulated === true,
      });
  }
  if (last.size === 0) return;
  const flats = [...last].sort(([a], [b]) => order(a, b)).map(([, row]) => row);
  await tx`insert into stays (site, id, lot, space, from_at, to_at, version, state, simulated)
    select site, id, lot, space, "from", "to", version, state, simulated from jsonb_to_recordset(${json(tx, flats)})
      as r(site text, id text, lot text, space text, "from" bigint, "to" bigint, version int, state text, simulated boolean)
    on conflict (site, id) do update set from_at = excluded.from_at, to_at = excluded.to_at, version = excluded.version,
      state = excluded.state, simulated = excluded.simulated
    where stays.version <= excluded.version`;
}
