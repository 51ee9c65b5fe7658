import type { Hazard, Level } from '../hazards.ts';
import type { TransitionReason, TroubleReason } from '../reasons/alerts.ts';
import { backupCauses } from './backup.ts';
import { configurationWords } from './configuration.ts';
import { hazardNames, levelNames } from './hazards.ts';
import { withParticle } from './particles.ts';
import { roleNames } from './roles.ts';
import type { Words } from './words.ts';

/** What is said of an alert, in both languages, from its codes and figures. Pure; a missing code is a type error. */
type Table<R extends { code: string }> = { readonly [C in R['code']]: (of: Extract<R, { code: C }>) => Words };

/** Stands before everything that is not real: nobody may take a drill for a fire, nor a fire for a drill. */
const marks: Record<'Exercise' | 'Test' | 'Actual', Words> = {
  Exercise: { ko: '[훈련] ', en: '[Exercise] ' },
  Test: { ko: '[시험] ', en: '[Test] ' },
  Actual: { ko: '', en: '' },
};

/** Without that mark, for those who set their own. */
export function unmarked({ ko, en }: Words): Words {
  const { Exercise, Test } = marks;
  const without = (text: string, of: readonly string[]) =>
    text.slice(of.find((mark) => text.startsWith(mark))?.length ?? 0);
  return { ko: without(ko, [Exercise.ko, Test.ko]), en: without(en, [Exercise.en, Test.en]) };
}

const shownPlaces = 3;

/** One line: how bad, what, where. `places` are names of witnesses, the first one first. */
export function headline(of: {
  status: keyof typeof marks;
  level: Level;
  hazard: Hazard;
  building: Words | null;
  places: readonly Words[];
  /** Nothing has passed a limit yet. */
  isForecast?: boolean;
}): Words {
  const [mark, level, named] = [marks[of.status], levelNames[of.level], hazardNames[of.hazard]];
  const hazard = of.isForecast === true ? { ko: `${named.ko} 예보`, en: `${named.en} (forecast)` } : named;
  const where = placesText(of.places);
  const ko = [of.building?.ko, where.ko].filter((text) => text !== undefined && text !== '').join(' ');
  const en = [where.en, of.building?.en].filter((text) => text !== undefined && text !== '').join(', ');
  return {
    ko: `${mark.ko}${level.ko} ${hazard.ko}${ko === '' ? '' : ` – ${ko}`}`,
    en: `${mark.en}${level.en}: ${hazard.en}${en === '' ? '' : ` – ${en}`}`,
  };
}

/** A place, and along which axis of its sensor. */
export function alongAxis(place: Words, axis: string): Words {
  return { ko: `${place.ko} ${axis}축`, en: `${place.en} (${axis} axis)` };
}

function placesText(places: readonly Words[]): Words {
  const shown = places.slice(0, shownPlaces);
  const rest = places.length - shown.length;
  const ko = shown.map((place) => place.ko).join(', ');
  const en = shown.map((place) => place.en).join(', ');
  return rest === 0 ? { ko, en } : { ko: `${ko} 외 ${rest}곳`, en: `${en} and ${rest} more` };
}

/** What is to be done about a forecast. */
export const forecastAction: Words = {
  ko: '센서와 주변을 직접 확인하고, 이상이 있으면 구조 기술자에게 점검을 맡기십시오. 대피와 사용 제한은 책임자가 판단합니다.',
  en: 'Look at the sensor and the place, and have a structural engineer look at it. Whether people leave is for the person in charge.',
};

/** `time` is the local time since when nobody can say, such as 17:48. */
export function notVerifiable(time: string): Words {
  return { ko: `${time}부터 확인 불가`, en: `not verifiable since ${time}` };
}

/** What a late record says in place of what to do: it is over, and nobody is to run. */
export const lateAction: Words = {
  ko: '이미 지난 기록입니다. 대피하지 말고 기록만 확인하세요.',
  en: 'This is over. Do not evacuate; look through the record.',
};

const blind = (lifeSafety: number): Words =>
  lifeSafety === 0
    ? { ko: '', en: '' }
    : {
        ko: ` 안전 센서 ${lifeSafety}개가 보이지 않습니다.`,
        en: ` ${lifeSafety} life-safety ${plural(lifeSafety, 'sensor')} cannot be read.`,
      };

const troubles: Table<TroubleReason> = {
  'agent-lost': ({ agent, points, lifeSafety }) => ({
    ko: `현장 장치 ${withParticle(agent, '와/과')} 통신이 끊겨 측정점 ${points}개를 알 수 없습니다.${blind(lifeSafety).ko}`,
    en: `Site box ${agent} is not heard; ${points} ${plural(points, 'point')} unknown.${blind(lifeSafety).en}`,
  }),
  'bus-silent': ({ agent, bus, lifeSafety, by }) =>
    by === 'radio'
      ? {
          ko: `${agent}의 무선망 ${bus}의 모든 기기에서 값이 수신되지 않습니다.${blind(lifeSafety).ko}`,
          en: `No device on radio network ${bus} of ${agent} is heard.${blind(lifeSafety).en}`,
        }
      : {
          ko: `${agent}의 통신선 ${bus}에 연결된 모든 기기가 응답하지 않습니다. 배선을 확인하세요.${blind(lifeSafety).ko}`,
          en: `No device on line ${bus} of ${agent} answers; check the wire.${blind(lifeSafety).en}`,
        },
  'device-silent': ({ device, lifeSafety, by }) =>
    by === 'radio'
      ? {
          ko: `무선 기기 ${device}의 값이 수신되지 않습니다.${blind(lifeSafety).ko}`,
          en: `Radio device ${device} is not heard.${blind(lifeSafety).en}`,
        }
      : {
          ko: `기기 ${withParticle(device, '이/가')} 응답하지 않습니다.${blind(lifeSafety).ko}`,
          en: `Device ${device} does not answer.${blind(lifeSafety).en}`,
        },
  'point-unknown': ({ point }) => ({
    ko: `측정점 ${point}의 값을 알 수 없습니다.`,
    en: `Nothing can be said of point ${point}.`,
  }),
  'service-failing': ({ service }) => ({
    ko: `프로그램의 ${service} 기능이 멈췄습니다. 측정값은 계속 저장됩니다.`,
    en: `The ${service} service of this program fails; readings are still stored.`,
  }),
  'out-of-action': ({ target, text }) => ({
    ko: `${target} 기능이 꺼져 있습니다${text === '' ? '' : ` (${text})`}. 꺼진 동안에는 경보가 울리지 않습니다.`,
    en: `${target} is switched off${text === '' ? '' : ` (${text})`}; no alert comes of it meanwhile.`,
  }),
  'interlock-fault': ({ agent, interlock }) => ({
    ko: `${agent}의 연동 출력 ${withParticle(interlock, '이/가')} 동작하지 않습니다. 화재·가스가 감지되어도 울리지 않을 수 있습니다.`,
    en: `Interlock ${interlock} of ${agent} does not switch its output; it may not sound when it has to.`,
  }),
  'sensor-suspect': ({ point, neighbours }) => ({
    ko: `${withParticle(point, '이/가')} 주변 센서 ${neighbours}개와 달리 혼자 움직입니다. 센서 이상이 의심됩니다.`,
    en: `${point} moves alone; ${neighbours} ${plural(neighbours, 'sensor')} beside it ${neighbours === 1 ? 'does' : 'do'} not. The sensor is suspect.`,
  }),
  'repair-due': ({ point, times, days }) => ({
    ko: `${withParticle(point, '이/가')} ${days}일 동안 ${times}번 잘못 울렸습니다. 점검이 필요합니다.`,
    en: `${point} alarmed for nothing ${times} times in ${days} days; it needs repair.`,
  }),
  'role-unreachable': ({ role, building, people }) => {
    const [ko, en] = [roleNames[role].ko, roleNames[role].en];
    const where = building === null ? { ko: '', en: '' } : { ko: `${building} `, en: ` of ${building}` };
    return people === 0
      ? {
          ko: `${where.ko}${withParticle(ko, '이/가')} 등록되어 있지 않습니다.`,
          en: `There is no ${en.toLowerCase()}${where.en}.`,
        }
      : {
          ko: `${where.ko}${ko} ${people}명 중 연락할 수 있는 사람이 없습니다.`,
          en: `None of ${people} (${en.toLowerCase()}${where.en}) can be reached.`,
        };
  },
  'rota-gap': ({ role, building, people }) => {
    const [ko, en] = [roleName(role, 'ko'), roleName(role, 'en').toLowerCase()];
    const where = building === null ? '' : `${building} `;
    return people.length === 0
      ? {
          ko: `${where}${ko} 당직표에 지금 당직자가 없어 모두에게 알립니다.`,
          en: `Nobody is on duty now (${where}${en}); everybody of the role is told.`,
        }
      : {
          ko: `${where}${ko} 당직자 ${people.join(', ')}에게 연락할 수 없어 모두에게 알립니다.`,
          en: `${people.join(', ')}, on duty now (${where}${en}), cannot be reached; everybody of the role is told.`,
        };
  },
  'person-unreached': ({ person, cause, days }) =>
    ({
      gone: {
        ko: `${person}의 연락처 중 수신 불가 주소가 있습니다.`,
        en: `An address of ${person} no longer works.`,
      },
      denied: {
        ko: `${withParticle(person, '이/가')} 시험 알림이 도착하지 않았다고 답했습니다.`,
        en: `${person} says that a test did not arrive.`,
      },
      unanswered: {
        ko: `${withParticle(person, '이/가')} 수신 시험에 ${days}일 동안 답하지 않았습니다.`,
        en: `${person} has not answered a reach test for ${days} days.`,
      },
      stale: {
        ko: `${person}의 기기 중 ${days}일 넘게 알림 도착이 확인되지 않은 것이 있습니다.`,
        en: `A device of ${person} has not shown a notice for ${days} days.`,
      },
    })[cause],
  'residents-unreached': ({ building }) => ({
    ko: `${building} 입주자 중 알림이 닿지 않는 사람이 있습니다.`,
    en: `There are residents of ${building} whom notices do not reach.`,
  }),
  'channel-failing': ({ channel }) => ({
    ko: `${channelNames[channel].ko} 알림이 접수되지 않고 있습니다.`,
    en: `Notices by ${channelNames[channel].en} are not accepted.`,
  }),
  sos: ({ callers, times }) => ({
    ko: `${callers}명이 도움을 요청했습니다${times > callers ? ` (${times}번 누름)` : ''}.`,
    en: `${callers} ${plural(callers, 'person')} called for help${times > callers ? ` (pressed ${times} times)` : ''}.`,
  }),
  'backup-failed': ({ cause }) => ({
    ko: `게이트웨이 백업에 실패했습니다${causeOf(cause).ko}.`,
    en: `The copy of this gateway failed${causeOf(cause).en}.`,
  }),
  'backup-overdue': ({ hours }) => ({
    ko: `${hours}시간 동안 정상 백업이 없습니다. 저장 장치가 고장 나면 기록을 잃습니다.`,
    en: `There is no good copy of this gateway since ${hours} hours; a dead disk would take its records along.`,
  }),
  'drill-failed': ({ cause }) => ({
    ko: `백업 복원 시험에 실패했습니다${causeOf(cause).ko}. 지금의 백업으로는 복구하지 못할 수 있습니다.`,
    en: `A copy of this gateway could not be restored when it was tried${causeOf(cause).en}; it may be of no use.`,
  }),
  'disk-filling': ({ freeMb }) => ({
    ko: `게이트웨이 디스크의 여유 공간이 ${freeMb} MB뿐이며 더 줄일 기록이 없습니다. 가득 차면 새 값을 저장하지 못합니다.`,
    en: `The gateway's disk has ${freeMb} MB left and nothing more may go from it; once it is full nothing new is stored.`,
  }),
  'disk-failing': ({ agent }) =>
    agent === null
      ? {
          ko: '게이트웨이 디스크에 쓸 수 없어 메모리로 동작합니다. 경보는 계속 울리지만 기록은 남지 않습니다.',
          en: "The gateway's disk cannot be written. It goes on in memory: alerts are still told, and nothing is kept.",
        }
      : {
          ko: `${agent}의 디스크에 쓸 수 없어 메모리로 동작합니다. 전원이 끊기면 보내지 못한 값을 잃습니다.`,
          en: `The disk of ${agent} cannot be written. It goes on in memory and loses what it has not sent when its power goes.`,
        },
  'disk-full': ({ agent }) =>
    agent === null
      ? {
          ko: '게이트웨이 디스크가 가득 차 메모리로 동작합니다. 경보는 계속 울리지만 기록은 남지 않습니다.',
          en: "The gateway's disk is full. It goes on in memory: alerts are still told, and nothing is kept.",
        }
      : {
          ko: `${agent}의 디스크가 가득 차 메모리로 동작합니다. 전원이 끊기면 보내지 못한 값을 잃습니다.`,
          en: `The disk of ${agent} is full. It goes on in memory and loses what it has not sent when its power goes.`,
        },
  'card-wearing': ({ months }) => ({
    ko: `게이트웨이 저장 카드의 쓰기 수명이 약 ${months}개월 남았습니다.`,
    en: `The gateway's card will have been written to its rating in about ${months} ${plural(months, 'month')}.`,
  }),
  'outputs-off': () => ({
    ko: '새 장비로 교체된 뒤 출력 제어가 꺼져 있습니다.',
    en: 'Outputs are off since this gateway was replaced by a new box.',
  }),
  'configuration-returned': ({ version, why }) => {
    const words = why === null ? { ko: '', en: '' } : configurationWords(why);
    return {
      ko: `설정 ${version}판을 시험하다 이전 설정으로 되돌렸습니다: ${words.ko}`,
      en: `Configuration ${version} was taken back by itself: ${words.en}`,
    };
  },
  'drill-overdue': ({ days }) => ({
    ko: `${days}일 동안 백업 복원 시험을 하지 못했습니다.`,
    en: `No copy of this gateway was tried by restoring it for ${days} days.`,
  }),
  'chain-broken': ({ hop, agent }) => ({
    ko: `경보 전달 경로가 끊겼습니다: ${hopWords[hop].ko}${agent === null ? '' : ` (${agent})`}.`,
    en: `The way of an alert is broken: ${hopWords[hop].en}${agent === null ? '' : ` (${agent})`}.`,
  }),
};

function causeOf(cause: string): Words {
  const known: Readonly<Record<string, Words>> = backupCauses;
  const words = known[cause];
  return words === undefined ? { ko: '', en: '' } : { ko: `: ${words.ko}`, en: `: ${words.en}` };
}

const hopWords: { readonly [H in Extract<TroubleReason, { code: 'chain-broken' }>['hop']]: Words } = {
  agent: { ko: '현장 장치가 점검 신호를 보내지 않음', en: 'the agent sends no check' },
  broker: { ko: '메시지 서버가 응답하지 않음', en: 'the broker does not answer' },
  store: { ko: '받은 값이 저장되지 않음', en: 'what comes in is not stored' },
  rule: { ko: '저장된 값이 판정되지 않음', en: 'what is stored is not judged' },
  channel: { ko: '알림이 발송되지 않음', en: 'notices are not handed over' },
  receipt: { ko: '수신 확인이 돌아오지 않음', en: 'receipts do not come back' },
};

/** What is to be done about a trouble of the installation. */
const troubleActions: { readonly [C in TroubleReason['code']]: Words } = {
  'agent-lost': {
    ko: '현장 장치의 전원과 통신을 확인하고, 복구될 때까지 안전 센서가 있는 곳을 직접 살펴보세요.',
    en: "Check the box's power and network; watch the places of life-safety sensors until it is back.",
  },
  'bus-silent': {
    ko: '통신선이 끊기거나 빠졌는지 확인하고, 복구될 때까지 현장을 직접 살펴보세요.',
    en: 'Look for a cut or loose wire; watch the place until it is back.',
  },
  'device-silent': {
    ko: '기기의 전원과 배선을 확인하세요.',
    en: "Check the device's power and wiring.",
  },
  'point-unknown': { ko: '센서를 점검하세요.', en: 'Check the sensor.' },
  'service-failing': {
    ko: '시스템 관리자에게 알리고 기록을 확인하세요.',
    en: "Tell the system's administrator; the log says why.",
  },
  'out-of-action': {
    ko: '작업이 끝나면 바로 다시 켜고, 꺼진 동안 감시 인원을 두세요.',
    en: 'Switch it on again as soon as the work is done; post somebody to watch meanwhile.',
  },
  'interlock-fault': {
    ko: '출력 기기와 배선을 바로 점검하고, 복구될 때까지 감시 인원을 두세요.',
    en: 'Check the output and its wiring at once; post somebody to watch until it works.',
  },
  'sensor-suspect': {
    ko: '센서의 고정 상태와 배선을 확인하고, 이상이 없으면 구조물을 점검하세요.',
    en: 'Check how the sensor is fixed and wired; if nothing is wrong with it, have the structure looked at.',
  },
  'repair-due': {
    ko: '기한 안에 청소·교체하고 수리 완료를 기록하세요.',
    en: 'Clean or replace it in time, and record it.',
  },
  'role-unreachable': {
    ko: '연락처를 등록하거나 담당자를 초대하세요. 그때까지 이 역할에는 알림이 가지 않습니다.',
    en: 'Add an address or invite somebody; until then no notice reaches this role.',
  },
  'rota-gap': {
    ko: '당직표의 이름과 연락처를 바로잡으세요.',
    en: 'Correct the rota, or the addresses of those it names.',
  },
  'person-unreached': {
    ko: '본인에게 직접 연락해 연락처를 고치고 시험 알림을 다시 보내세요.',
    en: 'Ask the person, correct the address, and send a test again.',
  },
  'residents-unreached': {
    ko: '연락망 화면에서 명단을 보고 방문하거나 전화해 확인하세요.',
    en: 'See the list on the page of contacts; visit or call them.',
  },
  'channel-failing': {
    ko: '알림 제공자의 상태와 사이트 파일의 주소·인증 설정을 확인하세요. 다른 연락처가 없는 사람에게는 직접 알리세요.',
    en: 'Check the provider, and its address and secret in the site file. Tell those who have no other address yourself.',
  },
  sos: {
    ko: '누가 어디에서 요청했는지 확인하고 바로 현장으로 가세요. 응답이 없으면 119에 신고하세요.',
    en: 'See who called and where, and go there now. No answer: call 119.',
  },
  'backup-failed': {
    ko: '백업 장소를 확인하세요. 자세한 원인은 시스템 화면과 jari doctor에 있습니다.',
    en: 'See to the place where copies go; the system page and jari doctor say what is wrong.',
  },
  'backup-overdue': {
    ko: '백업 장소를 확인하고 jari backup now로 바로 백업하세요.',
    en: 'See to the place where copies go, and make one now: jari backup now.',
  },
  'drill-failed': {
    ko: '이전 백업을 지우지 말고 jari backup now로 새로 백업한 뒤, 다시 실패하면 백업 디스크를 교체하세요.',
    en: 'Keep the older copies and make a new one (jari backup now); if it fails again, replace the backup disk.',
  },
  'disk-filling': {
    ko: '디스크에서 다른 파일을 지우거나 더 큰 디스크로 교체하고, storage.keepDays를 줄이세요.',
    en: 'Remove other files from the disk or put in a larger one; lower storage.keepDays.',
  },
  'disk-failing': {
    ko: '저장 카드를 새것으로 교체한 뒤 다시 시작하세요. 교체 전에는 전원을 끄지 마세요.',
    en: 'Put in a new card and start again; leave the power on until then.',
  },
  'disk-full': {
    ko: '디스크에서 다른 파일을 지우세요. 게이트웨이는 여유가 32 MB를 넘으면 스스로 디스크로 돌아가고, 수집기는 다시 시작해야 돌아갑니다.',
    en: 'Remove other files from that disk. A gateway goes back to it once 32 MB are free; an agent has to be started again.',
  },
  'card-wearing': {
    ko: '새 카드를 준비하고 백업을 확인한 뒤 교체하세요(README의 Backups and a dead box 참고).',
    en: 'Get a new card, see that there is a good copy, and move to it (README: Backups and a dead box).',
  },
  'configuration-returned': {
    ko: '지금은 이전 설정으로 동작합니다. jari config show로 원인을 보고 설정 파일을 고쳐 다시 시도하세요.',
    en: 'The previous configuration is running again. See why with jari config show, correct the site file, and try again.',
  },
  'outputs-off': {
    ko: '출력 기기가 있는 현장을 확인한 뒤 시스템 화면에서 출력을 켜세요. 게이트웨이에서는 jari outputs on입니다.',
    en: 'Look at what would be switched, then turn outputs on: on the page System, or by jari outputs on.',
  },
  'drill-overdue': {
    ko: '백업 장소를 확인하고 jari backup now로 바로 백업하세요. 복원 시험도 함께 합니다.',
    en: 'See to the place where copies go, and make one now (jari backup now); it is tried at once.',
  },
  'chain-broken': {
    ko: '끊긴 구간을 복구할 때까지 경보를 화면으로 직접 확인하세요.',
    en: 'Watch the console until the broken part works again.',
  },
};

const channelNames = {
  email: { ko: '전자우편', en: 'e-mail' },
  sms: { ko: '문자', en: 'SMS' },
  webhook: { ko: '웹훅', en: 'webhook' },
  push: { ko: '푸시', en: 'push' },
} as const;

function roleName(role: string, language: 'ko' | 'en'): string {
  const names: Readonly<Record<string, Words>> = roleNames;
  return names[role]?.[language] ?? role;
}

export function troubleWords(reason: TroubleReason): Words {
  return pick(troubles, reason);
}

export function troubleAction(reason: TroubleReason): Words {
  const isByRadio = 'by' in reason && reason.by === 'radio';
  if (isByRadio && reason.code === 'bus-silent') return radioAction;
  return isByRadio ? radioDeviceAction : troubleActions[reason.code];
}

const radioAction: Words = {
  ko: '기지국과 네트워크 서버의 전원과 통신을 확인하고, 복구될 때까지 현장을 직접 살펴보세요.',
  en: "Check the base station's and the network server's power and network; watch the place until it is back.",
};
const radioDeviceAction: Words = {
  ko: '기기의 배터리와, 네트워크 서버에 기기가 수신되는지 확인하세요.',
  en: "Check the device's battery, and whether the network server hears it.",
};

const quoted = (text: string) => (text === '' ? '' : `: ${text}`);

const transitions: Table<TransitionReason> = {
  raised: ({ level }) => ({ ko: `${level} 경보 발생`, en: `raised at ${levelNames[level].en}` }),
  'raised-late': ({ level }) => ({
    ko: `지난 기록에서 ${level} 확인`,
    en: `found afterwards at ${levelNames[level].en}`,
  }),
  'level-rose': ({ from, to }) => ({
    ko: `${from} → ${to} 상향`,
    en: `rose from ${levelNames[from].en} to ${levelNames[to].en}`,
  }),
  'level-fell': ({ from, to }) => ({
    ko: `${from} → ${to} 하향`,
    en: `fell from ${levelNames[from].en} to ${levelNames[to].en}`,
  }),
  'new-witness': ({ points }) => ({ ko: `추가 감지: ${points.join(', ')}`, en: `also seen by ${points.join(', ')}` }),
  'new-zone': ({ zones }) => ({ ko: `구역 확대: ${zones.join(', ')}`, en: `spread to ${zones.join(', ')}` }),
  'condition-gone': () => ({ ko: '감지 해소', en: 'condition gone' }),
  'condition-back': () => ({ ko: '다시 감지', en: 'condition back' }),
  'called-again': ({ callers }) => ({
    ko: `도움 요청 ${callers}명`,
    en: `${callers} ${plural(callers, 'person')} calling for help`,
  }),
  acknowledged: ({ text }) => ({ ko: `확인${quoted(text)}`, en: `acknowledged${quoted(text)}` }),
  'acknowledgement-aged': ({ afterMs }) => ({
    ko: `확인 후 ${minutes(afterMs)}분간 조치 보고가 없어 다시 알림`,
    en: `no action reported within ${minutes(afterMs)} min of the acknowledgement`,
  }),
  escalated: ({ step, afterMs }) => ({
    ko: `${minutes(afterMs)}분간 응답이 없어 ${step + 1}차 담당자에게 알림`,
    en: `no answer for ${minutes(afterMs)} min: told to step ${step + 1}`,
  }),
  shelved: ({ text }) => ({ ko: `일시 보류${quoted(text)}`, en: `shelved${quoted(text)}` }),
  unshelved: ({ text }) => ({ ko: `보류 해제${quoted(text)}`, en: `unshelved${quoted(text)}` }),
  'shelving-ended': () => ({ ko: '보류 시간 종료', en: 'shelving ended' }),
  reported: ({ text }) => ({ ko: `조치 보고${quoted(text)}`, en: `action reported${quoted(text)}` }),
  reset: ({ cause, text }) => ({
    ko: `복구 (원인: ${cause})${quoted(text)}`,
    en: `reset (cause: ${cause})${quoted(text)}`,
  }),
  'out-of-service': () => ({ ko: '점검 중으로 전환', en: 'out of service' }),
  'back-in-service': () => ({ ko: '점검 종료', en: 'back in service' }),
  suppressed: ({ by }) => ({ ko: `상위 원인 ${by}에 포함`, en: `part of ${by}` }),
  unsuppressed: () => ({ ko: '상위 원인 해소', en: 'the wider cause is over' }),
  'test-ended': () => ({ ko: '시험 종료', en: 'test ended' }),
  'definition-disabled': () => ({ ko: '규칙이 삭제되어 종료', en: 'its rule was disabled' }),
};

export function transitionWords(reason: TransitionReason): Words {
  return pick(transitions, reason);
}

/** A digest in a flood of alerts: how many, and the first one. */
export function digestWords(of: { count: number; lifeSafety: number; first: Words }): Words {
  const urgent = {
    ko: of.lifeSafety === 0 ? '' : `, 그중 인명 관련 ${of.lifeSafety}건`,
    en: of.lifeSafety === 0 ? '' : `, ${of.lifeSafety} of them life safety`,
  };
  return {
    ko: `경보 ${of.count}건 동시 발생${urgent.ko}. 처음: ${of.first.ko}`,
    en: `${of.count} alerts at once${urgent.en}. First: ${of.first.en}`,
  };
}

function pick<R extends { code: string }>(table: Table<R>, reason: R): Words {
  const words = table[reason.code as R['code']] as (of: R) => Words;
  return words(reason);
}

function minutes(ms: number): number {
  return Math.round(ms / 60_000);
}

function plural(count: number, word: string): string {
  return count === 1 ? word : `${word}s`;
}
