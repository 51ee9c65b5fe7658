import type { CommandReason } from '../reasons/commands.ts';
import { deviceReasonText } from './devices.ts';
import { faultNames } from './faults.ts';

type Text = { readonly ko: string; readonly en: string };
type Words = { readonly [code in CommandReason['code']]: (reason: Extract<CommandReason, { code: code }>) => Text };

/** Why a command did not do what it was to, or an output is not as its interlock wants it. */
const words: Words = {
  'no-such-point': ({ point }) => ({ ko: `${point}: 없는 포인트`, en: `no point ${point}` }),
  'read-only': ({ point }) => ({ ko: `${point}: 쓸 수 없는 포인트`, en: `${point} cannot be written` }),
  'value-does-not-fit': ({ point, problem }) => ({
    ko: `${point}: 값이 맞지 않음 (${problem})`,
    en: `${point}: ${problem}`,
  }),
  'bus-fault': ({ fault, reason }) => ({
    ko: `${faultNames[fault].ko} (${deviceReasonText(reason).ko})`,
    en: `${fault}: ${deviceReasonText(reason).en}`,
  }),
  'read-back-differs': ({ wanted, got }) => ({
    ko: `${text(wanted)}(으)로 썼으나 ${text(got)}(으)로 읽힘: 릴레이 고착, 제어 모드, 다른 마스터 확인`,
    en: `wrote ${text(wanted)} and read back ${text(got)}: a stuck relay, another control mode, or a second master`,
  }),
  'read-back-failed': ({ wanted, fault }) => ({
    ko: `${text(wanted)}(으)로 썼으나 되읽기 실패 (${fault})`,
    en: `wrote ${text(wanted)}; reading it back failed (${fault})`,
  }),
  owned: ({ interlock }) => ({
    ko: `연동 ${interlock} 출력: 시험과 음향 정지만 가능`,
    en: `interlock ${interlock} drives this output: only a test or silence is possible`,
  }),
  testing: ({ interlock, seconds }) => ({
    ko: `연동 ${interlock} 시험 중, ${seconds}초 후 자동 종료`,
    en: `interlock ${interlock} is being tested for ${seconds} s`,
  }),
  silenced: ({ interlock }) => ({
    ko: `연동 ${interlock} 음향 정지: 새 감지 시 다시 작동`,
    en: `interlock ${interlock} is silenced until another point detects`,
  }),
  'nothing-to-silence': ({ interlock }) => ({
    ko: `연동 ${interlock}: 작동 중이 아님`,
    en: `interlock ${interlock} is not sounding`,
  }),
  'gas-zone': ({ zone, point, value }) => ({
    ko: `가스 구역 ${zone}: ${point} ${value === null ? '확인 불가' : text(value)}, 방폭 아닌 출력은 조작 금지`,
    en: `gas zone ${zone}: ${point} ${value === null ? 'is unknown' : `reads ${text(value)}`}; an output that is not rated for it is not switched`,
  }),
  late: ({ seconds }) => ({ ko: `기한이 ${seconds}초 지난 명령`, en: `came ${seconds} s after its deadline` }),
  duplicate: () => ({ ko: '이미 받은 명령', en: 'this command came before' }),
  'agent-offline': ({ agent }) => ({ ko: `엣지 ${agent} 연결 안 됨`, en: `agent ${agent} is offline` }),
  'agent-lost': ({ agent }) => ({
    ko: `응답 전에 엣지 ${agent} 연결 끊김: 수행 여부 확인 필요`,
    en: `agent ${agent} was lost before it answered: whether it was done is not known`,
  }),
  'no-answer': ({ seconds }) => ({
    ko: `${seconds}초 동안 응답 없음: 수행 여부 확인 필요`,
    en: `no answer in ${seconds} s: whether it was done is not known`,
  }),
  'not-understood': ({ problem }) => ({ ko: `명령 형식 오류: ${problem}`, en: `not understood: ${problem}` }),
};

export function commandText(reason: CommandReason): Text {
  // The key and the argument belong together, which a look-up by a union cannot show.
  return (words[reason.code] as (reason: CommandReason) => Text)(reason);
}

function text(value: number | boolean | string | null): string {
  return value === null ? '?' : String(value);
}
