import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Hazard, Level } from '../../../../contract/hazards.ts';
import { type CapChain, type CapStep, capSteps } from '../../../../gateway/feeds/cap/chain.ts';
import { type CapRequest, type CapSettings, composeCap, headOf } from '../../../../gateway/feeds/cap/compose.ts';
import { writeCap } from '../../../../gateway/feeds/cap/write.ts';
import type { AlertView, BuildingPlace } from '../../../../gateway/feeds/views.ts';

/** 2026-11-21 17:48:24 in Seoul. */
export const fireAt = Date.UTC(2026, 10, 21, 8, 48, 24, 310);

export const settings: CapSettings = {
  sender: 'safety.saesol.example',
  senderName: { ko: '새솔동 안전상황실', en: 'Saesol safety desk' },
  web: 'https://saesol.example/hanbit',
  contact: '02-000-0000',
  codes: ['urn:saesol:profile:1'],
  eventCodes: { fire: [{ valueName: 'KR', value: '2011' }] },
  validMs: 4 * 3_600_000,
  overMs: 3_600_000,
};

export const place: BuildingPlace = {
  name: { ko: '한빛상가', en: 'Hanbit Arcade' },
  address: '서울특별시 가상구 새솔로 1',
  location: { lat: 37.5002, lon: 127.0104 },
  outline: [
    { lat: 37.5001, lon: 127.0102 },
    { lat: 37.5001, lon: 127.0106 },
    { lat: 37.50035, lon: 127.0106 },
    { lat: 37.50035, lon: 127.0102 },
  ],
  radiusM: 60,
  geocodes: [{ valueName: '법정동코드', value: '1100000000' }],
};

export function alertView(over: Partial<AlertView> = {}): AlertView {
  return {
    site: 'saesol',
    building: 'hanbit',
    alert: 'a-7k2',
    hazard: 'fire',
    level: '심각',
    rule: 'fire-b1',
    since: fireAt - 14_000,
    headline: { ko: '한빛상가 지하 1층 화재', en: 'Fire in the basement of Hanbit Arcade' },
    why: { ko: '연기와 열이 함께 감지되었습니다.', en: 'Smoke and heat were detected together.' },
    instruction: { ko: '계단으로 대피하세요.\n119에 신고하세요.', en: 'Leave by the stairs.\nCall 119.' },
    witnesses: 2,
    forecast: null,
    status: 'Exercise',
    ...over,
  };
}

export function request(over: Partial<CapRequest> = {}): CapRequest {
  return {
    view: alertView(),
    place,
    settings,
    zone: 'Asia/Seoul',
    step: 'raised',
    chain: [],
    now: fireAt,
    ...over,
  };
}

/** Every message of a chain that goes through all steps but the last two, then ends with each of them. */
export function documentsOf(
  hazard: Hazard,
  level: Level,
  over: Partial<CapRequest> = {},
): { step: CapStep; xml: string }[] {
  let chain: CapChain = [];
  let now = fireAt;
  return capSteps.map((step) => {
    const base = request({ step, chain, now, ...over });
    const message = composeCap({ ...base, view: { ...base.view, hazard, level } });
    now += 3_600_000;
    // An all clear ends a chain; the cancel is another end of the same one.
    if (step !== 'all-clear') chain = [...chain, headOf(message, step)];
    return { step, xml: writeCap(message) };
  });
}

export function golden(name: string): string {
  return readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'golden', `${name}.xml`), 'utf8');
}
