import { deviceReasonText } from '../../contract/words/devices.ts';
import type { Language } from '../../contract/words/language.ts';
import { table } from '../../contract/words/table.ts';
import type { Words } from '../../contract/words/words.ts';
import type { Candidate } from './identify.ts';
import type { Heard, Scanned, ScanResult } from './scan.ts';
import { timeText } from './terminal.ts';

/** A scan as a person reads it: who answered, then what is to be said of each line. */
export function scanText(result: ScanResult, language: Language): string {
  const { heard, lines, isCut, tookMs } = result;
  const say = (words: Words) => words[language];
  const asked = lines.reduce((sum, line) => sum + line.asked, 0);
  const head = [
    { ko: '국번', en: 'unit' },
    { ko: '결과', en: 'answers' },
    { ko: '추정 장치', en: 'may be' },
  ].map(say);
  const found = [...Map.groupBy(heard, ({ line }) => line)].flatMap(([line, own]) => [
    line.name,
    table(
      head,
      own.map((each) => [String(each.unit), kindText(each, language), likelyText(each)]),
    ),
  ]);
  const notes = lines.flatMap((line) => noteOf(line, language));
  const sum = say({
    ko: `${asked}회 물어 ${heard.length}개 응답, ${timeText(tookMs)}${isCut ? ' (도중에 중지: 그때까지의 결과)' : ''}`,
    en: `${heard.length} heard of ${asked} asked in ${timeText(tookMs)}${isCut ? ', stopped before its end' : ''}`,
  });
  return [...found, ...notes, sum].join('\n');
}

/** One line, as soon as somebody is heard. */
export function heardLine(heard: Heard, language: Language): string {
  return `${heard.line.name} · ${language === 'ko' ? '국번' : 'unit'} ${heard.unit} · ${kindText(heard, language)}`;
}

function kindText({ kind, value, reason, clean, tries, tookMs }: Heard, language: Language): string {
  const weak =
    clean > 0 && clean < tries
      ? { ko: ` (${tries}회 중 ${clean}회만 정상)`, en: ` (${clean} of ${tries} tries clean)` }
      : none;
  const because = reason === null ? none : deviceReasonText(reason);
  const words = {
    answers: { ko: `값 ${value}, ${Math.round(tookMs)} ms`, en: `value ${value} in ${Math.round(tookMs)} ms` },
    exception: because,
    collision: {
      ko: `깨진 응답: 같은 국번의 장치 둘, 또는 배선·종단 저항 확인 (${because.ko})`,
      en: `a spoilt reply: two units with this address, or check wiring and termination (${because.en})`,
    },
    garbled: {
      ko: `응답이 아닌 바이트: 패리티·속도·프로토콜 확인 (${because.ko})`,
      en: `bytes that are no reply: another parity, speed or protocol? (${because.en})`,
    },
    'wrong-unit': because,
  }[kind];
  return words[language] + weak[language];
}

const none: Words = { ko: '', en: '' };

function likelyText({ profiles }: Heard): string {
  return profiles.map(candidateText).join(', ');
}

function candidateText({ profile, good, points, sample }: Candidate): string {
  const values = sample.map(({ point, value, unit }) => {
    const shown = typeof value === 'number' ? Number(value.toPrecision(5)) : value;
    return `${point} ${shown}${unit === null ? '' : ` ${unit}`}`;
  });
  return `${profile} ${good}/${points}${values.length === 0 ? '' : ` (${values.join(', ')})`}`;
}

function noteOf({ line, reason, noise }: Scanned, language: Language): string[] {
  const notes: Words[] = [];
  if (reason !== null) notes.push(deviceReasonText(reason));
  if (noise === 'some')
    notes.push({
      ko: '묻지 않을 때도 바이트가 옴: 다른 마스터, 잡음, 바이어스 저항 확인',
      en: 'bytes come while nobody is asked: look for a second master, noise, or missing bias resistors',
    });
  else if (noise !== null) notes.push(deviceReasonText({ code: 'stray-bytes', beside: noise }));
  return notes.map((words) =>
    words[language].startsWith(line.name) ? words[language] : `${line.name}: ${words[language]}`,
  );
}
