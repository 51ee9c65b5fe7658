import type { Hazard } from '../../../contract/hazards.ts';
import { unmarked } from '../../../contract/words/alerts.ts';
import { hazardNames, levelNames } from '../../../contract/words/hazards.ts';
import type { AlertView, BuildingPlace, Text } from '../views.ts';
import { type CapChain, type CapHead, type CapStep, msgTypeOf } from './chain.ts';
import { categoriesOf, certaintyOf, codesOf, overCodes } from './mapping.ts';
import type { CapArea, CapInfo, CapMessage, CapPair, CapTime, LatLon } from './message.ts';
import { capTimeIn, capTimeText } from './time.ts';

/** Who sends, and what the operator adds. All of it is configuration. */
export type CapSettings = {
  /** Unique in the world, such as an Internet domain name of the operator; no space, comma, < or &. */
  readonly sender: string;
  readonly senderName: Text;
  readonly web: string | null;
  readonly contact: string | null;
  /** Profile marks, each its own `code`. */
  readonly codes: readonly string[];
  readonly eventCodes: { readonly [hazard in Hazard]?: readonly CapPair[] | undefined };
  /** Life of a message that stands, ms; at most 24 h. */
  readonly validMs: number;
  /** Life of an all clear or a cancel, ms. */
  readonly overMs: number;
};

export type CapRequest = {
  readonly view: AlertView;
  readonly place: BuildingPlace;
  readonly settings: CapSettings;
  /** IANA zone that times are written in. */
  readonly zone: string;
  readonly step: CapStep;
  readonly chain: CapChain;
  /** Epoch ms. */
  readonly now: number;
};

const dayMs = 24 * 3_600_000;

/**
 * The next message of an alert. sent = effective ≤ onset < expires ≤ 24 h, and never sent before a message that it refers
 * to, whatever the wall clock did. Pure.
 */
export function composeCap(request: CapRequest): CapMessage {
  const { view, settings, step, chain } = request;
  const sent = sentAt(request);
  return {
    identifier: identifierOf(view, chain.length + 1),
    sender: settings.sender,
    sent,
    status: view.status,
    msgType: msgTypeOf[step],
    source: null,
    scope: 'Public',
    restriction: null,
    addresses: [],
    codes: settings.codes,
    note: noteOf(view, step),
    references: chain.map(({ sender, identifier, sent }) => ({ sender, identifier, sent })),
    incidents: [`${view.site}.${view.building}.${view.alert}`],
    infos: (['ko', 'en'] as const).map((language) => infoOf(request, sent, language)),
  };
}

/** What is to be kept of a message so that the next ones can refer to it. */
export function headOf(message: CapMessage, step: CapStep): CapHead {
  const { sender, identifier, sent, infos } = message;
  const { expires = null, headline = '', instruction = '' } = infos[0] ?? {};
  const text = { headline: headline ?? '', instruction: instruction ?? '' };
  return { sender, identifier, sent, expires: expires ?? sent, step, ...text };
}

/** Unique per sender and fit for a path: the ids in it are of a–z, 0–9 and -. */
export function identifierOf({ site, building, alert }: AlertView, number: number): string {
  return `${site}.${building}.${alert}.${number}`;
}

function sentAt({ chain, now, zone }: CapRequest): CapTime {
  const latest = chain.reduce((ms, head) => Math.max(ms, head.sent.ms), 0);
  return capTimeIn(Math.max(now, latest), zone);
}

/** Exercise and Cancel say why (CAP 1.2, 3.2.1 note). */
function noteOf(view: AlertView, step: CapStep): string | null {
  if (step === 'cancelled') return '앞선 알림을 취소합니다. / The earlier messages are withdrawn.';
  if (view.status === 'Exercise') return '훈련: 실제 상황이 아닙니다. / Exercise: this is not a real event.';
  if (view.status === 'Test') return '시험: 실제 상황이 아닙니다. / Test: this is not a real event.';
  return null;
}

function infoOf(request: CapRequest, sent: CapTime, language: 'ko' | 'en'): CapInfo {
  const { view, place, settings, step, zone } = request;
  const over = step === 'all-clear' || step === 'cancelled';
  const codes = over ? overCodes : codesOf(view.hazard, view.level);
  const lifeMs = Math.min(over ? settings.overMs : settings.validMs, dayMs);
  return {
    language: language === 'ko' ? 'ko-KR' : 'en-US',
    categories: categoriesOf(view.hazard),
    event: hazardNames[view.hazard][language],
    ...codes,
    certainty: certaintyNow(view, step),
    audience: null,
    eventCodes: settings.eventCodes[view.hazard] ?? [],
    effective: sent,
    // The event itself may have begun before the message; CAP's order wants it named from here on.
    onset: onsetOf(view, sent, lifeMs),
    expires: capTimeIn(sent.ms + lifeMs, zone),
    senderName: settings.senderName[language],
    headline: headlineOf(view, step, language),
    description: descriptionOf(request, language),
    instruction: over ? overWords[language] : view.instruction[language],
    web: settings.web,
    contact: settings.contact,
    parameters: parametersOf(view, zone),
    resources: [],
    areas: [areaOf(place, language)],
  };
}

function certaintyNow(view: AlertView, step: CapStep): CapInfo['certainty'] {
  if (step === 'all-clear') return 'Observed';
  if (step === 'cancelled') return 'Unlikely';
  return certaintyOf({ witnesses: view.witnesses, isForecast: view.forecast !== null });
}

function onsetOf(view: AlertView, sent: CapTime, lifeMs: number): CapTime {
  const expected = view.forecast?.onset ?? sent.ms;
  const latest = sent.ms + lifeMs - 1000;
  return { ...sent, ms: Math.floor(Math.min(Math.max(expected, sent.ms), latest) / 1000) * 1000 };
}

const statusMark = {
  Exercise: { ko: '[훈련] ', en: '[EXERCISE] ' },
  Test: { ko: '[시험] ', en: '[TEST] ' },
  Actual: { ko: '', en: '' },
} as const;

const stepWords = {
  'all-clear': { ko: '상황 종료: ', en: 'All clear: ' },
  cancelled: { ko: '알림 취소: ', en: 'Cancelled: ' },
} as const;

/** As said, and marked so that nobody takes an exercise for the event; 160 characters at most (CAP 1.2, 3.2.2 headline). */
function headlineOf(view: AlertView, step: CapStep, language: 'ko' | 'en'): string {
  const said = step === 'all-clear' || step === 'cancelled' ? stepWords[step][language] : '';
  return shortened(`${statusMark[view.status][language]}${said}${unmarked(view.headline)[language]}`, 160);
}

const overWords = {
  ko: '지금은 위험하지 않습니다.\n관리자 안내를 따르세요.',
  en: 'There is no danger now.\nFollow what the building manager says.',
} as const;

function descriptionOf({ view, place }: CapRequest, language: 'ko' | 'en'): string {
  const level = levelNames[view.level][language];
  const own = language === 'ko' ? `시설 자체 경보 ${level} 단계` : `The facility's own level: ${level}`;
  const where = place.address === null ? place.name[language] : `${place.name[language]}, ${place.address}`;
  return `${view.why[language]}\n${where}\n${own}`;
}

/** What CAP has no element for. The level is the facility's own, not a national crisis level. */
function parametersOf(view: AlertView, zone: string): CapPair[] {
  return [
    { valueName: 'jari:facility-level', value: view.level },
    { valueName: 'jari:since', value: capTimeText(capTimeIn(view.since, zone)) },
    { valueName: 'jari:rule', value: view.rule },
  ];
}

function areaOf(place: BuildingPlace, language: 'ko' | 'en'): CapArea {
  const { name, address, location, outline } = place;
  const polygon = outline === null ? null : ring(outline);
  const circle = polygon === null && location !== null ? [{ ...location, radiusKm: place.radiusM / 1000 }] : [];
  return {
    areaDesc: address === null ? name[language] : `${name[language]} (${address})`,
    polygons: polygon === null ? [] : [polygon],
    circles: circle,
    geocodes: place.geocodes,
    altitude: null,
    ceiling: null,
  };
}

/** Closed, whether the corners came so or not. */
function ring(corners: readonly LatLon[]): readonly LatLon[] {
  const [first] = corners;
  const last = corners.at(-1);
  if (first === undefined || (corners.length > 1 && first.lat === last?.lat && first.lon === last?.lon)) return corners;
  return [...corners, first];
}

function shortened(text: string, characters: number): string {
  const letters = [...text];
  return letters.length <= characters ? text : `${letters.slice(0, characters - 1).join('')}…`;
}
