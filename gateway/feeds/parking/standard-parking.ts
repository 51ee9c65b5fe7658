import type { DaySpans } from '../../../config/lots/hours.ts';
import type { LotConfig } from '../../../config/lots/lot-config.ts';
import { won } from '../../../contract/words/fees.ts';
import { csvText } from './csv.ts';
import { chargeOf, clockText, kindNames, openDays, operatorNames, spanOf } from './lot-words.ts';
import { publicCapacity } from './public-figures.ts';

/**
 * 전국주차장정보표준데이터 (public data portal 15012896): the static list of lots. Residents' priority spaces are not in it;
 * they have a list of their own. Keys are those of the portal's open API, misspellings included; headings are the
 * standard's; every value is a text. Pure.
 *
 * Unclear in the standard and therefore chosen: 24 hours are 00:00 to 23:59, a closed day has empty times, the time of a
 * day ticket is in minutes like the other times.
 */
type Column = { readonly key: string; readonly heading: string; readonly of: (lot: LotConfig) => string };

export const parkingColumns: readonly Column[] = [
  { key: 'prkplceNo', heading: '주차장관리번호', of: (lot) => lot.registry.number ?? lot.id },
  { key: 'prkplceNm', heading: '주차장명', of: (lot) => lot.name.ko },
  { key: 'prkplceSe', heading: '주차장구분', of: (lot) => (lot.operator === null ? '' : operatorNames[lot.operator]) },
  { key: 'prkplceType', heading: '주차장유형', of: (lot) => (lot.kind === null ? '' : kindNames[lot.kind]) },
  { key: 'rdnmadr', heading: '소재지도로명주소', of: (lot) => lot.address.road ?? '' },
  { key: 'lnmadr', heading: '소재지지번주소', of: (lot) => lot.address.parcel ?? '' },
  { key: 'prkcmprt', heading: '주차구획수', of: (lot) => String(publicCapacity(lot)) },
  {
    key: 'feedingSe',
    heading: '급지구분',
    of: ({ landClass }) => (landClass === 'other' ? '기타' : (landClass ?? '')),
  },
  { key: 'enforceSe', heading: '부제시행구분', of: (lot) => rotationNames[lot.registry.rotation] },
  { key: 'operDay', heading: '운영요일', of: (lot) => openDays(lot.hours) },
  { key: 'weekdayOperOpenHhmm', heading: '평일운영시작시각', of: (lot) => opens(lot.hours.weekday) },
  { key: 'weekdayOperColseHhmm', heading: '평일운영종료시각', of: (lot) => closes(lot.hours.weekday) },
  { key: 'satOperOperOpenHhmm', heading: '토요일운영시작시각', of: (lot) => opens(lot.hours.saturday) },
  { key: 'satOperCloseHhmm', heading: '토요일운영종료시각', of: (lot) => closes(lot.hours.saturday) },
  { key: 'holidayOperOpenHhmm', heading: '공휴일운영시작시각', of: (lot) => opens(lot.hours.holiday) },
  { key: 'holidayCloseOpenHhmm', heading: '공휴일운영종료시각', of: (lot) => closes(lot.hours.holiday) },
  { key: 'parkingchrgeInfo', heading: '요금정보', of: chargeOf },
  {
    key: 'basicTime',
    heading: '주차기본시간',
    of: ({ tariff }) => (tariff === null ? '0' : minutes(tariff.base.time)),
  },
  { key: 'basicCharge', heading: '주차기본요금', of: ({ tariff }) => text(tariff?.base.amount ?? 0) },
  { key: 'addUnitTime', heading: '추가단위시간', of: ({ tariff }) => minutes(tariff?.unit.time) },
  { key: 'addUnitCharge', heading: '추가단위요금', of: ({ tariff }) => text(tariff?.unit.amount) },
  { key: 'dayCmmtktAdjTime', heading: '1일주차권요금적용시간', of: ({ tariff }) => minutes(tariff?.dayPass?.time) },
  { key: 'dayCmmtkt', heading: '1일주차권요금', of: ({ tariff }) => text(tariff?.dayPass?.amount) },
  { key: 'monthCmmtkt', heading: '월정기권요금', of: ({ tariff }) => text(tariff?.monthlyPass) },
  { key: 'metpay', heading: '결제방법', of: (lot) => lot.payment.join('+') },
  { key: 'spcmnt', heading: '특기사항', of: notes },
  { key: 'institutionNm', heading: '관리기관명', of: (lot) => lot.managedBy?.name.ko ?? '' },
  { key: 'phoneNumber', heading: '전화번호', of: (lot) => lot.managedBy?.phone ?? '' },
  { key: 'latitude', heading: '위도', of: (lot) => text(lot.location?.lat) },
  { key: 'longitude', heading: '경도', of: (lot) => text(lot.location?.lon) },
  {
    key: 'pwdbsPpkZoneYn',
    heading: '장애인전용주차구역보유여부',
    of: (lot) => (lot.spaces.some(({ type }) => type === 'disabled') ? 'Y' : 'N'),
  },
  { key: 'referenceDate', heading: '데이터기준일자', of: (lot) => lot.registry.referenceDate ?? '' },
  { key: 'instt_code', heading: '제공기관코드', of: (lot) => lot.registry.institutionCode ?? '' },
  { key: 'instt_nm', heading: '제공기관명', of: (lot) => lot.registry.institution ?? '' },
];

const rotationNames = { none: '미시행', '2': '2부제', '5': '5부제', '10': '10부제', weekday: '요일제' } as const;

/** In the envelope of the portal's open API. */
export function standardParkingJson(lots: readonly LotConfig[]) {
  const items = listed(lots).map((lot) => Object.fromEntries(parkingColumns.map(({ key, of }) => [key, of(lot)])));
  const count = String(items.length);
  return {
    response: {
      header: { resultCode: '00', resultMsg: 'NORMAL_SERVICE', type: 'json' },
      body: { items, totalCount: count, numOfRows: count, pageNo: '1' },
    },
  };
}

export function standardParkingCsv(lots: readonly LotConfig[]): string {
  const rows = listed(lots).map((lot) => parkingColumns.map(({ of }) => of(lot)));
  return csvText(
    parkingColumns.map(({ heading }) => heading),
    rows,
  );
}

/** A lot of residents' spaces alone does not belong here. */
function listed(lots: readonly LotConfig[]): readonly LotConfig[] {
  return lots.filter((lot) => publicCapacity(lot) > 0);
}

function opens(day: DaySpans): string {
  const span = spanOf(day);
  return span === null ? '' : clockText(span.from);
}

function closes(day: DaySpans): string {
  const span = spanOf(day);
  if (span === null) return '';
  return span.to === 1440 ? '23:59' : clockText(span.to);
}

/** What has no column of its own, then what the operator adds. */
function notes({ tariff, registry }: LotConfig): string {
  const said = [
    tariff !== null && tariff.grace > 0 ? `${minutes(tariff.grace)}분 이내 회차 무료` : '',
    tariff?.dayMax === undefined ? '' : `1일 최대 ${won(tariff.dayMax)}원`,
    registry.notes ?? '',
  ];
  return said.filter(Boolean).join(', ');
}

function minutes(ms: number | undefined): string {
  return ms === undefined ? '' : String(Math.round(ms / 60_000));
}

function text(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}
