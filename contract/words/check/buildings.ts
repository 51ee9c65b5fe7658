import { withParticle } from '../particles.ts';
import type { Words } from '../words.ts';
import { durationText, koNearText, koOneOf, nearText, quoted } from './text.ts';

type Table = { readonly [code: string]: (figures: never) => Words };
type Near = { readonly near: readonly string[] };
type Known = Near & { readonly known: readonly string[] };
type Rule = { readonly rule: string };
type Point = { readonly point: string };

type Model = 'missing' | 'too-large' | 'not-glb' | 'short';

function modelProblems(mostMb: number): Readonly<Record<Model, Words>> {
  return {
    missing: { ko: '읽을 수 없음', en: 'cannot be read' },
    'too-large': { ko: `${mostMb} MB를 넘음`, en: `is larger than ${mostMb} MB` },
    'not-glb': { ko: 'glTF 2.0 바이너리(.glb)가 아님', en: 'is no glTF 2.0 binary' },
    short: { ko: '파일이 중간에 끊김', en: 'ends too soon' },
  };
}

/** Storeys, places, rules and interlocks, as far as they are no matter of their condition. */
export const buildingWords = {
  'storey-taken': ({ id, line }: { readonly id: string; readonly line: number }) => ({
    ko: `층 id ${withParticle(quoted(id), '은/는')} ${line}행에서 이미 씀: id는 건물 안에서 하나뿐이어야 함`,
    en: `storey id ${quoted(id)} is taken in line ${line}; ids are unique in a building`,
  }),
  'place-twice': ({ part, line }: { readonly part: string; readonly line: number }) => ({
    ko: `${part}의 위치가 ${line}행에 이미 있음: 둘 중 하나만 남김`,
    en: `${part} has its place in line ${line}; keep one of the two`,
  }),
  'no-such-storey': ({ storey, near }: { readonly storey: string } & Near) => ({
    ko: `없는 층 ${quoted(storey)}: ${koNearText(near, 'storeys에 추가하거나 바로잡음')}`,
    en: `there is no storey ${quoted(storey)}; ${nearText(near, 'add it to storeys, or correct this')}`,
  }),

  'model-path': () => ({
    ko: '사이트 파일의 폴더나 그 아래의 .glb 파일을 상대 경로로 씀(예: models/hanbit.glb)',
    en: 'give a .glb file in the folder of the site file or below, such as models/hanbit.glb',
  }),
  'model-file': ({ file, why, mostMb }: { readonly file: string; readonly why: Model; readonly mostMb: number }) => ({
    ko: `${file}: ${modelProblems(mostMb)[why].ko}: 입체 보기는 이 모델 없이 그림`,
    en: `${file} ${modelProblems(mostMb)[why].en}; the building is drawn without it`,
  }),

  'no-such-ready-rule': ({ rule, near, known }: Rule & Known) => ({
    ko: `없는 기본 규칙 ${quoted(rule)}: ${koNearText(near, `있는 것은 ${known.join(', ')}`)}`,
    en: `there is no ready rule ${quoted(rule)}; ${nearText(near, `there are ${known.join(', ')}`)}`,
  }),
  'no-such-role': ({ role, near, known }: { readonly role: string } & Known) => ({
    ko: `없는 역할 ${quoted(role)}: ${koNearText(near, `있는 것은 ${known.join(', ')}, 다른 역할은 roles에 추가`)}`,
    en: `there is no role ${quoted(role)}; ${nearText(near, `there are ${known.join(', ')}; others are named under roles`)}`,
  }),
  'rule-without-action': ({ rule }: Rule) => ({
    ko: `${withParticle(rule, '은/는')} 할 일이 없어 경보 없이 기록만 남김: action: { ko: …, en: … }을 추가`,
    en: `${rule} asks nobody to do anything, so it makes log entries and no alert; add action: { ko: …, en: … }`,
  }),
  'rule-without-source': ({ rule }: Rule) => ({
    ko: `${rule}의 수치 출처가 없음: source: …와 책임지는 역할 confirmedBy를 추가`,
    en: `${rule} does not say where its figures come from; add source: …, and confirmedBy: the role that stands up for them`,
  }),
  'rule-on-unverified': ({ rule, point, profile }: Rule & Point & { readonly profile: string }) => ({
    ko: `${withParticle(rule, '은/는')} 인명 안전 규칙인데 ${point}의 레지스터 맵이 검증되지 않음(장치 종류 ${profile}, verified: none): 장치에서 확인하거나 acceptUnverified: true를 씀`,
    en: `people leave a building by ${rule}, and nobody has verified the register map of ${point} (profile ${profile}, verified: none); prove it on the device, or write acceptUnverified: true`,
  }),
  'life-safety-silence': ({ by, point, limitMs }: { by: string; point: string | null; limitMs: number }) => ({
    ko: `${withParticle(by, '은/는')} 인명 안전에 쓰이므로 ${point === null ? '' : `${withParticle(point, '은/는')} `}적어도 ${durationText(limitMs)}마다 정상임을 알려야 함: 값을 낮춤`,
    en: `people leave a building by ${point === null ? `its ${by}, so it` : `${by}, so ${point}`} says at least every ${durationText(limitMs)} that it is well; lower it`,
  }),
  'life-safety-rule-slow': ({
    rule,
    point,
    limitMs,
    everyMs,
  }: Rule & Point & { limitMs: number; everyMs: number }) => ({
    ko: `${withParticle(rule, '은/는')} 인명 안전 규칙이므로 ${withParticle(point, '은/는')} ${durationText(everyMs)}가 아니라 적어도 ${durationText(limitMs)}마다 읽어야 함: every를 낮춤`,
    en: `people leave a building by ${rule}, so ${point} is read at least every ${durationText(limitMs)}, not every ${durationText(everyMs)}; lower its every`,
  }),
  'life-safety-point-slow': ({
    point,
    kind,
    limitMs,
    everyMs,
  }: Point & { readonly kind: string; readonly limitMs: number; readonly everyMs: number }) => ({
    ko: `${point}: ${withParticle(kind, '은/는')} 인명 안전에 쓰이므로 ${durationText(everyMs)}가 아니라 적어도 ${durationText(limitMs)}마다 읽어야 함`,
    en: `${point}: people leave a building by its ${kind}, so it is read at least every ${durationText(limitMs)}, not every ${durationText(everyMs)}`,
  }),
  'rule-taken': ({ rule, line }: Rule & { readonly line: number }) => ({
    ko: `규칙 ${withParticle(quoted(rule), '이/가')} ${line}행에 이미 있음: 둘 중 하나의 id를 바꿈`,
    en: `rule ${quoted(rule)} stands in line ${line}; give one of the two another id`,
  }),

  'named-above': ({ point }: Point) => ({
    ko: `${withParticle(point, '은/는')} 위에 이미 있음: 여기서 지움`,
    en: `${point} is named above; remove it here`,
  }),
  'judges-nothing': ({ kinds }: { readonly kinds: boolean }) => ({
    ko: `판정할 측정점이 없음: points: [장치/측정점]${kinds ? ' 또는 pointKinds' : ''}를 추가`,
    en: `it judges nothing; give points: [device/point]${kinds ? ', or pointKinds' : ''}`,
  }),
  'no-point-of-kind': ({ kinds }: { readonly kinds: readonly string[] }) => ({
    ko: `이 건물의 위치(places)에 ${koOneOf(kinds.map(quoted))} 측정점이 없음: 장치를 places에 추가하거나 points로 지정`,
    en: `no point in the places of this building means ${kinds.map(quoted).join(' or ')}; add its device to places, or name points`,
  }),
  'voting-points': () => ({
    ko: 'voting의 측정점은 witnesses에 씀: 그곳으로 옮김',
    en: 'the points of voting stand in its witnesses; move them there',
  }),
  'voting-each-point': () => ({
    ko: 'voting은 건물 하나를 판정함: 지움',
    en: 'voting is about a building; remove it',
  }),
  'other-unit': ({ point, unit, wanted }: Point & { readonly unit: string; readonly wanted: string }) => ({
    ko: `${point}의 단위는 ${unit === '' ? '없음' : unit}, 이 규칙 수치의 단위는 ${wanted}: 다른 측정점을 쓰거나 수치와 단위를 다시 작성`,
    en: `${point} ${unit === '' ? 'has no unit' : `is in ${unit}`}, and the figures of this rule are in ${wanted}; name another point, or give the figures and unit again`,
  }),

  'point-of-other-agent': ({ device }: { readonly device: string }) => ({
    ko: `${withParticle(device, '은/는')} 다른 수집기의 장치임: 연동은 네트워크 없이도 동작해야 하므로 같은 수집기의 측정점만 씀`,
    en: `${device} hangs on another agent; an interlock works on points of its own agent, since it must work without a network`,
  }),
  'output-read-only': ({ profile, point }: Point & { readonly profile: string }) => ({
    ko: `장치 종류 ${profile}에서 ${withParticle(point, '은/는')} 쓸 수 없는 측정점임: 출력을 지정`,
    en: `profile ${profile} says that ${point} cannot be written; name an output`,
  }),
  'gas-forbids-itself': ({ point, zone }: Point & { readonly zone: string }) => ({
    ko: `${withParticle(point, '이/가')} 작동 조건이면서 작동을 막아 가스에 절대 울리지 않음: 구역 ${quoted(zone)}에 맞는 방폭 부하를 쓰고 gas를 지우거나 부하를 구역 밖으로 옮김`,
    en: `${point} makes it sound and forbids it to switch, so it would never sound for gas; take a load that is rated for zone ${quoted(zone)} and remove gas, or move the load out of the zone`,
  }),
  'output-owned': ({ output, line }: { readonly output: string; readonly line: number }) => ({
    ko: `${withParticle(output, '은/는')} ${line}행의 연동이 움직임: 출력 하나는 연동 하나만 씀`,
    en: `${output} is driven by the interlock of line ${line}; one output has one owner`,
  }),
} satisfies Table;
