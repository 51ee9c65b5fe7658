import { type CityLot, summed } from '../pages/lots.ts';
import type { StateRow } from '../store/views.ts';

/** Feeds of all sites, from what gateways handed on. Pure. */

/** 전국주차장정보표준데이터 of every lot: each gateway has filled its own columns in, by the one table of the gateway. */
export function standardCsv(places: readonly StateRow[]): string {
  const lots = standardLots(places);
  const head = lots[0]?.map(([, heading]) => heading) ?? [];
  const rows = [head, ...lots.map((columns) => columns.map(([, , value]) => value))];
  return `\uFEFF${rows.map((row) => `${row.map(field).join(',')}\r\n`).join('')}`;
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

/** Key of the open API, heading of the standard, value. */
type Column = readonly [key: string, heading: string, value: string];

/** A lot of residents' spaces alone does not belong here. */
function standardLots(places: readonly StateRow[]): (readonly Column[])[] {
  return places.flatMap(({ key, body }) =>
    key.startsWith('lot/') && body !== null && Number(body.capacity) > 0 && Array.isArray(body.standard)
      ? [body.standard as Column[]] // as its gateway wrote it
      : [],
  );
}

/** RFC 4180. */
function field(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** Key figures by district. What nobody knows is null, and how much is known stands beside each figure. */
export function kpi(lots: readonly CityLot[], alerts: readonly StateRow[], at: number) {
  const districts = [...new Set([...lots, ...alerts].map(({ district }) => district))].sort();
  const figures = (own: readonly CityLot[], open: readonly StateRow[]) => ({
    parking: summed(own),
    alerts: { open: open.length, real: open.filter(({ body }) => body?.status === 'Actual').length },
  });
  return {
    at: new Date(at).toISOString(),
    city: figures(lots, alerts),
    districts: districts.map((district) => ({
      district,
      ...figures(
        lots.filter((lot) => lot.district === district),
        alerts.filter((alert) => alert.district === district),
      ),
    })),
  };
}

/** What there is to pull, after DCAT 3. */
export function catalogue(base: string) {
  const set = (id: string, ko: string, en: string, path: string, mediaType: string) => ({
    '@type': 'dcat:Dataset',
    'dct:identifier': id,
    'dct:title': [
      { '@language': 'ko', '@value': ko },
      { '@language': 'en', '@value': en },
    ],
    'dcat:distribution': [
      { '@type': 'dcat:Distribution', 'dcat:accessURL': `${base}${path}`, 'dcat:mediaType': mediaType },
    ],
  });
  return {
    '@context': { dcat: 'http://www.w3.org/ns/dcat#', dct: 'http://purl.org/dc/terms/' },
    '@type': 'dcat:Catalog',
    'dcat:dataset': [
      set('lots', '실시간 주차장', 'Lots now', '/feeds/lots.json', 'application/json'),
      set('kpi', '지역별 지표', 'Key figures by district', '/feeds/kpi.json', 'application/json'),
      set(
        'standard-csv',
        '전국주차장정보표준데이터',
        'Standard list of lots',
        '/feeds/standard/parking.csv',
        'text/csv',
      ),
      set(
        'standard-json',
        '전국주차장정보표준데이터',
        'Standard list of lots',
        '/feeds/standard/parking.json',
        'application/json',
      ),
    ],
  };
}
