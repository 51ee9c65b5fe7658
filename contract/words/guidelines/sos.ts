import { byLevel, type HazardGuidelines, stayingWithHelp } from './guideline.ts';

export const sos: HazardGuidelines = {
  sources: [{ code: '3002', title: '국민행동요령 생활안전 응급처치' }],
  resident: {
    before: [['비상벨 위치를 확인하세요', 'Find the emergency bell']],
    during: byLevel(
      [['주변을 살피세요', 'Look around you']],
      [['주변을 살피세요', 'Look around you']],
      [
        ['가까우면 가 보세요', 'Go there if near'],
        ['관리자에게 알리세요', 'Tell the manager'],
      ],
      [
        ['119에 신고하세요', 'Call 119'],
        ['안전하면 도우세요', 'Help if it is safe'],
        ['구조대 길을 비우세요', 'Clear the way for rescuers'],
      ],
    ),
    after: [['본 것을 알리세요', 'Tell what you saw']],
  },
  manager: {
    before: [
      ['비상벨을 시험하세요', 'Test the emergency bell'],
      ['제세동기를 점검하세요', 'Check the defibrillator'],
    ],
    during: byLevel(
      [['호출한 사람에게 연락하세요', 'Call the person back']],
      [['호출한 사람에게 연락하세요', 'Call the person back']],
      [
        ['현장으로 가세요', 'Go there'],
        ['호출한 사람에게 연락하세요', 'Call the person back'],
        ['응답이 없으면 119에 신고하세요', 'No answer: call 119'],
      ],
      [
        ['119에 신고하세요', 'Call 119'],
        ['현장으로 가세요', 'Go there'],
        ['제세동기를 가져가세요', 'Take the defibrillator'],
        ['구조대를 안내하세요', 'Guide the rescuers'],
      ],
    ),
    after: [
      ['경위를 기록하세요', 'Record what happened'],
      ['보호자에게 알리세요', 'Tell the family'],
    ],
  },
  responder: {
    before: [['비상벨 위치를 확인하세요', 'Know where the bells are']],
    during: byLevel(
      [['호출 위치를 확인하세요', 'Confirm the place']],
      [['호출 위치를 확인하세요', 'Confirm the place']],
      [['관리자와 통화하세요', 'Call the manager']],
      [
        ['호출 위치로 가세요', 'Go to the place'],
        ['관리자를 찾으세요', 'Find the manager'],
        ['환자를 확인하세요', 'Look at the casualty'],
      ],
    ),
    after: [['관리자에게 인계하세요', 'Hand over to the manager']],
  },
  vulnerable: stayingWithHelp,
};
