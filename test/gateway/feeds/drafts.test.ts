import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hazards, levels } from '../../../contract/hazards.ts';
import { capSteps } from '../../../gateway/feeds/cap/chain.ts';
import { broadcastDraft, suggestedClass } from '../../../gateway/feeds/drafts.ts';
import { alertView, place } from './cap/sample.ts';

const draft = (over: Parameters<typeof alertView>[0] = {}, step: (typeof capSteps)[number] = 'raised') =>
  broadcastDraft({ view: alertView(over), place, step, sender: '새솔동', time: '17:48' });

describe('a draft', () => {
  test('says when, where, what and what to do, and who would sign', () => {
    const { short, long, suggestedClass: suggested } = draft({ status: 'Actual' });
    expect(long.text).toBe(
      '17:48 한빛상가(서울특별시 가상구 새솔로 1) 화재 발생. 계단으로 대피하세요. 119에 신고하세요. [새솔동]',
    );
    expect(short.text).toBe(long.text);
    expect(suggested).toBe('위급');
  });

  test('of an exercise begins with it', () => {
    expect(draft().short.text.startsWith('[훈련] ')).toBe(true);
    expect(draft({ status: 'Test' }).short.text.startsWith('[시험] ')).toBe(true);
  });

  test('of a forecast fears what it foresees', () => {
    const text = draft({ hazard: 'collapse', forecast: { onset: null }, status: 'Actual' }).long.text;
    expect(text).toContain('건물 붕괴 징후가 우려됩니다.');
  });

  test('of what is over says so and asks for nothing else', () => {
    expect(draft({ status: 'Actual' }, 'all-clear').long.text).toContain('화재 상황 종료. 안내에 따라');
    expect(draft({ status: 'Actual' }, 'cancelled').long.text).toContain('화재 안내 취소(오경보).');
  });

  test('keeps its limits whatever the names and lines are, and never ends in half a character', () => {
    const text = fc.string({ unit: fc.constantFrom(...'가힣a1 .\n()', '😀'), maxLength: 300 });
    fc.assert(
      fc.property(text, text, fc.string({ maxLength: 20 }), (name, line, sender) => {
        const { short, long } = broadcastDraft({
          view: alertView({ instruction: { ko: line, en: '' } }),
          place: { ...place, name: { ko: name, en: '' } },
          step: 'raised',
          sender,
          time: '17:48',
        });
        expect(short.text.length).toBeLessThanOrEqual(90);
        expect(long.text.length).toBeLessThanOrEqual(157);
        expect(short.length).toBe(short.text.length);
        expect(short.text.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('the suggested class', () => {
  test.each([
    ['fire', '심각', 'raised', '위급'],
    ['collapse', '심각', 'changed', '위급'],
    ['flood', '심각', 'raised', '긴급'],
    ['power', '심각', 'raised', '긴급'],
    ['fire', '경계', 'raised', '긴급'],
    ['gas', '주의', 'raised', '안전안내'],
    ['fire', '심각', 'all-clear', '안전안내'],
    ['fire', '심각', 'cancelled', '안전안내'],
  ] as const)('of %s at %s, %s, is %s', (hazard, level, step, expected) => {
    expect(suggestedClass(hazard, level, step)).toBe(expected);
  });

  test('is one of three for every hazard, level and step', () => {
    for (const hazard of hazards)
      for (const level of levels)
        for (const step of capSteps) {
          expect(['위급', '긴급', '안전안내']).toContain(suggestedClass(hazard, level, step));
        }
  });
});
