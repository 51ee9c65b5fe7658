import { expect, test } from 'vitest';
import { inOrder } from '../../../city/platform/envelope.ts';
import { type PlatformSettings, platformEvent } from '../../../gateway/feeds/platform-envelope.ts';
import { alertView, fireAt, place } from './cap/sample.ts';

const settings: PlatformSettings = {
  sendCode: 'SAESOL',
  receiveCode: 'IPC',
  systemCode: 'JARI',
  method: '1',
  events: { fire: { id: 'FIRE0001', name: '시설 화재' } },
  grades: { 관심: '40', 주의: '30', 경계: '20', 심각: '10' },
  user: { id: 'jari', name: '새솔동 안전상황실' },
};

const event = (over: Parameters<typeof alertView>[0], step: Parameters<typeof platformEvent>[0]['step'] = 'raised') =>
  platformEvent({
    view: alertView(over),
    place,
    settings,
    step,
    zone: 'Asia/Seoul',
    key: 'a-7k2/1',
    now: fireAt,
  });

test('a fire is an event in the form of the connector’s sample', () => {
  const { headers, body } = event({ status: 'Actual' }) ?? {};
  expect(headers).toEqual({
    'X-Scsns-svcTy': 'EVENT',
    'X-Scsns-sendCd': 'SAESOL',
    'X-Scsns-rcvCd': 'IPC',
    'X-Scsns-sysCd': 'JARI',
    'X-Scsns-encAt': 'N',
    'X-Scsns-type': 'JSON',
  });
  expect(body).toEqual({
    svcTy: 'EVENT',
    hdCnt: '14',
    dtCnt: '16',
    apSeq: { apCurrent: '1', apTotal: '1' },
    cmnMtd: '1',
    sendCd: 'SAESOL',
    rcvCd: 'IPC',
    encAt: 'N',
    tranTy: 'HTTP',
    rrKey: 'a-7k2/1',
    reqDate: '20261121174824',
    bodyLen: String(Buffer.byteLength(JSON.stringify(body?.Body))),
    sysCd: 'JARI',
    tranSysHis: { tranSysHis1: 'JARI' },
    Body: {
      startTag: '$DA',
      endTag: '$DB',
      finishTag: '$DF',
      evtId: 'FIRE0001',
      evtNm: '시설 화재',
      evtGrad: '10',
      ocrNbr: 'saesol.a-7k2',
      ocrSts: '10',
      ocrLc: { crdntX: '127.010400', crdntY: '37.500200', crdntZ: '0' },
      ocrPlc: '서울특별시 가상구 새솔로 1 한빛상가',
      ocrEvtCn: '한빛상가 지하 1층 화재',
      ocrEvtTime: '20261121174810',
      ocrEvtSts: { ocrEvtStsCd: '10', ocrEvtStsDtl: '발생' },
      ocrEvtUsr: { ocrEvtUsrId: 'jari', ocrEvtUsrNm: '새솔동 안전상황실' },
      ocrEvtEndTime: '',
      ocrEvtItemCnt: '3',
      ocrEvtItem: [
        { key: 'STATUS', val: 'Actual' },
        { key: 'FACILITY_LEVEL', val: '심각' },
        { key: 'WITNESSES', val: '2' },
      ],
      ocrEvtDtl: { ocrEvtDtlCd: '화재', ocrEvtDtlCdDtl: '연기와 열이 함께 감지되었습니다.' },
    },
  });
});

test.each([
  ['raised', '10', ''],
  ['changed', '40', ''],
  ['renewed', '40', ''],
  ['all-clear', '50', '20261121174824'],
  ['cancelled', '90', '20261121174824'],
] as const)('a step %s has status %s', (step, code, end) => {
  expect(event({}, step)?.body.Body).toMatchObject({
    ocrSts: code,
    ocrEvtSts: { ocrEvtStsCd: code },
    ocrEvtEndTime: end,
  });
});

test('a city posts it in the order of its site, whichever order its database gives', () => {
  const { body } = event({}) ?? {};
  const asKept = (value: unknown): unknown =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1))
            .map(([name, of]) => [name, asKept(of)]),
        );
  const kept = asKept({ ...body, newer: '1' }) as Record<string, unknown>;
  expect(JSON.stringify(kept)).not.toBe(JSON.stringify({ ...body, newer: '1' }));
  expect(JSON.stringify(inOrder(kept))).toBe(JSON.stringify({ ...body, newer: '1' }));
});

test('an exercise says so in its name, and a hazard that the city has no id for is not sent', () => {
  expect(event({})?.body.Body).toMatchObject({ evtNm: '[훈련] 시설 화재' });
  expect(event({ hazard: 'gas' })).toBeNull();
});
