import { withParticle } from '../particles.ts';
import type { Words } from '../words.ts';
import { durationText, koNearText, nearText, oneOf, quoted } from './text.ts';

type Table = { readonly [code: string]: (figures: never) => Words };
type Near = { readonly near: readonly string[] };
type Part = 'agent' | 'bus' | 'device' | 'lot' | 'space' | 'building' | 'zone' | 'lane' | 'entrance' | 'discount';
type Profile = { readonly profile: string };

/** Names and references of a site, and what hangs on its buses. */
export const siteWords = {
  'id-taken': ({ part, id, line }: { readonly part: Part; readonly id: string; readonly line: number }) => ({
    ko: `${koParts[part]} id ${withParticle(quoted(id), '은/는')} ${line}행에서 이미 씀: id는 ${koWholes[part] ?? '사이트'} 안에서 하나뿐이어야 함`,
    en: `${part} id ${quoted(id)} is taken in line ${line}; ids are unique in ${wholes[part] ?? 'the site'}`,
  }),
  'id-reserved': ({ part, id }: { readonly part: Part; readonly id: string }) => ({
    ko: `${withParticle(id, '은/는')} ${koParts[part]} 이름으로 쓸 수 없는 예약어: 다른 id를 줌`,
    en: `no ${part} may be named ${id}, which is reserved; give it another id`,
  }),
  'no-such-part': ({ part, id, near }: { readonly part: Part; readonly id: string } & Near) => ({
    ko: `없는 ${koParts[part]} ${quoted(id)}: ${koNearText(near, '추가하거나 바로잡음')}`,
    en: `there is no ${part} ${quoted(id)}; ${nearText(near, 'add it, or correct this')}`,
  }),
  'no-such-profile': ({ profile, near, known }: Profile & Near & { readonly known: readonly string[] }) => ({
    ko: `없는 장치 종류 ${quoted(profile)}: ${koNearText(near, `있는 것은 ${known.join(', ')}`)}`,
    en: `there is no profile ${quoted(profile)}; ${nearText(near, `there are ${known.join(', ')}`)}`,
  }),
  'no-such-point': ({ profile, point, known }: Profile & { point: string; known: readonly string[] }) => ({
    ko: `장치 종류 ${profile}에 측정점 ${quoted(point)} 없음: 있는 것은 ${known.join(', ')}`,
    en: `profile ${profile} has no point ${quoted(point)}; it has ${known.join(', ')}`,
  }),
  'point-of-type': ({ point, type, wanted }: { point: string; type: string; wanted: 'boolean' | 'number' }) => ({
    ko: `${withParticle(point, '은/는')} ${koTypes[type] ?? type} 측정점임: 여기에는 ${wanted === 'boolean' ? '접점처럼 true/false인' : '숫자인'} 측정점이 필요`,
    en: `${point} is a ${type}; this needs a point that is ${wanted === 'boolean' ? 'true or false, such as a contact' : 'a number'}`,
  }),
  'occupancy-bound': ({ point, line }: { readonly point: string; readonly line: number }) => ({
    ko: `${withParticle(quoted(point), '은/는')} ${line}행의 주차면에 이미 연결됨: 측정점 하나는 주차면 하나의 점유만 알림`,
    en: `${quoted(point)} is bound to the space of line ${line}; a point says of one space whether it is taken`,
  }),
  'point-bound': ({ point, line }: { readonly point: string; readonly line: number }) => ({
    ko: `${withParticle(quoted(point), '은/는')} ${line}행에 이미 연결됨: 측정점 하나는 한 곳만 알림`,
    en: `${quoted(point)} is bound in line ${line}; a point says of one place`,
  }),

  'ships-with-other-line': ({
    profile,
    key,
    ships,
    runs,
  }: {
    readonly profile: string;
    readonly key: string;
    readonly ships: string | number;
    readonly runs: string | number;
  }) => ({
    ko: `${withParticle(profile, '은/는')} ${key} ${withParticle(ships, '으로/로')} 출고되는데 이 버스는 적지 않아 ${runs}임: 장치가 맞춰져 있는 값을 버스에 ${key}: …로 작성`,
    en: `${profile} ships with ${key} ${ships}, and this bus says none, so it runs with ${runs}; write ${key}: … on the bus as its devices are set`,
  }),
  'port-shared': ({ place, line }: { readonly place: string; readonly line: number }) => ({
    ko: `${withParticle(place, '은/는')} ${line}행 회선의 것임: 두 회선이 함께 쓸 수 없으므로 장치를 한 회선에 두거나 바로잡음`,
    en: `${place} belongs to the bus of line ${line}; two buses cannot share it: put the devices on one bus, or correct it`,
  }),
  'converter-shared': ({ place, line }: { readonly place: string; readonly line: number }) => ({
    ko: `${line}행의 다른 에이전트도 ${place}에 연결함: 마스터가 둘이면 변환기가 답을 섞으므로, 같은 변환기면 장치를 한 에이전트에 둠`,
    en: `line ${line} has another agent connect to ${place}: a converter with two masters mixes their answers, so if it is the same one put its devices on one agent`,
  }),
  'two-framings': ({
    place,
    line,
    kinds,
  }: {
    readonly place: string;
    readonly line: number;
    readonly kinds: readonly [string, string];
  }) => ({
    ko: `${line}행은 ${place}에 ${withParticle(kinds[1], '으로/로')} 통신함: 한 포트의 프레임 방식은 하나이므로 둘 다 ${kinds[0]} 또는 ${withParticle(kinds[1], '으로/로')} 맞추거나 포트를 바로잡음`,
    en: `line ${line} speaks ${kinds[1]} to ${place}, and one port has one framing; give both ${oneOf(kinds)}, or correct the port`,
  }),
  'unit-taken': ({ unit, line }: { readonly unit: number; readonly line: number }) => ({
    ko: `국번 ${withParticle(unit, '은/는')} 이 회선의 ${line}행에서 이미 씀: 두 장치 중 하나의 국번을 바꿈`,
    en: `unit ${unit} is taken on this bus in line ${line}; give one of the two devices another address`,
  }),
  'unit-broadcast': () => ({
    ko: '국번 0은 회선의 방송용이라 응답이 없음: TCP 서버(modbus-tcp)만 쓸 수 있음',
    en: 'unit 0 is the broadcast on a line, which nobody answers; only a server on TCP (modbus-tcp) may have it',
  }),
  'unit-high': ({ unit }: { readonly unit: number }) => ({
    ko: `국번 ${withParticle(unit, '은/는')} 표준이 예약한 247 초과임: 그렇게 출하된 장치인지 확인`,
    en: `unit ${unit} is over 247, which the standard reserves; some devices ship so: check that this one does`,
  }),
  'port-renumbered': ({ port }: { readonly port: string }) => ({
    ko: `${withParticle(port, '은/는')} 부팅 후 먼저 잡힌 어댑터의 이름임: /dev/serial/by-id/…로 지정 (ls -l /dev/serial/by-id)`,
    en: `${port} is whichever adapter came first since the box was started; name it by /dev/serial/by-id/… (ls -l /dev/serial/by-id)`,
  }),
  'asks-by-modbus': ({ profile }: Profile) => ({
    ko: `${withParticle(profile, '은/는')} Modbus 장치임: kind가 modbus-rtu나 modbus-tcp인 회선에 둠`,
    en: `${profile} asks by Modbus; put it on a bus of kind modbus-rtu or modbus-tcp`,
  }),
  'talks-by-itself': ({ profile }: Profile) => ({
    ko: `${withParticle(profile, '은/는')} Modbus 장치가 아니라 스스로 말하는 센서임: kind가 serial인 회선에 둠`,
    en: `${profile} is a sensor that talks, not a Modbus device; put it on a bus of kind serial`,
  }),
  'address-needed': ({ profile }: Profile) => ({
    ko: `${profile}의 프레임에는 누가 말하는지 들어 있음: address에 이 장치의 주소를 추가`,
    en: `the frames of ${profile} say who speaks; add address: what this device says`,
  }),
  'address-idle': ({ profile }: Profile) => ({
    ko: `${profile}의 프레임에는 누가 말하는지 없음: address를 지움`,
    en: `the frames of ${profile} do not say who speaks; remove it`,
  }),
  'address-byte': ({ profile }: Profile) => ({
    ko: `${withParticle(profile, '은/는')} 주소를 한 바이트로 보냄: 0–255의 숫자로 작성`,
    en: `${profile} says its address as a byte: give a number, 0–255`,
  }),
  'speaks-less-often': ({ profile, everyMs }: Profile & { readonly everyMs: number }) => ({
    ko: `${withParticle(profile, '은/는')} ${durationText(everyMs)}마다 한 번만 말함: every를 그 이상으로 올림`,
    en: `${profile} speaks every ${durationText(everyMs)} only; raise every to that`,
  }),
  'line-of-another': ({ profile, first }: Profile & { readonly first: string }) => ({
    ko: `이 회선은 ${first}의 프레임을 나름: ${withParticle(profile, '은/는')} 따로 회선을 줌`,
    en: `this line carries frames of ${first}; give ${profile} a line of its own`,
  }),
  'nobody-says-who': ({ profile }: Profile) => ({
    ko: `${profile}의 프레임으로는 누가 말하는지 알 수 없음: 장치마다 회선을 따로 줌`,
    en: `nothing in the frames of ${profile} says who speaks; give each its own line`,
  }),
  'address-taken': ({ address, device }: { readonly address: string; readonly device: string | null }) => ({
    ko: `주소 ${withParticle(quoted(address), '은/는')} 이 회선의 ${withParticle(device ?? '다른 장치', '이/가')} 이미 씀: 둘 중 하나를 바꿈`,
    en: `address ${quoted(address)} is taken on this bus by ${device ?? 'another device'}; give one of the two another`,
  }),
} satisfies Table;

const koParts: { readonly [P in Part]: string } = {
  agent: '수집기',
  bus: '회선',
  device: '장치',
  lot: '주차장',
  space: '주차면',
  building: '건물',
  zone: '구역',
  lane: '차로',
  entrance: '출입구',
  discount: '할인',
};
const wholes: { readonly [P in Part]?: string } = { bus: 'an agent', space: 'a lot' };
const koWholes: { readonly [P in Part]?: string } = { bus: '수집기', space: '주차장' };
const koTypes: Readonly<Record<string, string>> = { boolean: 'true/false', number: '숫자', string: '글' };
