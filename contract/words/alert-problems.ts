import type { AlertProblemFigures } from '../problems/alerts.ts';
import type { Words } from './words.ts';

/** What a person is told when something about an alert or a maintenance is refused. */
export const alertProblemWords: {
  readonly [C in keyof AlertProblemFigures]: (figures: AlertProblemFigures[C]) => Words;
} = {
  'no-such-alert': ({ alert }) => ({ ko: `없는 경보: ${alert}`, en: `there is no alert ${alert}` }),
  'alert-changed': ({ version }) => ({
    ko: '그 사이 경보가 바뀌었습니다. 새 내용을 확인한 뒤 다시 시도하세요.',
    en: `version: the alert is at ${version} by now; look at what is new, then try again`,
  }),
  'alert-closed': () => ({ ko: '이미 종료된 경보입니다.', en: 'this alert is closed' }),
  'already-acknowledged': ({ by }) => ({
    ko: `이미 확인된 경보입니다 (${by}).`,
    en: `${by} has acknowledged it already`,
  }),
  'life-safety-not-shelved': () => ({
    ko: '인명 안전 경보는 보류할 수 없습니다.',
    en: 'an alert of life safety is never shelved',
  }),
  'shelf-too-long': ({ maxMinutes }) => ({
    ko: `최대 ${maxMinutes}분까지 보류 가능`,
    en: `minutes: at most ${maxMinutes}`,
  }),
  'already-shelved': () => ({ ko: '이미 보류 중입니다.', en: 'it is shelved already; unshelve it first' }),
  'not-shelved': () => ({ ko: '보류 중이 아닙니다.', en: 'it is not shelved' }),
  'not-acknowledged': () => ({ ko: '먼저 경보를 확인하세요.', en: 'acknowledge it first' }),
  'condition-stands': () => ({
    ko: '아직 감지되고 있어 복구할 수 없습니다.',
    en: 'its condition still stands, so it cannot be reset',
  }),
  'not-verifiable': ({ since }) => ({
    ko: '센서 상태를 알 수 없어 복구할 수 없습니다. 통신을 먼저 복구하세요.',
    en: `its sensors have not been heard since ${since}; it can be reset after a good reading`,
  }),
  'nothing-to-reset': () => ({
    ko: '복구가 필요 없는 경보입니다. 확인하면 종료됩니다.',
    en: 'this alert does not latch; acknowledging it is enough',
  }),
  'cause-required': () => ({
    ko: '원인을 선택하세요 (실제, 조리, 증기, 먼지, 시험, 고장, 기타).',
    en: 'cause: say what it turned out to be: real, cooking, steam, dust, test, fault or other',
  }),
  'no-such-target': ({ target }) => ({
    ko: `없는 대상: ${target}`,
    en: `target: the site has no device, point, building or zone ${target}`,
  }),
  'target-ambiguous': ({ target, kinds }) => ({
    ko: `같은 이름의 대상이 여럿입니다: ${kinds.map((kind) => `${kind}:${target}`).join(', ')}`,
    en: `target: several parts are called so; write one of ${kinds.map((kind) => `${kind}:${target}`).join(', ')}`,
  }),
  'end-in-the-past': () => ({ ko: '종료 시각이 이미 지났습니다.', en: 'until: has passed already' }),
  'maintenance-too-long': ({ maxMinutes }) => ({
    ko: `최대 ${maxMinutes}분까지 설정 가능`,
    en: `until: at most ${maxMinutes} min from now`,
  }),
  'maintenance-over': ({ maintenance }) => ({
    ko: `진행 중이 아닌 점검: ${maintenance}`,
    en: `no maintenance ${maintenance} stands`,
  }),
  'no-such-rule': ({ site, rule }) => ({
    ko: `현장 ${site}에 없는 규칙: ${rule}`,
    en: `Site ${site} has no rule ${rule}.`,
  }),
  'no-learnt-baseline': () => ({
    ko: '이 규칙은 기준값을 스스로 익히지 않습니다. 기준값은 현장 파일에 있습니다.',
    en: 'This rule learns no baseline by itself; its baseline stands in the site file.',
  }),
  'nothing-to-repair': ({ point }) => ({
    ko: `점검 대상이 아닙니다: ${point}`,
    en: `point: no repair of ${point} is due`,
  }),
  'alert-not-yours': ({ building }) => ({
    ko: `담당 건물이 아닙니다: ${building}`,
    en: `you are no manager of ${building}`,
  }),
};
