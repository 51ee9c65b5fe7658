import type { DeviceReason, DeviceStateReason, ReadsLimit, StrayNote } from '../reasons/devices.ts';
import { brokerCauseText } from './broker-causes.ts';
import { faultNames } from './faults.ts';
import type { Words } from './words.ts';

type Code = DeviceStateReason['code'];
type Table = { readonly [C in Code]: (reason: Extract<DeviceStateReason, { code: C }>) => Words };

/** Why a device is not online, or why nobody knows; how to fix it follows the last colon where a person can. */
const table: Table = {
  'not-polled': () => ({ ko: '아직 측정 전', en: 'not polled yet' }),
  'no-turn': ({ polls }) => ({ ko: `${polls}회 넘게 측정 못 함`, en: `nothing for more than ${polls} polls` }),

  'no-reply': ({ ms, echo }) => ({
    ko: `${ms} ms 안에 응답 없음${echo ? ' (보낸 요청만 되돌아옴)' : ''}`,
    en: `no reply in ${ms} ms${echo ? ", only the request itself came back (the line's echo)" : ''}`,
  }),
  'late-reply': ({ ms, after }) => ({
    ko: `${ms} ms 안에 응답 없음, 지난 응답은 ${after} ms 만에 도착: timeoutMs(말하는 센서는 poll.answer)를 ${after}보다 크게 설정`,
    en: `no reply in ${ms} ms, and the last one came after ${after} ms: raise timeoutMs (poll.answer of a sensor that talks) above that`,
  }),
  'other-transaction': ({ got, wanted }) => ({
    ko: `응답의 트랜잭션 ID가 다름 (${wanted} 대신 ${got}), 무엇에 대한 응답인지 알 수 없어 버림: 장치 펌웨어 또는 게이트웨이 확인`,
    en: `answers come with another transaction id (${got} for ${wanted}), so none is believed: the device or its gateway does not give the id back`,
  }),
  'stray-bytes': () => ({ ko: '응답 중', en: 'it answers' }),
  'reads-limited': (limit) => readsLimitText(limit),
  'cut-reply': ({ got, of, hex }) => ({
    ko: `응답 ${of}바이트 중 ${got}바이트만 수신 (${hex})`,
    en: `${got} of ${of} bytes came, and no whole reply (${hex})`,
  }),
  'endless-reply': ({ got }) => ({
    ko: `응답 ${got}바이트만 오고 끊김`,
    en: `${got} bytes of a reply came, and not its end`,
  }),
  'wrong-crc': ({ hex }) => ({ ko: `CRC 오류 (${hex})`, en: `wrong CRC (${hex})` }),
  'no-frame': ({ got, hex, text }) => {
    const seen = text === undefined ? hex : `${hex}, "${text}"`;
    const isAscii = text !== undefined && asciiFrame.test(text);
    return {
      ko: `응답이 아닌 ${got}바이트 수신 (${seen})${isAscii ? ': Modbus ASCII로 설정된 장치이면 RTU로 변경' : ''}`,
      en: `${got} bytes without a reply in them (${seen})${isAscii ? ': set to Modbus ASCII? set it to RTU' : ''}`,
    };
  },
  'other-unit': ({ got, wanted }) => ({
    ko: `국번 ${wanted} 대신 국번 ${got} 응답`,
    en: `unit ${got} answered for unit ${wanted}`,
  }),
  'other-function': ({ got, wanted, hex }) => ({
    ko: `기능 코드 ${wanted} 요청에 ${got} 응답 (${hex})`,
    en: `function ${got} answered to function ${wanted} (${hex})`,
  }),
  'other-request': ({ hex }) => ({
    ko: `다른 요청에 대한 응답 (${hex})`,
    en: `a reply of this function, but to another request: other length, count or address (${hex})`,
  }),
  misfit: ({ cause }) => ({
    ko: `요청과 맞지 않는 응답: ${cause}`,
    en: `the reply does not fit the request: ${cause}`,
  }),
  'other-form': ({ function: fn, bytes }) => ({
    ko: `요청과 맞지 않는 응답: 기능 코드 ${fn}, ${bytes}바이트`,
    en: `the reply does not fit the request: function ${fn}, ${bytes} bytes`,
  }),
  'not-modbus-tcp': ({ field, got }) => ({
    ko:
      field === 'protocol'
        ? `Modbus TCP가 아닌 응답(프로토콜 ID 0 대신 ${got}): host와 port 확인, RTU 프레임을 그대로 넘기는 변환기이면 kind를 modbus-rtu-over-tcp로 작성`
        : `Modbus TCP가 아닌 응답(길이 2–254 대신 ${got}): host와 port 확인, RTU 프레임을 그대로 넘기는 변환기이면 kind를 modbus-rtu-over-tcp로 작성`,
    en: `what answers speaks no Modbus TCP (${field === 'protocol' ? `protocol id ${got} for 0` : `a length of ${got} for 2–254`}): are \`host\` and \`port\` those of the device? For a converter that passes RTU frames on, write \`kind: modbus-rtu-over-tcp\``,
  }),
  'stranger-behind': ({ transaction }) => ({
    ko: `응답 뒤에 보낸 적 없는 트랜잭션 ID ${transaction}의 바이트가 와서 모두 버림: 장치 펌웨어 또는 게이트웨이 확인`,
    en: `behind a reply came bytes under transaction id ${transaction}, which was not given, so neither is believed: look at the firmware of the device or its gateway`,
  }),
  'two-replies': ({ first, second }) => ({
    ko: `한 요청에 서로 다른 응답 두 개가 와서 모두 버림: 같은 유닛 ID의 장치가 둘인지, 응답을 늦게 내보내는 변환기·무선 중계기가 있는지 확인 (${first}, ${second})`,
    en: `two different replies came to one request, so neither is believed: two devices have this unit id, or a converter, radio bridge or repeater keeps replies back (${first} and ${second})`,
  }),
  'one-behind': () => ({
    ko: '응답이 한 요청씩 밀려서 모두 버림: 응답을 붙잡아 두는 변환기·게이트웨이·무선 중계기를 다시 켜고, 그쪽의 응답 대기 시간과 timeoutMs 확인',
    en: 'each answer is the one to the request before, so none is believed: a converter, gateway or radio bridge keeps replies back; restart it, and compare its own timeout with timeoutMs',
  }),
  'reply-and-more': ({ first, second, behind }) => ({
    ko: `응답 뒤에 ${behind}바이트가 더 와서 버림 (${first}, ${second})`,
    en: `a reply came with ${behind} bytes behind it that may have been the answer, so it is not believed (${first}, then ${second})`,
  }),
  'never-silent': () => ({
    ko: '회선이 조용해지지 않음: 다른 마스터, 통신 속도, 고착된 송수신기 확인',
    en: 'the line never falls silent: look for a second master, a wrong baud rate or a stuck transceiver',
  }),
  'no-frame-in': ({ s }) => ({ ko: `${s}초 동안 수신 없음`, en: `not one byte in ${s} s` }),
  'other-lines': ({ layout, last, parity }) => ({
    ko: `수신한 줄이 layout(${layout})과 맞지 않음, 마지막 줄 ${last}: ${parity === undefined ? '펌웨어·출력 형식 또는 profile의 layout 확인' : sevenBits(parity).ko}`,
    en: `lines come, none like ${layout}; the last was ${last}: ${parity === undefined ? 'another firmware or output, or correct `layout`' : sevenBits(parity).en}`,
  }),
  'other-frames': ({ hex }) => ({
    ko: `다른 장치의 프레임만 수신, 마지막 ${hex}: 장치 종류(profile)와 출력 형식 확인`,
    en: `frames come, none of this device; the last was ${hex}: is the profile right?`,
  }),
  'not-among': ({ s, address, heard }) => ({
    ko: `${s}초 동안 주소 ${address ?? '없음'}의 프레임 없음, 같은 회선에서 ${heard === null ? '다른 장치만' : `주소 ${heard}이(가)`} 수신됨: 장치 주소와 전원 확인`,
    en: `not one frame from address ${address ?? 'none'} in ${s} s, while ${heard === null ? 'others of its line are heard' : `address ${heard} is heard`}: is its address right, and is it on?`,
  }),
  'no-frame-end': ({ end, last, parity }) => ({
    ko: `바이트는 오지만 프레임 끝(${end})이 없음, 마지막 ${last}: ${parity === undefined ? '통신 속도와 장치 종류 확인' : sevenBits(parity).ko}`,
    en: `bytes come without a whole frame (${end}); the last were ${last}: ${parity === undefined ? 'another speed, or another device?' : sevenBits(parity).en}`,
  }),
  'no-uplink': ({ s }) => ({
    ko: `${s}초 동안 수신 없음: 센서 배터리와 기지국·네트워크 서버 확인`,
    en: `nothing from it in ${s} s: its battery, the base station, or the network server?`,
  }),
  'other-port': ({ got, known }) => ({
    ko: `포트 ${got ?? '없음'} 메시지는 profile에 없음(있는 포트 ${known.join(', ') || '없음'}): 펌웨어와 profile 확인`,
    en: `a message on port ${got ?? 'none'}, which its profile does not have (${known.join(', ') || 'none'}): another firmware, or another model?`,
  }),
  'other-length': ({ got, known, hex }) => ({
    ko: `${got}바이트 메시지, profile은 ${known.join(', ')}바이트 (${hex}): 읽지 않음, 펌웨어와 profile 확인`,
    en: `a message of ${got} bytes, and its profile has ${known.join(', ')} (${hex}), so it is not read: another firmware, or another model?`,
  }),
  'other-message': ({ hex }) => ({
    ko: `profile에 없는 메시지 (${hex}): 펌웨어와 profile 확인`,
    en: `a message that its profile does not have (${hex}): another firmware, or another model?`,
  }),
  'other-channel': ({ at, hex }) => ({
    ko: `${at}번째 바이트의 채널이 profile에 없음 (${hex}): 메시지 전체를 버림, profile에 채널 추가`,
    en: `at byte ${at} stands a channel that its profile does not have (${hex}), so nothing of the message is read: add it to the profile`,
  }),
  'cut-channel': ({ channel, got, of }) => ({
    ko: `채널 ${channel}의 값 ${of}바이트 중 ${got}바이트뿐: 메시지 전체를 버림`,
    en: `channel ${channel} has ${got} of its ${of} bytes, so nothing of the message is read`,
  }),
  'point-twice': ({ point }) => ({
    ko: `한 메시지에 ${point} 값이 두 가지: 메시지 전체를 버림`,
    en: `two values of ${point} in one message, so nothing of it is read`,
  }),
  'wrong-sum': ({ hex }) => ({ ko: `검사합 오류 (${hex})`, en: `its bytes do not add up (${hex})` }),
  'not-tlv': ({ at, hex }) => ({
    ko: `LwM2M TLV가 아님, ${at}번째 바이트부터 (${hex})`,
    en: `no LwM2M TLV from byte ${at} on (${hex})`,
  }),
  'not-senml': ({ hex }) => ({ ko: `CBOR로 쓴 SenML이 아님 (${hex})`, en: `no SenML in CBOR (${hex})` }),
  'not-json': () => ({
    ko: 'JSON 메시지가 아님: 버스의 format 확인',
    en: 'no JSON: is the `format` of its bus right?',
  }),
  'not-of-format': ({ format, part }) => ({
    ko: `${format} 형식과 다른 메시지 (${part}): 버스의 format 확인`,
    en: `not as ${format} writes a message (${part}): is the \`format\` of its bus right?`,
  }),
  'no-known-field': () => ({
    ko: '메시지에 profile의 값이 하나도 없음: 장치 종류(profile) 확인',
    en: 'the message brings nothing that its profile knows: is the profile right?',
  }),
  'no-values': ({ values }) => ({
    ko: `수신 중, 값 없음: ${values.map(({ point, why }) => `${point} ${whyNone(why).ko}`).join(', ')}`,
    en: `it is heard, without values: ${values.map(({ point, why }) => `${point} ${whyNone(why).en}`).join(', ')}`,
  }),
  'late-uplink': ({ s }) => ({
    ko: `네트워크 서버 수신 후 ${s}초 늦게 도착: 이력으로만 저장`,
    en: `its message came ${s} s after the network server heard it: kept as history`,
  }),
  'may-have-waited': () => ({
    ko: '메시지에 시각이 없고 연결이 끊긴 동안 브로커에 쌓였을 수 있음: 이력으로만 저장, 다음 메시지부터 현재 값',
    en: 'its message says no time and may have waited in the broker while nobody heard it: kept as history, the next one counts',
  }),
  'clock-apart': ({ s }) => ({
    ko: `네트워크 서버 시계가 ${s}초 앞섬: 두 시계 확인, 그동안 이력으로만 저장`,
    en: `the network server's clock is ${s} s ahead of this box's: set both; until then its messages are history`,
  }),
  'old-values': ({ s }) => ({
    ko: `${s}초 전에 측정한 값을 보냄: 이력으로만 저장`,
    en: `it brings values that it measured ${s} s ago: kept as history`,
  }),
  'device-clock-ahead': ({ s }) => ({
    ko: `장치 시계가 ${s}초 앞섬: 두 시계 확인, 그동안 이력으로만 저장`,
    en: `by its own clock its values are of ${s} s ahead of this box's: set both; until then they are history`,
  }),
  'broker-lost': ({ broker, cause }) => ({
    ko: `${broker}: 브로커 연결 안 됨: ${brokerCauseText(cause).ko}`,
    en: `${broker}: no connection to the broker: ${brokerCauseText(cause).en}`,
  }),
  'damaged-frames': ({ s, last, end, parity }) => {
    const ko = end === undefined ? '' : `: 줄 끝이 ${end}와(과) 다름, profile의 frame.end 확인`;
    const en = end === undefined ? '' : `: a line end other than ${end}? correct frame.end`;
    return {
      ko: `${s}초 동안 깨진 프레임만 수신${last === undefined ? '' : `, 마지막 ${last}`}${parity === undefined ? ko : `: ${sevenBits(parity).ko}`}`,
      en: `nothing but damaged frames in ${s} s${last === undefined ? '' : `; the last were ${last}`}${parity === undefined ? en : `: ${sevenBits(parity).en}`}`,
    };
  },
  'damaged-answer': () => ({ ko: '깨진 응답', en: 'its answer came damaged' }),
  'two-answers': () => ({
    ko: '한 요청에 서로 다른 응답 두 개가 와서 모두 버림: 응답을 늦게 내보내는 변환기·무선 중계기 확인',
    en: 'two different answers came to one request, so neither is believed: a converter or radio bridge keeps answers back',
  }),

  exception: ({ exception }) => {
    const meaning = exceptionNames.get(exception);
    return {
      ko: `예외 응답 ${exception}${meaning === undefined ? '' : ` (${meaning.ko})`}`,
      en: `exception ${exception}: ${meaning?.en ?? 'unknown exception'}`,
    };
  },
  'not-supported': () => ({ ko: '장치가 지원하지 않음', en: 'not supported' }),
  'values-at-fault': ({ faults }) => ({
    ko: `응답은 정상, 값 이상 (${faults.map((fault) => faultNames[fault].ko).join(', ')})`,
    en: `it answers, with values at fault (${faults.map((fault) => faultNames[fault].en).join(', ')})`,
  }),
  'no-point-supported': () => ({
    ko: '지원하는 측정점 없음: 장치 종류(profile) 확인, 정해진 블록 전체로만 읽히는 장치이면 blocks 설정',
    en: 'it supports none of its points: is the profile right? A device that is read by whole blocks only needs `blocks`',
  }),
  'broadcast-read': () => ({
    ko: '국번 0은 방송용이라 읽을 수 없음',
    en: 'unit 0 is a broadcast, which nobody answers: it cannot be read',
  }),
  'unread-before-write': () => ({
    ko: '쓰기 전 레지스터 읽기 실패',
    en: 'the register could not be read before the write',
  }),

  'port-not-opened': () => ({ ko: '아직 포트를 열기 전', en: 'not opened yet' }),
  'port-closing': () => ({ ko: '포트를 닫는 중', en: 'the bus is closing' }),
  'port-closed': () => ({ ko: '포트 닫힘', en: 'the port is closed' }),
  'no-such-port': ({ port }) => ({
    ko: `${port}: 포트 없음: 어댑터를 꽂거나 설정의 port 확인`,
    en: `${port}: there is no such port: plug the adapter in, or correct \`port\` (ls -l /dev/serial/by-id)`,
  }),
  'port-taken': ({ port }) => ({
    ko: `${port}: 다른 프로그램이 포트 사용 중: 그 프로그램 종료`,
    en: `${port}: another program holds this port: end it (fuser -v ${port} names it)`,
  }),
  'port-denied': ({ port }) => ({
    ko: `${port}: 포트 권한 없음: 사용자를 dialout 그룹에 추가`,
    en: `${port}: no permission: add the user to the group that owns the port (sudo usermod -aG dialout USER, then log in again; deploy/60-jari-serial.rules sets the group)`,
  }),
  'not-a-port': ({ port }) => ({
    ko: `${port}: 시리얼 포트가 아님: 설정의 port 확인`,
    en: `${port}: this is not a serial port: correct \`port\` (ls -l /dev/serial/by-id)`,
  }),
  'port-fails': ({ port, cause }) => ({ ko: `${port}: 포트를 열 수 없음: ${cause}`, en: `${port}: ${cause}` }),
  'port-gone': ({ port, cause }) => ({
    ko: `${port}: 포트 사라짐 (${cause}): 어댑터 연결 확인`,
    en: `${port}: the port went away (${cause}): is the adapter plugged in?`,
  }),
  'port-mute': ({ s }) => ({
    ko: `${s}초 동안 수신 없음: 포트를 다시 엶`,
    en: `no byte in ${s} s: opening the port again`,
  }),
  'converter-mute': ({ port, requests }) => ({
    ko: `${port}: 요청 ${requests}회에 한 바이트도 오지 않음: 다시 접속`,
    en: `${port}: ${requests} requests in a row without one byte back: connecting again`,
  }),

  'no-connection': ({ port, ms }) => ({
    ko: `${port}: ${ms} ms 안에 접속 안 됨: 장치 전원과 주소 확인`,
    en: `${port}: no connection in ${ms} ms: is the device on, and the address right?`,
  }),
  'connection-refused': ({ port }) => ({
    ko: `${port}: 접속 거부됨: 장치의 Modbus TCP 설정과 포트 번호 확인`,
    en: `${port}: connection refused: is Modbus TCP switched on there, and is the port right?`,
  }),
  'no-such-host': ({ port }) => ({
    ko: `${port}: 없는 호스트: 설정의 host 확인`,
    en: `${port}: no such host: correct \`host\``,
  }),
  'no-way-to-host': ({ port }) => ({
    ko: `${port}: 호스트에 닿지 않음: 장치 전원과 네트워크 확인`,
    en: `${port}: no way to that host: is the device on, and in this network?`,
  }),
  'no-way-to-network': ({ port }) => ({
    ko: `${port}: 네트워크에 닿지 않음: 네트워크 케이블 확인`,
    en: `${port}: no way to that network: is the network cable in?`,
  }),
  'connection-cut': ({ port }) => ({
    ko: `${port}: 상대가 접속을 끊음`,
    en: `${port}: the other side cut the connection`,
  }),
  'connection-ended': ({ port }) => ({
    ko: `${port}: 상대가 접속을 끝냄`,
    en: `${port}: the other side closed the connection`,
  }),
  'connection-not-kept': ({ port }) => ({
    ko: `${port}: 상대가 응답 후 접속을 끝냄, 물을 것이 있을 때 다시 접속: 접속당 한 번 응답하는 장치, 측정 주기보다 짧은 유휴 제한, 또는 다른 클라이언트가 밀어냄`,
    en: `${port}: the other side answers and ends the connection, and it is made again when something is to be asked: a device that answers once a connection, an idle limit shorter than the polls, or another client in its place`,
  }),
  'connection-fails': ({ port, cause }) => ({ ko: `${port}: 접속 실패: ${cause}`, en: `${port}: ${cause}` }),
  'connection-mute': ({ requests }) => ({
    ko: `${requests}회 연속 응답 없어 다시 접속`,
    en: `${requests} timeouts in a row`,
  }),

  'agent-offline': () => ({ ko: '수집기 연결 끊김', en: 'its agent is offline' }),
  'agent-not-heard': () => ({
    ko: '게이트웨이 시작 후 수신 없음',
    en: 'its agent is not heard since the gateway started',
  }),
  'agent-just-connected': () => ({ ko: '수집기가 방금 연결됨', en: 'its agent has only just connected' }),
  'not-yet-heard-of': () => ({ ko: '아직 수신 전', en: 'not heard of yet' }),
  'readings-bad': ({ fault }) => faultNames[fault],
};

/** Why a device itself gives no value. A newer word is shown as it is. */
function whyNone(why: string): Words {
  return noneWords.get(why) ?? { ko: why, en: why };
}

const noneWords: ReadonlyMap<string, Words> = new Map([
  ['no-sensor', { ko: '센서 없음', en: 'no sensor' }],
  ['read-failed', { ko: '측정 실패', en: 'read failed' }],
  ['over-range', { ko: '측정 범위 초과', en: 'over its range' }],
  ['under-range', { ko: '측정 범위 미만', en: 'under its range' }],
  ['invalid-reading', { ko: '유효하지 않은 측정', en: 'invalid reading' }],
  ['not-ready', { ko: '준비 안 됨', en: 'not ready' }],
  ['ambiguous', { ko: '값인지 이상 코드인지 알 수 없음', en: 'a value or a code for none: it cannot be told' }],
  ['not-finite', { ko: '숫자가 아님', en: 'not a number' }],
]);

/** Modbus Application Protocol V1.1b3, 7. */
const exceptionNames: ReadonlyMap<number, Words> = new Map([
  [1, { ko: '없는 기능', en: 'illegal function' }],
  [2, { ko: '없는 주소', en: 'illegal data address' }],
  [3, { ko: '잘못된 값', en: 'illegal data value' }],
  [4, { ko: '장치 고장', en: 'device failure' }],
  [5, { ko: '처리 중', en: 'acknowledge, still working' }],
  [6, { ko: '장치 바쁨', en: 'device busy' }],
  [10, { ko: '게이트웨이 경로 없음', en: 'gateway path unavailable' }],
  [11, { ko: '게이트웨이 뒤 장치 응답 없음', en: 'no reply from the device behind the gateway' }],
]);

/** A reason in words, with where it is and how often. */
export function deviceReasonText(reason: DeviceStateReason): Words {
  const { ko, en } = lookUp(reason);
  const {
    range,
    points = [],
    times = 1,
    beside,
  }: Where = ['range', 'points', 'times', 'beside'].some((key) => key in reason) ? (reason as DeviceReason) : {};
  const at = range === undefined ? '' : `${range}: `;
  const of = points.length === 0 ? '' : `: ${points.join(', ')}`;
  const besides = beside === undefined ? none : strayText(beside);
  return {
    ko: `${at}${times > 1 ? `${times}회 연속 ` : ''}${ko}${of}${besides.ko}`,
    en: `${at}${times > 1 ? `${times} misses in a row: ` : ''}${en}${of}${besides.en}`,
  };
}

function readsLimitText({ upTo, notAt, of, as, exception }: ReadsLimit): Words {
  const isBits = of === 'bits';
  const key = `limits.${isBits ? 'maxBits' : 'maxRegisters'}: ${upTo}`;
  const sizes = notAt.join(', ');
  const seen = {
    silence: { ko: `${sizes}개에는 응답 없음`, en: `was silent at ${sizes}` },
    late: { ko: `${sizes}개에는 늦게 응답`, en: `was too late at ${sizes}` },
    damaged: { ko: `${sizes}개에는 깨진 응답`, en: `gave no whole answer at ${sizes}` },
    exception: {
      ko: `${sizes}개에는 예외 응답 ${exception ?? ''}`,
      en: `answered exception ${exception ?? ''} at ${sizes}`,
    },
  }[as];
  const late: Words =
    as === 'late' ? { ko: ' 또는 timeoutMs를 더 크게 설정', en: ', or raise timeoutMs' } : { ko: '', en: '' };
  return {
    ko: `${isBits ? '비트' : '레지스터'}를 한 번에 ${upTo}개까지 응답, ${seen.ko}: 나누어 읽는 중, profile에 ${key} 설정${late.ko}`,
    en: `it answers reads of up to ${upTo} ${upTo === 1 ? of.slice(0, -1) : of} and ${seen.en}, so it is read in parts: set ${key} in its profile${late.en}`,
  };
}

type Where = Pick<DeviceReason, 'range' | 'points' | 'times' | 'beside'>;

function sevenBits(parity: 'even' | 'odd'): Words {
  return {
    ko: `데이터 7비트에 ${parity === 'even' ? '짝수' : '홀수'} 패리티로 보임, dataBits: 7, parity: ${parity}로 설정`,
    en: `it speaks with 7 data bits and ${parity} parity: set dataBits: 7 and parity: ${parity}`,
  };
}

const none: Words = { ko: '', en: '' };

/** How a frame of Modbus ASCII begins. */
const asciiFrame = /^:([0-9A-F]{2})+/;

function strayText({ hex, text, likely, withAnswersOf }: StrayNote): Words {
  const seen = text === undefined ? hex : `${hex}, "${text}"`;
  if (withAnswersOf !== undefined) {
    const units = withAnswersOf.join(', ');
    const words = likelyWithAnswers[likely];
    return {
      ko: `; 국번 ${units} 응답과 함께 요청하지 않은 바이트가 계속 옴 (${seen}): ${words.ko}`,
      en: `; with the answers of unit ${units} come bytes that no request explains (${seen}): ${words.en}`,
    };
  }
  return {
    ko: `; 요청하지 않은 바이트가 계속 옴 (${seen}): ${likelyWords[likely].ko}`,
    en: `; bytes that no request explains keep coming (${seen}): ${likelyWords[likely].en}`,
  };
}

/** What may stand beside answers each time. */
const likelyWithAnswers: Readonly<Record<StrayNote['likely'], Words>> = {
  heartbeat: {
    ko: '장치나 변환기의 디버그·로그 출력이면 그 설정에서 끄기',
    en: 'debug or log output of the device or its converter? switch it off there',
  },
  'second-master': {
    ko: '모두 두 번 보내는 중계기, 응답을 늦게 내보내는 변환기 확인',
    en: 'a repeater that says all twice, or a converter that keeps replies back?',
  },
  'unbiased-line': {
    ko: '회선 바이어스 저항과 송수신 전환, 무선 모뎀이 붙이는 수신 세기 바이트 확인',
    en: 'a line without bias resistors, a driver that switches late, or a radio modem that adds the signal strength?',
  },
  'other-protocol': {
    ko: '변환기·무선 모뎀이 붙이는 바이트(주소, 수신 세기)이면 그 설정에서 끄기, 잡음이면 차폐·접지, 깨진 에코이면 송수신 전환 확인',
    en: 'a converter or radio modem that adds bytes of its own, such as an address or a signal strength? switch that off there; interference? check shield and ground; or a damaged echo of the request?',
  },
};

const likelyWords: Readonly<Record<StrayNote['likely'], Words>> = {
  heartbeat: { ko: '변환기의 하트비트이면 변환기에서 끄기', en: "a converter's heartbeat? switch it off there" },
  'second-master': {
    ko: '다른 마스터 또는 두 번 보내는 중계기 확인',
    en: 'a second master, or a repeater that says all twice?',
  },
  'unbiased-line': {
    ko: '회선 바이어스 저항과 송수신 전환 확인',
    en: 'a line without bias resistors, or a driver that switches?',
  },
  'other-protocol': {
    ko: '같은 회선의 다른 프로토콜·통신 속도 확인',
    en: 'another protocol, or another speed on the same wire?',
  },
};

/** The code picks the branch and the figures are of that code, which a look-up by a union cannot show. A newer code is shown. */
function lookUp(reason: DeviceStateReason): Words {
  if (!Object.hasOwn(table, reason.code)) return { ko: reason.code, en: reason.code };
  return (table[reason.code] as (reason: DeviceStateReason) => Words)(reason);
}
