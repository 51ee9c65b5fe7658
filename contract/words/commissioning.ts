import type { CommandReason } from '../reasons/commands.ts';
import type { DeviceReason } from '../reasons/devices.ts';
import { commandText } from './commands.ts';
import { deviceReasonText } from './devices.ts';
import { causeWords } from './files.ts';
import type { Words } from './words.ts';

/** Why a command on a live bus does not do what it was asked for. `option` is as it is typed, `given` what was typed. */
export type CommissioningReason =
  | { readonly code: 'which-line' }
  | { readonly code: 'one-line'; readonly count: number }
  | { readonly code: 'bus-form'; readonly given: string; readonly known: string }
  | { readonly code: 'talker-bus'; readonly bus: string }
  | { readonly code: 'broker-bus'; readonly bus: string }
  | { readonly code: 'list-form'; readonly option: string; readonly given: string; readonly example: string }
  | { readonly code: 'line-held'; readonly line: string; readonly pid: number | null; readonly command: string | null }
  | {
      readonly code: 'host-in-use';
      readonly line: string;
      readonly pid: number | null;
      readonly command: string | null;
    }
  | { readonly code: 'line-closed'; readonly line: string; readonly reason: DeviceReason }
  | { readonly code: 'what-to-read'; readonly given: string; readonly bus: boolean }
  | { readonly code: 'unit-needed' }
  | { readonly code: 'too-many'; readonly count: number; readonly most: number }
  | { readonly code: 'no-reading'; readonly line: string; readonly unit: number; readonly reason: DeviceReason }
  | { readonly code: 'not-written'; readonly reason: CommandReason }
  | { readonly code: 'table-read-only'; readonly table: string }
  | { readonly code: 'value-form'; readonly given: string; readonly type: 'number' | 'boolean' | 'string' }
  | { readonly code: 'no-listening' }
  | { readonly code: 'poll-needs-site' }
  | { readonly code: 'prove-a-point'; readonly given: string }
  | { readonly code: 'prove-stopped' }
  | { readonly code: 'broken-proofs'; readonly file: string; readonly line: number }
  | { readonly code: 'not-signed'; readonly file: string }
  | {
      readonly code: 'not-verified';
      readonly file: string;
      readonly problem: 'changed' | 'other-ca' | 'not-of-ca' | 'not-for-documents' | 'no-signature';
    }
  | { readonly code: 'needs-yes' }
  | { readonly code: 'said-no' }
  | { readonly code: 'not-a-scan'; readonly file: string; readonly problem: string }
  | { readonly code: 'nothing-found'; readonly file: string }
  | { readonly code: 'file-there'; readonly file: string }
  | { readonly code: 'file-trouble'; readonly file: string; readonly cause: string }
  | { readonly code: 'no-picture'; readonly file: string }
  | { readonly code: 'id-form'; readonly option: string; readonly given: string }
  | { readonly code: 'unknown-profile'; readonly profile: string; readonly known: string }
  | { readonly code: 'unknown-point'; readonly point: string; readonly known: string };

type Table = {
  readonly [C in CommissioningReason['code']]: (reason: Extract<CommissioningReason, { code: C }>) => Words;
};

const table: Table = {
  'which-line': () => ({
    ko: '회선을 지정: --port /dev/serial/by-id/…, --tcp HOST:PORT, --converter HOST:PORT 또는 --site FILE --bus AGENT/BUS',
    en: 'say which line: --port /dev/serial/by-id/…, --tcp HOST:PORT, --converter HOST:PORT, or --site FILE --bus AGENT/BUS',
  }),
  'one-line': ({ count }) => ({
    ko: `회선 ${count}개가 지정됨: 한 회선, 한 통신 설정만 지정`,
    en: `${count} lines or settings are given: this command works on one, so give one port, one baud rate and one parity`,
  }),
  'bus-form': ({ given, known }) => ({
    ko: `--bus ${given}: 그런 버스 없음, AGENT/BUS로 지정: ${known}`,
    en: `--bus ${given}: the site has no such bus; it is written AGENT/BUS, and there are: ${known}`,
  }),
  'talker-bus': ({ bus }) => ({
    ko: `${bus}: 스스로 말하는 센서의 회선이라 물을 수 없음: 들으려면 jari sniff`,
    en: `${bus}: sensors that talk by themselves are not asked; listen to them with jari sniff`,
  }),
  'broker-bus': ({ bus }) => ({
    ko: `${bus}: MQTT 브로커로 받는 장치들이라 회선이 없음`,
    en: `${bus}: its devices are heard by an MQTT broker, and there is no line to look at`,
  }),
  'list-form': ({ option, given, example }) => ({
    ko: `${option} ${given}: 형식이 맞지 않음, 예: ${example}`,
    en: `${option} ${given}: not understood; write it as in ${example}`,
  }),
  'line-held': ({ line, pid, command }) => ({
    ko: `${line}: ${holderKo(pid, command)} 사용 중: 회선의 마스터는 하나여야 하므로 그 프로그램을 멈춘 뒤 다시 실행 (systemctl stop jari-edge, 끝나면 start)`,
    en: `${line}: ${holderEn(pid, command)} holds this line, and a line has one master: stop it (systemctl stop jari-edge), run this again, and start it afterwards`,
  }),
  'host-in-use': ({ line, pid, command }) => ({
    ko: `${line}: ${holderKo(pid, command)} 접속 중: 멈춘 뒤 다시 실행하거나, 여러 접속을 받는 장치이면 --beside 지정`,
    en: `${line}: ${holderEn(pid, command)} is connected to it: stop it and run this again, or add --beside where the device takes several connections`,
  }),
  'line-closed': ({ line, reason }) => {
    const { ko, en } = deviceReasonText(reason);
    const isNamed = ko.startsWith(line);
    return { ko: isNamed ? ko : `${line}: ${ko}`, en: isNamed ? en : `${line}: ${en}` };
  },
  'what-to-read': ({ given, bus }) => ({
    ko: `${given}: holding:16+2, input:0x10, coil:3, 30017 또는 ${bus ? '장치/포인트' : '장치/포인트(--site와 함께)'}로 지정`,
    en: `${given}: write holding:16+2, input:0x10, coil:3 or 30017, or ${bus ? 'DEVICE/POINT' : 'DEVICE/POINT together with --site'}`,
  }),
  'unit-needed': () => ({
    ko: '--unit: 장치의 국번 지정 (1–255)',
    en: "--unit: say the device's unit id, 1–255 (jari scan finds it)",
  }),
  'too-many': ({ count, most }) => ({
    ko: `한 번에 ${most}개까지 읽을 수 있음, ${count}개 요청됨`,
    en: `one request reads ${most} at most, and ${count} are asked for`,
  }),
  'no-reading': ({ line, unit, reason }) => ({
    ko: `${line} 국번 ${unit}: ${deviceReasonText(reason).ko}`,
    en: `${line} unit ${unit}: ${deviceReasonText(reason).en}`,
  }),
  'not-written': ({ reason }) => commandText(reason),
  'table-read-only': ({ table }) => ({
    ko: `${table}: 읽기 전용 테이블, coil 또는 holding만 쓸 수 있음`,
    en: `${table}: this table is read-only; coil and holding can be written`,
  }),
  'value-form': ({ given, type }) => ({
    ko: `${given}: ${type === 'number' ? '숫자' : 'true 또는 false'}로 지정`,
    en: `${given}: give ${type === 'number' ? 'a number' : 'true or false'}`,
  }),
  'no-listening': () => ({
    ko: 'TCP 접속은 옆에서 들을 수 없음: 시리얼 회선 또는 --converter 지정, 또는 jari record --poll',
    en: 'nobody can listen in on a TCP connection: give a serial line or --converter, or ask yourself with jari record --poll',
  }),
  'poll-needs-site': () => ({
    ko: '--poll은 사이트 파일의 버스에만: --site FILE --bus AGENT/BUS 지정',
    en: '--poll asks the devices of a bus of the site: add --site FILE --bus AGENT/BUS',
  }),
  'prove-a-point': ({ given }) => ({
    ko: `${given}: 사이트 파일의 Modbus 포인트를 장치/포인트로 지정 (--site와 함께)`,
    en: `${given}: name a Modbus point of the site file, DEVICE/POINT, together with --site`,
  }),
  'prove-stopped': () => ({ ko: '중지됨: 기록하지 않음', en: 'stopped: nothing was kept' }),
  'broken-proofs': ({ file, line }) => ({
    ko: `${file}:${line}: 이 줄부터 기록의 해시가 맞지 않음: 파일을 보존하고 사본에서 복구하거나 --proofs로 새 폴더 지정`,
    en: `${file}:${line}: from this line on the chain of hashes does not hold: keep the file as evidence, put back a copy, or begin a new folder with --proofs`,
  }),
  'not-signed': ({ file }) => ({
    ko: `${file}: 서명 없는 인계서`,
    en: `${file}: this report is not signed`,
  }),
  'not-verified': ({ file, problem }) => ({
    ko: `${file}: ${signatureProblems[problem].ko}`,
    en: `${file}: ${signatureProblems[problem].en}`,
  }),
  'needs-yes': () => ({
    ko: '물어볼 터미널이 없음: 확실하면 --yes 지정',
    en: 'there is no terminal to ask on: add --yes where you are sure',
  }),
  'said-no': () => ({ ko: '쓰지 않음', en: 'nothing was written' }),
  'not-a-scan': ({ file, problem }) => ({
    ko: `${file}: jari scan --json의 출력이 아님 (${problem})`,
    en: `${file}: is not what jari scan --json printed (${problem})`,
  }),
  'nothing-found': ({ file }) => ({
    ko: `${file}: 응답한 장치가 없어 만들 것이 없음`,
    en: `${file}: nobody answered in this scan, so there is no site to write`,
  }),
  'file-there': ({ file }) => ({
    ko: `${file}: 이미 있는 파일, 다른 이름을 지정하거나 옮긴 뒤 다시 실행`,
    en: `${file}: is there already; give another name, or move it away`,
  }),
  'file-trouble': ({ file, cause }) => {
    const { ko, en } = causeWords(cause);
    return { ko: `${file}: ${ko}`, en: `${file}: ${en}` };
  },
  'no-picture': ({ file }) => ({
    ko: `${file}: 인계서에 실을 수 없는 사진, JPEG, PNG 또는 WebP로 저장하여 지정`,
    en: `${file}: is no picture that a report can show; save it as JPEG, PNG or WebP`,
  }),
  'id-form': ({ option, given }) => ({
    ko: `${option} ${given}: 영문 소문자, 숫자, - 만으로 지정`,
    en: `${option} ${given}: an id is 1–63 of a–z, 0–9 and -, and begins with a letter or digit`,
  }),
  'unknown-profile': ({ profile, known }) => ({
    ko: `--profile ${profile}: 없는 프로파일, 있는 것: ${known}`,
    en: `--profile ${profile}: there is no such profile; there are: ${known}`,
  }),
  'unknown-point': ({ point, known }) => ({
    ko: `${point}: 없는 포인트, 있는 것: ${known}`,
    en: `${point}: no such point; there are: ${known}`,
  }),
};

const signatureProblems: Readonly<Record<Extract<CommissioningReason, { code: 'not-verified' }>['problem'], Words>> = {
  changed: { ko: '서명 후 내용이 바뀜', en: 'it was changed after it was signed' },
  'other-ca': { ko: '다른 게이트웨이의 CA가 서명함', en: 'another CA than the one given has signed it' },
  'not-of-ca': { ko: '서명 인증서가 CA에서 발급되지 않음', en: 'the certificate that signed it is not of its CA' },
  'not-for-documents': { ko: '문서 서명용 인증서가 아님', en: 'the certificate that signed it is not for documents' },
  'no-signature': { ko: '서명을 읽을 수 없음', en: 'its signature cannot be read' },
};

/** The code picks the branch, which a look-up by a union cannot show. */
export function commissioningText(reason: CommissioningReason): Words {
  return (table[reason.code] as (reason: CommissioningReason) => Words)(reason);
}

function holderKo(pid: number | null, command: string | null): string {
  return pid === null ? '다른 프로그램이' : `프로세스 ${pid}${command === null ? '' : ` (${command})`}이(가)`;
}

function holderEn(pid: number | null, command: string | null): string {
  return pid === null ? 'another program' : `process ${pid}${command === null ? '' : ` (${command})`}`;
}
