import type { DaySpans } from '../../../config/lots/hours.ts';
import type { LotConfig } from '../../../config/lots/lot-config.ts';
import { localText } from '../local-time.ts';
import type { LotView } from '../views.ts';
import { kindNames, spanOf } from './lot-words.ts';
import { publicCapacity, publicFigures } from './public-figures.ts';

/**
 * The live list of lots as Seoul's open data has it (GetParkingInfo). Its count is of cars parked, and readers take the
 * rest of TPKCT for free; so NOW_PRK_VHCL_CNT is TPKCT less what is known to be free, and an unknown space counts as
 * taken. What is stale or closed is told as not linked, without a count. Pure; `now` in epoch ms.
 *
 * Source: field lists of several public clients of the service. Codes of PKLT_TYPE and OPER_SE are read from them as well.
 */
export function seoulParkingInfo(views: readonly LotView[], now: number) {
  const listed = views.filter(({ lot }) => publicCapacity(lot) > 0);
  const row = listed.map((view) => rowOf(view, now));
  const RESULT =
    row.length > 0
      ? { CODE: 'INFO-000', MESSAGE: '정상 처리되었습니다' }
      : { CODE: 'INFO-200', MESSAGE: '해당하는 데이터가 없습니다.' };
  return {
    GetParkingInfo: {
      list_total_count: row.length,
      RESULT,
      row,
      /** Not Seoul's: seconds for which a count may be shown after NOW_PRK_VHCL_UPDT_TM. */
      ttl: Math.min(...listed.map(({ lot }) => lot.ttl), 3600),
    },
  };
}

const linked = { yn: '1', name: '현재~20분이내 연계데이터 존재(현재 주차대수 표현)' };
const notLinked = { yn: '0', name: '미연계중' };
const closedNow = { yn: '0', name: '운영시간 외' };

function rowOf(view: LotView, now: number) {
  const { lot, timezone } = view;
  const figures = publicFigures(view, now);
  const capacity = publicCapacity(lot);
  const isLinked = figures !== null && figures.state === 'open';
  const status = figures?.state === 'closed' ? closedNow : isLinked ? linked : notLinked;
  return {
    PKLT_CD: lot.registry.seoulCode ?? lot.id,
    PKLT_NM: lot.name.ko,
    ADDR: lot.address.parcel ?? lot.address.road ?? '',
    PKLT_TYPE: lot.kind === null ? '' : kindCodes[lot.kind],
    PRK_TYPE_NM: lot.kind === null ? '' : `${kindNames[lot.kind]} 주차장`,
    ...operationOf(lot),
    TELNO: lot.managedBy?.phone ?? '',
    PRK_STTS_YN: status.yn,
    PRK_STTS_NM: status.name,
    TPKCT: capacity,
    NOW_PRK_VHCL_CNT: isLinked ? capacity - figures.counts.free : null,
    NOW_PRK_VHCL_UPDT_TM: isLinked ? localText(figures.observedAt, timezone) : '',
    ...chargesOf(lot),
    ...hoursOf(lot),
    ...pricesOf(lot),
    SHRN_PKLT_MNG_NM: '*',
    SHRN_PKLT_MNG_URL: '*',
    SHRN_PKLT_YN: lot.spaces.some(({ sharing }) => sharing.length > 0) ? 'Y' : 'N',
    SHRN_PKLT_ETC: '*',
  };
}

const kindCodes = { 'on-street': 'NS', 'off-street': 'NW', annexed: 'BS' } as const;

function operationOf(lot: LotConfig) {
  const withResidents = lot.spaces.some(({ isResident }) => isResident);
  return withResidents
    ? { OPER_SE: '3', OPER_SE_NM: '시간제 + 거주자 주차장' }
    : { OPER_SE: '1', OPER_SE_NM: '시간제 주차장' };
}

function chargesOf({ tariff, hours }: LotConfig) {
  const isPaid = tariff !== null && Object.values(tariff.paid).some(({ kind }) => kind !== 'none');
  const night = (['weekday', 'saturday', 'holiday'] as const).some((day) => isOpenAtNight(hours[day]));
  return {
    PAY_YN: isPaid ? 'Y' : 'N',
    PAY_YN_NM: isPaid ? '유료' : '무료',
    NGHT_PAY_YN: night ? 'Y' : 'N',
    NGHT_PAY_YN_NM: night ? '야간 개방' : '야간 미개방',
  };
}

function isOpenAtNight(day: DaySpans): boolean {
  const span = spanOf(day);
  return span !== null && (span.from === 0 || span.to > 1440);
}

function hoursOf({ hours, tariff }: LotConfig) {
  const saturday = paid(tariff?.paid.saturday);
  const holiday = paid(tariff?.paid.holiday);
  return {
    ...times('WD', hours.weekday),
    ...times('WE', hours.saturday),
    ...times('LHLDY', hours.holiday),
    SAT_CHGD_FREE_SE: saturday.code,
    SAT_CHGD_FREE_NM: saturday.name,
    LHLDY_CHGD_FREE_SE: holiday.code,
    LHLDY_CHGD_FREE_SE_NAME: holiday.name,
  };
}

/** `0000` and `2400` as the service has them; empty on a day that is closed, since equal times mean two things. */
function times(day: 'WD' | 'WE' | 'LHLDY', spans: DaySpans) {
  const span = spanOf(spans);
  return {
    [`${day}_OPER_BGNG_TM`]: span === null ? '' : digits(span.from),
    [`${day}_OPER_END_TM`]: span === null ? '' : digits(span.to),
  };
}

function digits(minute: number): string {
  const within = minute > 1440 ? minute - 1440 : minute;
  return `${String(Math.floor(within / 60)).padStart(2, '0')}${String(within % 60).padStart(2, '0')}`;
}

function paid(day: DaySpans | undefined) {
  return day === undefined || day.kind === 'none' ? { code: 'N', name: '무료' } : { code: 'Y', name: '유료' };
}

/** Money in KRW, times in minutes, 0 where there is none. */
function pricesOf({ tariff }: LotConfig) {
  return {
    PRD_AMT: tariff?.monthlyPass === undefined ? '' : String(tariff.monthlyPass),
    STRT_PKLT_MNG_NO: '',
    BSC_PRK_CRG: tariff?.base.amount ?? 0,
    BSC_PRK_HR: (tariff?.base.time ?? 0) / 60_000,
    ADD_PRK_CRG: tariff?.unit.amount ?? 0,
    ADD_PRK_HR: (tariff?.unit.time ?? 0) / 60_000,
    BUS_BSC_PRK_CRG: 0,
    BUS_BSC_PRK_HR: 0,
    BUS_ADD_PRK_HR: 0,
    BUS_ADD_PRK_CRG: 0,
    DAY_MAX_CRG: tariff?.dayMax ?? 0,
  };
}
