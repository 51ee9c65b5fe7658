import { causeWords } from './files.ts';
import type { Words } from './words.ts';

/** What `jari replay` says, and why it does not go on. */
export type ReplayReason =
  | { readonly code: 'answers-at' | 'plays-at'; readonly where: string; readonly units: readonly number[] }
  | { readonly code: 'file-trouble'; readonly file: string; readonly cause: string }
  | { readonly code: 'no-recording'; readonly file: string; readonly line: number }
  | { readonly code: 'nothing-answers'; readonly file: string }
  | { readonly code: 'no-such-line'; readonly given: string; readonly known: string }
  | { readonly code: 'passing-serial' };

type Table = { readonly [C in ReplayReason['code']]: (reason: Extract<ReplayReason, { code: C }>) => Words };

const at = (reason: { where: string; units: readonly number[] }) => ({
  ko: `${reason.where}: 국번 ${reason.units.join(', ')} 응답 (Ctrl-C로 끝)`,
  en: `${reason.where}: units ${reason.units.join(', ')} answer as recorded (Ctrl-C ends it)`,
});

const table: Table = {
  'answers-at': at,
  'plays-at': ({ where }) => ({
    ko: `${where}: 기록된 통신을 그대로 재생 (jari sniff로 듣기, Ctrl-C로 끝)`,
    en: `${where}: plays what passed, for jari sniff (Ctrl-C ends it)`,
  }),
  'file-trouble': ({ file, cause }) => {
    const { ko, en } = causeWords(cause);
    return { ko: `${file}: ${ko}`, en: `${file}: ${en}` };
  },
  'no-recording': ({ file, line }) =>
    line === 1
      ? { ko: `${file}: jari record의 파일이 아님`, en: `${file}: is no file of jari record` }
      : {
          ko: `${file}:${line}: 손상된 줄, 지우면 나머지는 재생 가능`,
          en: `${file}:${line}: this line is damaged; without it the rest can be played`,
        },
  'nothing-answers': ({ file }) => ({
    ko: `${file}: 응답한 장치가 없어 답할 것이 없음`,
    en: `${file}: nobody answers in this recording; play what passed with --passing`,
  }),
  'no-such-line': ({ given, known }) => ({
    ko: `--as ${given}: 없는 회선 종류, 있는 것: ${known}`,
    en: `--as ${given}: no such kind of line; there are ${known}`,
  }),
  'passing-serial': () => ({
    ko: '--passing은 시리얼 회선으로만 재생',
    en: '--passing plays on a serial line only: add --as modbus-rtu',
  }),
};

/** The code picks the branch, which a look-up by a union cannot show. */
export function replayText(reason: ReplayReason): Words {
  return (table[reason.code] as (reason: ReplayReason) => Words)(reason);
}
