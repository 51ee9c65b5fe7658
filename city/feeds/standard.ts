import { standing } from '../ngsi-ld/views.ts';
import type { StateRow } from '../store/views.ts';

/** The standard lists of all sites: each gateway has filled its own columns in, by the one table of the gateway. Pure. */

/** 전국주차장정보표준데이터 of every lot. */
export function standardCsv(places: readonly StateRow[]): string {
  const lots = standardLots(places);
  const head = lots[0]?.map(([, heading]) => heading) ?? [];
  return csvText([head, ...lots.map((columns) => columns.map(([, , value]) => value))]);
}

/** In the envelope of the portal's open API. */
export function standardJson(places: readonly StateRow[]) {
  const items = standardLots(places).map((columns) =>
    Object.fromEntries(columns.map(([key, , value]) => [key, value])),
  );
  const count = String(items.length);
  return {
    response: {
      header: { resultCode: '00', resultMsg: 'NORMAL_SERVICE', type: 'json' },
      body: { items, totalCount: count, numOfRows: count, pageNo: '1' },
    },
  };
}

/** 전국거주자우선주차정보표준데이터 of every residents' space; it holds nothing live. */
export function residentCsv(places: readonly StateRow[]): string {
  const { head, rows } = residentTable(places);
  return csvText([head, ...rows]);
}

/** As the portal hands it out, under Korean headings. */
export function residentJson(places: readonly StateRow[]) {
  const { head, rows } = residentTable(places);
  return {
    fields: head.map((id) => ({ id })),
    records: rows.map((row) => Object.fromEntries(head.map((heading, index) => [heading, row[index] ?? '']))),
  };
}

/** Key of the open API, heading of the standard, value. */
type Column = readonly [key: string, heading: string, value: string];

/** A lot of residents' spaces alone does not belong here. */
function standardLots(places: readonly StateRow[]): (readonly Column[])[] {
  return standing(places).flatMap(({ key, body }) =>
    key.startsWith('lot/') && body !== null && Number(body.capacity) > 0 && Array.isArray(body.standard)
      ? [body.standard as Column[]] // as its gateway wrote it
      : [],
  );
}

type Table = { readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

function residentTable(places: readonly StateRow[]): Table {
  const tables = standing(places).flatMap(({ key, body }) =>
    key.startsWith('lot/') && typeof body?.residents === 'object' && body.residents !== null
      ? [body.residents as Table] // as its gateway wrote it
      : [],
  );
  const head = tables.find(({ rows }) => rows.length > 0)?.head ?? tables[0]?.head ?? [];
  return { head, rows: tables.flatMap(({ rows }) => rows) };
}

/** RFC 4180, with the mark without which spreadsheets take Korean for something else. */
function csvText(rows: readonly (readonly string[])[]): string {
  return `\uFEFF${rows.map((row) => `${row.map(field).join(',')}\r\n`).join('')}`;
}

function field(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
