import type { LotConfig, SpaceConfig } from '../../../config/lots/lot-config.ts';
import type { Allocation } from '../../../config/lots/sharing.ts';
import { csvText } from './csv.ts';
import { allocationNames, clockText, dayClassNames, spanOf } from './lot-words.ts';
import { spaceLocation } from './public-figures.ts';

/**
 * 전국거주자우선주차정보표준데이터 (public data portal 15021105): every residents' priority space, without anything live. The
 * portal hands it out under its Korean headings as `fields` and `records`; every value is a text. Pure.
 */
type Row = { readonly lot: LotConfig; readonly space: SpaceConfig; readonly allocation: Allocation | null };
type Column = { readonly heading: string; readonly of: (row: Row) => string };

export const residentColumns: readonly Column[] = [
  { heading: '거주자우선주차구획번호', of: ({ lot, space }) => `${lot.registry.number ?? lot.id}-${space.id}` },
  { heading: '거주자우선주차구획위도', of: ({ lot, space }) => degrees(spaceLocation(lot, space)?.lat) },
  { heading: '거주자우선주차구획경도', of: ({ lot, space }) => degrees(spaceLocation(lot, space)?.lon) },
  { heading: '거주자우선주차구역명', of: areaName },
  { heading: '소재지도로명주소', of: ({ lot }) => lot.address.road ?? '' },
  { heading: '소재지지번주소', of: ({ lot }) => lot.address.parcel ?? '' },
  { heading: '운영형태', of: ({ allocation }) => (allocation === null ? '' : allocationNames[allocation]) },
  { heading: '사용시간대정보', of: hoursText },
  { heading: '사용기간', of: ({ lot }) => lot.registry.residents?.period ?? '' },
  { heading: '이용요금', of: ({ lot, allocation }) => String(termsOf(lot, allocation)?.monthly ?? '') },
  { heading: '이용요금할인정보', of: ({ lot }) => discountText(lot) },
  { heading: '이용요금결제방법', of: ({ lot }) => lot.payment.join('+') },
  { heading: '이용요금환불안내정보', of: ({ lot }) => lot.registry.residents?.refund ?? '' },
  { heading: '정기접수시작일자', of: ({ lot }) => lot.registry.residents?.applyFrom ?? '' },
  { heading: '정기접수종료일자', of: ({ lot }) => lot.registry.residents?.applyUntil ?? '' },
  { heading: '신청방법', of: ({ lot }) => lot.registry.residents?.applyBy ?? '' },
  { heading: '신청서류', of: ({ lot }) => lot.registry.residents?.documents ?? '' },
  { heading: '관리기관전화번호', of: ({ lot }) => lot.managedBy?.phone ?? '' },
  { heading: '관리기관명', of: ({ lot }) => lot.managedBy?.name.ko ?? '' },
  { heading: '데이터기준일자', of: ({ lot }) => lot.registry.referenceDate ?? '' },
  { heading: '제공기관코드', of: ({ lot }) => lot.registry.institutionCode ?? '' },
  { heading: '제공기관명', of: ({ lot }) => lot.registry.institution ?? '' },
];

export function standardResidentJson(lots: readonly LotConfig[]) {
  return {
    fields: residentColumns.map(({ heading }) => ({ id: heading })),
    records: rowsOf(lots).map((row) =>
      Object.fromEntries(residentColumns.map(({ heading, of }) => [heading, of(row)])),
    ),
  };
}

export function standardResidentCsv(lots: readonly LotConfig[]): string {
  const { head, rows } = residentTable(lots);
  return csvText(head, rows);
}

export function residentTable(lots: readonly LotConfig[]): { head: string[]; rows: string[][] } {
  return {
    head: residentColumns.map(({ heading }) => heading),
    rows: rowsOf(lots).map((row) => residentColumns.map(({ of }) => of(row))),
  };
}

function rowsOf(lots: readonly LotConfig[]): Row[] {
  return lots.flatMap((lot) =>
    lot.spaces.filter(({ isResident }) => isResident).map((space) => ({ lot, space, allocation: space.allocation })),
  );
}

function areaName({ lot, space }: Row): string {
  const zone = lot.zones.find(({ id }) => id === space.zone);
  return zone === undefined ? lot.name.ko : `${lot.name.ko} ${zone.name.ko}`;
}

function termsOf(lot: LotConfig, allocation: Allocation | null) {
  return allocation === null ? undefined : lot.allocations[allocation];
}

/** `평일 09:00~18:00+토요일 09:00~13:00`. */
function hoursText({ lot, allocation }: Row): string {
  const hours = termsOf(lot, allocation)?.hours;
  if (hours === undefined) return '';
  const days = ['weekday', 'saturday', 'holiday'] as const;
  return days
    .flatMap((day) => {
      const span = spanOf(hours[day]);
      return span === null ? [] : [`${dayClassNames[day]} ${clockText(span.from)}~${clockText(span.to)}`];
    })
    .join('+');
}

function discountText({ discounts }: LotConfig): string {
  const classes = discounts?.classes ?? [];
  return classes.map(({ name, rate }) => `${name.ko} ${Math.round(rate * 100)}%`).join('+');
}

function degrees(value: number | undefined): string {
  return value === undefined ? '' : String(Math.round(value * 1e7) / 1e7);
}
