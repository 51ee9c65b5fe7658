import type { RuleReason } from '../reasons/rules.ts';
import { levelText, signed } from './figures.ts';
import { withParticle } from './particles.ts';

/** Why a rule judges as it does, in one sentence, with the figures in it. */

type Text = { readonly ko: string; readonly en: string };
type Words = { readonly [code in RuleReason['code']]: (reason: Extract<RuleReason, { code: code }>, of: Name) => Text };
/** What people call a point; the place it stands in, where the site file names one. */
export type Name = (point: string) => Text;

const words: Words = {
  'within-limits': () => ({ ko: '기준 이내입니다', en: 'Within limits' }),
  'no-verdict': ({ point, count, of: all }, of) =>
    all === 1
      ? { ko: `${subject(of(point).ko)} 확인되지 않습니다`, en: `${of(point).en} is not known` }
      : {
          ko: `${all}개 지점 중 ${count}개(${of(point).ko} 등)가 확인되지 않습니다`,
          en: `${count} of ${all} points are not known, ${of(point).en} among them`,
        },
  'above-limit': ({ point, value, limit, unit }, of) => ({
    ko: `${of(point).ko} ${levelText(value, unit)}, 기준 ${levelText(limit, unit)} 이상`,
    en: `${of(point).en} at ${levelText(value, unit)}, limit ${levelText(limit, unit)}`,
  }),
  'below-limit': ({ point, value, limit, unit }, of) => ({
    ko: `${of(point).ko} ${levelText(value, unit)}, 기준 ${levelText(limit, unit)} 이하`,
    en: `${of(point).en} at ${levelText(value, unit)}, limit ${levelText(limit, unit)} and below`,
  }),
  'not-back-yet': ({ point, value, clearsAt, unit }, of) => ({
    ko: `${of(point).ko} ${levelText(value, unit)}, 해제 기준 ${levelText(clearsAt, unit)}에 아직 이르지 않음`,
    en: `${of(point).en} at ${levelText(value, unit)}, over only at ${levelText(clearsAt, unit)}`,
  }),
  'state-is': ({ point, value, back }, of) =>
    back
      ? { ko: `${of(point).ko} 복귀, 해제 대기 중`, en: `${of(point).en} is back, not for long enough yet` }
      : { ko: `${of(point).ko} ${state(value).ko}`, en: `${of(point).en} ${state(value).en}` },
  'held-too-long': ({ point, value, limitMs }, of) => ({
    ko: `${of(point).ko} ${held(value).ko} 상태로 ${span(limitMs).ko} 넘게 지속`,
    en: `${of(point).en} ${held(value).en} for more than ${span(limitMs).en}`,
  }),
  'changed-fast': ({ point, change, windowMs, limit, unit, back }, of) => ({
    ko: `${of(point).ko} ${span(windowMs).ko} 동안 ${signed(levelText, change, unit)}, 기준 ${levelText(limit, unit)}${waits(back).ko}`,
    en: `${of(point).en} changed by ${signed(levelText, change, unit)} in ${span(windowMs).en}, limit ${levelText(limit, unit)}${waits(back).en}`,
  }),
  'off-baseline': ({ point, value, baseline, limit, unit, back }, of) => ({
    ko: `${of(point).ko} ${levelText(value, unit)}, 기준값 ${levelText(baseline, unit)}에서 ${signed(levelText, value - baseline, unit)}, 기준 ${levelText(limit, unit)}${waits(back).ko}`,
    en: `${of(point).en} at ${levelText(value, unit)}, ${signed(levelText, value - baseline, unit)} from its baseline ${levelText(baseline, unit)}, limit ${levelText(limit, unit)}${waits(back).en}`,
  }),
  'learning-baseline': ({ point }, of) => ({
    ko: `${of(point).ko} 기준값 학습 중`,
    en: `${of(point).en} is still learning its baseline`,
  }),
  'co-dose': ({ point, value, share, unit, back }, of) => ({
    ko: `${of(point).ko} ${levelText(value, unit)}, 누적 노출 ${percent(share)}${waits(back).ko}`,
    en: `${of(point).en} at ${levelText(value, unit)}, ${percent(share)} of the alarm dose${waits(back).en}`,
  }),
  'over-vibration-line': ({ point, value, hertz, line, share, unit, back }, of) => ({
    ko: `${of(point).ko} ${levelText(value, unit)}(${hertzText(hertz).ko}), 기준 ${levelText(line, unit)}의 ${percent(share)}${waits(back).ko}`,
    en: `${of(point).en} at ${levelText(value, unit)} (${hertzText(hertz).en}), ${percent(share)} of the guideline ${levelText(line, unit)}${waits(back).en}`,
  }),
  witnesses: ({ point, count, of: all }, of) => ({
    ko: `감지기 ${all}개 중 ${count}개 동작(${of(point).ko} 등)`,
    en: `${count} of ${all} detectors agree, ${of(point).en} first`,
  }),
  'exceeded-often': ({ point, count, windowMs, above, unit, back }, of) => ({
    ko: `${of(point).ko} ${span(windowMs).ko} 동안 ${levelText(above, unit)} 이상 ${count}회${waits(back).ko}`,
    en: `${of(point).en} at ${levelText(above, unit)} or more ${count} times in ${span(windowMs).en}${waits(back).en}`,
  }),
  'no-good-reading': ({ point, limitMs }, of) =>
    limitMs === 0
      ? { ko: `${of(point).ko} 응답 없음`, en: `No good reading of ${of(point).en}` }
      : {
          ko: `${of(point).ko} ${span(limitMs).ko} 넘게 응답 없음`,
          en: `No good reading of ${of(point).en} for more than ${span(limitMs).en}`,
        },
  'equipment-fault': ({ point, says }, of) => ({
    ko: `${of(point).ko} 고장 신호(${says})`,
    en: `${of(point).en} reports a fault (${says})`,
  }),
};

/** `of` names the points; device/point itself where it is not given. */
export function ruleText(reason: RuleReason, of: Name = (point) => ({ ko: point, en: point })): Text {
  // The key and the argument belong together, which a look-up by a union cannot show.
  return (words[reason.code] as (reason: RuleReason, of: Name) => Text)(reason, of);
}

function subject(name: string): string {
  return withParticle(name, '이/가');
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

function hertzText(hertz: number | null): Text {
  return hertz === null
    ? { ko: '주파수 미상', en: 'frequency unknown' }
    : { ko: levelText(hertz, 'Hz'), en: levelText(hertz, 'Hz') };
}

function state(value: boolean | string | number): Text {
  if (value === true) return { ko: '감지', en: 'is on' };
  if (value === false) return { ko: '꺼짐', en: 'is off' };
  return { ko: `상태 "${value}"`, en: `says "${value}"` };
}

function held(value: boolean | string | number): Text {
  if (value === true) return { ko: '열린', en: 'open' };
  if (value === false) return { ko: '닫힌', en: 'shut' };
  return { ko: `"${value}"`, en: `at "${value}"` };
}

/** What stands although the figure has gone back. */
function waits(back: boolean): Text {
  return back ? { ko: '(복귀, 해제 대기 중)', en: ' (back, not for long enough yet)' } : { ko: '', en: '' };
}

const spans = [
  { ms: 86_400_000, ko: '일', en: ' d' },
  { ms: 3_600_000, ko: '시간', en: ' h' },
  { ms: 60_000, ko: '분', en: ' min' },
  { ms: 1000, ko: '초', en: ' s' },
] as const;

/** In the largest unit that gives a whole number; seconds otherwise. */
function span(ms: number): Text {
  const unit = spans.find((one) => ms >= one.ms && ms % one.ms === 0) ?? spans[3];
  const count = Number((ms / unit.ms).toPrecision(4));
  return { ko: `${count}${unit.ko}`, en: `${count}${unit.en}` };
}
