import type { Site } from '../../config/site.ts';
import type { Hazard, Level } from '../../contract/hazards.ts';
import { hazardNames } from '../../contract/words/hazards.ts';
import type { CapHead, CapStep } from './cap/chain.ts';
import { placeIn } from './cap/settings.ts';
import { localDigits } from './local-time.ts';
import type { AlertView, BuildingPlace } from './views.ts';

/**
 * An event for the 스마트시티 통합플랫폼, which shows it to CCTV, fire and police desks. Field names, the constants and the
 * status codes are those of the open-source connector of Siheung's data hub (its SQL sample and Java constants). Event
 * ids, grades and codes of systems are given by the city, so they are configuration; a hazard without an id is not sent.
 */
export type PlatformSettings = {
  readonly sendCode: string;
  readonly receiveCode: string;
  readonly systemCode: string;
  /** cmnMtd: how the platform counts the way of communication; `1` in the connector's sample. */
  readonly method: string;
  readonly events: { readonly [hazard in Hazard]?: { readonly id: string; readonly name: string } | undefined };
  readonly grades: Readonly<Record<Level, string>>;
  /** Who it comes from, a system and never a person. */
  readonly user: { readonly id: string; readonly name: string };
};

export type PlatformEvent = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: PlatformEnvelope;
};

type Texts = Readonly<Record<string, string>>;
type PlatformEnvelope = Readonly<Record<string, string | Texts | PlatformBody>>;
type PlatformBody = Readonly<Record<string, string | Texts | readonly { key: string; val: string }[]>>;

export type PlatformRequest = {
  readonly view: AlertView;
  readonly place: BuildingPlace;
  readonly settings: PlatformSettings;
  readonly step: CapStep;
  /** IANA zone of the times in it. */
  readonly zone: string;
  /** Unique per request; the platform answers with it. */
  readonly key: string;
  /** Epoch ms. */
  readonly now: number;
};

const statusCodes: Readonly<Record<CapStep, { code: string; ko: string }>> = {
  raised: { code: '10', ko: '발생' },
  changed: { code: '40', ko: '정보변경' },
  renewed: { code: '40', ko: '정보변경' },
  'all-clear': { code: '50', ko: '해제' },
  cancelled: { code: '90', ko: '취소' },
};

/** The event as it is posted, or null when the city has given no id for this hazard. Every value is a text. Pure. */
export function platformEvent(request: PlatformRequest): PlatformEvent | null {
  const { settings, zone, key, now } = request;
  const body = bodyOf(request);
  if (body === null) return null;
  const { sendCode, receiveCode, systemCode } = settings;
  return {
    headers: {
      'X-Scsns-svcTy': 'EVENT',
      'X-Scsns-sendCd': sendCode,
      'X-Scsns-rcvCd': receiveCode,
      'X-Scsns-sysCd': systemCode,
      'X-Scsns-encAt': 'N',
      'X-Scsns-type': 'JSON',
    },
    body: {
      svcTy: 'EVENT',
      hdCnt: '14',
      dtCnt: String(Object.keys(body).length - frameTags),
      apSeq: { apCurrent: '1', apTotal: '1' },
      cmnMtd: settings.method,
      sendCd: sendCode,
      rcvCd: receiveCode,
      encAt: 'N',
      tranTy: 'HTTP',
      rrKey: key,
      reqDate: localDigits(now, zone),
      bodyLen: String(new TextEncoder().encode(JSON.stringify(body)).length),
      sysCd: systemCode,
      tranSysHis: { tranSysHis1: systemCode },
      Body: body,
    },
  };
}

/** The event of a CAP message of this site; null where the site file says nothing of the platform, or gives no id. */
export function platformOf(site: Site, view: AlertView, { identifier, step, sent }: CapHead): PlatformEvent | null {
  const { platform } = site.feeds;
  if (platform === null) return null;
  const about = { view, place: placeIn(site, view), step, zone: site.timezone };
  return platformEvent({ ...about, settings: platform, key: identifier, now: sent.ms });
}

/** startTag and endTag frame the data and are not counted in it. */
const frameTags = 2;

function bodyOf({ view, place, settings, step, zone, now }: PlatformRequest): PlatformBody | null {
  const event = settings.events[view.hazard];
  if (event === undefined) return null;
  const status = statusCodes[step];
  const isOver = step === 'all-clear' || step === 'cancelled';
  const items = itemsOf(view);
  return {
    startTag: '$DA',
    endTag: '$DB',
    finishTag: '$DF',
    evtId: event.id,
    evtNm: `${view.status === 'Actual' ? '' : '[훈련] '}${event.name}`,
    evtGrad: settings.grades[view.level],
    // Sites of one city count their alerts alike.
    ocrNbr: `${view.site}.${view.alert}`,
    ocrSts: status.code,
    ocrLc: {
      crdntX: place.location === null ? '' : place.location.lon.toFixed(6),
      crdntY: place.location === null ? '' : place.location.lat.toFixed(6),
      crdntZ: '0',
    },
    ocrPlc: place.address === null ? place.name.ko : `${place.address} ${place.name.ko}`,
    ocrEvtCn: view.headline.ko,
    ocrEvtTime: localDigits(view.since, zone),
    ocrEvtSts: { ocrEvtStsCd: status.code, ocrEvtStsDtl: status.ko },
    ocrEvtUsr: { ocrEvtUsrId: settings.user.id, ocrEvtUsrNm: settings.user.name },
    ocrEvtEndTime: isOver ? localDigits(now, zone) : '',
    ocrEvtItemCnt: String(items.length),
    ocrEvtItem: items,
    ocrEvtDtl: { ocrEvtDtlCd: hazardNames[view.hazard].ko, ocrEvtDtlCdDtl: view.why.ko },
  };
}

function itemsOf(view: AlertView): { key: string; val: string }[] {
  return [
    { key: 'STATUS', val: view.status },
    { key: 'FACILITY_LEVEL', val: view.level },
    { key: 'WITNESSES', val: String(view.witnesses) },
  ];
}
