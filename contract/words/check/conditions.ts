import { withParticle } from '../particles.ts';
import type { Words } from '../words.ts';
import { durationText, koOneOf } from './text.ts';

type Table = { readonly [code: string]: (figures: never) => Words };
type Type = 'number' | 'boolean' | 'string';
type Judged = 'rate' | 'dose' | 'magnitude' | 'deviation' | 'bits' | 'vibration';
/** What a point can read: `most` null where it has no end. */
type Limit = {
  readonly least: number;
  readonly most: number | null;
  readonly unit: string;
  readonly test: 'above' | 'below';
  readonly limit: number;
};

/** Conditions of rules and interlocks on their points. Those of one point say it by `on`. */
export const conditionWords = {
  'heard-too-seldom': ({ silenceMs, windowMs }: { readonly silenceMs: number; readonly windowMs: number }) => ({
    ko: `적어도 ${durationText(silenceMs)}마다만 수신되어 ${durationText(windowMs)} 안에 측정값 두 개가 없을 수 있음: window를 늘리거나 maxSilence를 낮춤`,
    en: `is heard every ${durationText(silenceMs)} at least, so no two readings need lie in ${durationText(windowMs)}; lengthen the window, or lower its maxSilence`,
  }),
  'magnitude-above-alone': () => ({
    ko: 'magnitude에는 above만 씀: 바로잡거나 magnitude를 지움',
    en: 'a magnitude takes above alone; correct it, or remove magnitude',
  }),
  'hysteresis-over-span': ({ hysteresis, lowest }: { readonly hysteresis: number; readonly lowest: number }) => ({
    ko: `hysteresis ${withParticle(hysteresis, '이/가')} 0에서 ${lowest}까지의 폭보다 넓어 복귀하지 않음: 낮춤`,
    en: `a hysteresis of ${hysteresis} is wider than the span from 0 to ${lowest}, so it never comes back; lower it`,
  }),
  'baseline-of-stranger': ({ point }: { readonly point: string }) => ({
    ko: `${withParticle(point, '은/는')} 이 규칙의 측정점이 아님: 바로잡거나 지움`,
    en: `${point} is no point of this rule; correct it, or remove it`,
  }),
  'baseline-outside': ({ least, most, baseline }: { least: number; most: number; baseline: number }) => ({
    ko: `측정 범위가 ${least}–${most}인데 기준값 ${withParticle(baseline, '은/는')} 그 밖임: 기준값을 바로잡음`,
    en: `reads ${least} to ${most}, and ${baseline} lies outside; correct the baseline`,
  }),
  'too-slow-to-exceed': ({ everyMs, times, windowMs }: { everyMs: number; times: number; windowMs: number }) => ({
    ko: `${durationText(everyMs)}마다 읽어 ${durationText(windowMs)} 안에 ${times}회 넘고 돌아올 수 없음: 이 단계에 도달할 수 없음`,
    en: `is read every ${durationText(everyMs)}, so it cannot go over and back ${times} times in ${durationText(windowMs)}; the level cannot be reached`,
  }),
  'no-frequency': () => ({
    ko: '짝이 되는 주파수가 없어 속도를 판정할 수 없음: 주파수 측정점을 지정',
    en: 'has no frequency beside it, and a velocity without one cannot be judged; name the point',
  }),
  'line-unit': ({ unit, wanted }: { readonly unit: string; readonly wanted: string }) => ({
    ko: `단위가 ${unit === '' ? '없음' : unit}, 기준선의 단위는 ${wanted}`,
    en: `is in ${unit === '' ? 'no unit' : unit}; the line wants ${wanted}`,
  }),
  'frequencies-left-over': ({ count }: { readonly count: number }) => ({
    ko: `속도보다 ${count}개 많음: 지움`,
    en: `${count} more than there are velocities; remove them`,
  }),
  'too-few-witnesses': ({ needed, named }: { readonly needed: number; readonly named: number }) => ({
    ko: `${needed}개가 필요한데 ${named}개만 있어 이 단계에 도달할 수 없음: 더 지정하거나 필요한 수를 줄임`,
    en: `${needed} witnesses are needed and ${named} named, so the level cannot be reached; name more, or ask for fewer`,
  }),
  'witness-twice': () => ({ ko: '두 번 지정됨: 한 번만 지정', en: 'witnesses twice; name it once' }),
  'no-witness-alone': () => ({
    ko: '혼자 인정되는 것(alone)이 없어 아무것도 인정되지 않음: 하나는 인정되게 함',
    en: 'no witness may stand alone, so none ever counts; let one',
  }),
  'test-of-type': ({ type, test }: { readonly type: Type; readonly test: 'above' | 'below' }) => ({
    ko: `${koTypes[type]} 측정점임: ${withParticle(test, '은/는')} 숫자에만 쓰고 나머지는 is: …를 씀`,
    en: `is a ${type}; ${test} is for numbers, is: … for the others`,
  }),
  'never-reached': (figures: Limit) => ({
    ko: `측정 범위가 ${koReads(figures)}이므로 ${figures.test} ${figures.limit}에 도달할 수 없음: 바로잡음`,
    en: `reads ${reads(figures)}, so ${figures.test} ${figures.limit} can never be reached; correct it`,
  }),
  'always-met': (figures: Limit) => ({
    ko: `측정 범위가 ${koReads(figures)}이므로 ${withParticle(`${figures.test} ${figures.limit}`, '은/는')} 항상 성립함: 바로잡음`,
    en: `reads ${reads(figures)}, so ${figures.test} ${figures.limit} is always met; correct it`,
  }),
  'never-back': (figures: Limit & { readonly hysteresis: number; readonly back: number }) => ({
    ko: `측정 범위가 ${koReads(figures)}이므로 hysteresis ${withParticle(figures.hysteresis, '으로/로')}는 ${withParticle(`${figures.test} ${figures.limit}`, '이/가')} 복귀하지 않음(복귀값 ${figures.back}): hysteresis를 낮춤`,
    en: `reads ${reads(figures)}, so with a hysteresis of ${figures.hysteresis} ${figures.test} ${figures.limit} never comes back (at ${figures.back}); the hysteresis is wider than the span: lower it`,
  }),
  'word-of-type': ({ type, given }: { readonly type: Type; readonly given: readonly string[] }) => ({
    ko: `${koTypes[type]} 측정점이라 ${withParticle(koOneOf(given), '이/가')} 될 수 없음: ${type === 'boolean' ? 'true 또는 false' : type === 'number' ? '숫자' : '낱말'}로 작성`,
    en: `is a ${type}, which is never ${given.join(' or ')}; write ${type === 'boolean' ? 'true or false' : type === 'number' ? 'a number' : 'a word'}`,
  }),
  'never-says': ({ word, words }: { readonly word: string; readonly words: readonly string[] }) => ({
    ko: `${withParticle(JSON.stringify(word), '은/는')} 나오지 않는 값임: 나오는 값은 ${words.join(', ')}`,
    en: `never says ${JSON.stringify(word)}; it says ${words.join(', ')}`,
  }),
  'judged-on-numbers': ({ type, judged }: { readonly type: Type; readonly judged: Judged }) => ({
    ko: `${koTypes[type]} 측정점임: ${withParticle(judgedWords[judged].ko, '은/는')} 숫자로 판정`,
    en: `is a ${type}; ${judgedWords[judged].en} is judged on numbers`,
  }),
  'levels-do-not-rise': ({ level, lower }: { readonly level: string; readonly lower: string }) => ({
    ko: `${level}의 기준이 ${lower}보다 높지 않아 ${withParticle(lower, '이/가')} 따로 성립하지 않음: 관심, 주의, 경계, 심각 순으로 높임`,
    en: `${level} asks no more than ${lower}, so ${lower} can never stand by itself; levels rise: 관심, 주의, 경계, 심각`,
  }),
  'delay-over-window': ({ windowMs, delayMs }: { readonly windowMs: number; readonly delayMs: number }) => ({
    ko: `${durationText(windowMs)} 뒤에는 잊으므로 ${durationText(delayMs)} 동안 이어질 수 없음: onDelay를 줄이거나 window를 늘림`,
    en: `what is seen is forgotten after ${durationText(windowMs)}, so it never lasts ${durationText(delayMs)}; shorten the delay, or lengthen the window`,
  }),
  'readings-over-window': ({ n, apartMs, windowMs }: { n: number; apartMs: number; windowMs: number }) => ({
    ko: `${durationText(apartMs)} 간격의 측정값 ${n}개가 window ${durationText(windowMs)}보다 오래 걸림: apart를 줄임`,
    en: `${n} readings ${durationText(apartMs)} apart take longer than the window of ${durationText(windowMs)}; shorten apart`,
  }),
  'judged-late': ({ ms, silenceMs }: { readonly ms: number; readonly silenceMs: number }) => ({
    ko: `${durationText(ms)} 뒤의 판정은 다음 측정값이 와야 되며 ${durationText(silenceMs)}까지 걸릴 수 있음: maxSilence를 낮춤`,
    en: `is judged after ${durationText(ms)} only when its next reading comes, which may take ${durationText(silenceMs)}; give it a lower maxSilence`,
  }),
} satisfies Table;

const judgedWords: { readonly [J in Judged]: Words } = {
  rate: { ko: '변화율', en: 'a rate of change' },
  dose: { ko: '누적량', en: 'a dose' },
  magnitude: { ko: '크기', en: 'a magnitude' },
  deviation: { ko: '편차', en: 'a deviation' },
  bits: { ko: '비트', en: 'bits' },
  vibration: { ko: '진동', en: 'vibration' },
};

const koTypes: { readonly [T in Type]: string } = { boolean: 'true/false', number: '숫자', string: '글' };

function reads({ least, most, unit }: Limit): string {
  return most === null ? `${least} and more` : `${least} to ${most}${unit === '' ? '' : ` ${unit}`}`;
}

function koReads({ least, most, unit }: Limit): string {
  return most === null ? `${least} 이상` : `${least}–${most}${unit === '' ? '' : ` ${unit}`}`;
}
