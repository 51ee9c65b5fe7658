import { byLevel, type HazardGuidelines, stayingWithHelp } from './guideline.ts';

export const entrance: HazardGuidelines = {
  sources: [{ code: '2011', title: '국민행동요령 사회재난 화재: 피난 시설 유지' }],
  resident: {
    before: [
      ['방화문을 닫아 두세요', 'Keep fire doors closed'],
      ['출입구 앞을 비우세요', 'Keep the entrance clear'],
    ],
    during: byLevel(
      [['열린 문을 닫으세요', 'Close the open door']],
      [
        ['열린 문을 닫으세요', 'Close the open door'],
        ['받침대를 치우세요', 'Take away the wedge'],
      ],
      [
        ['문 앞 물건을 치우세요', 'Clear what blocks the door'],
        ['차를 옮기세요', 'Move your car'],
      ],
      [
        ['다른 출구를 이용하세요', 'Use another exit'],
        ['차를 즉시 옮기세요', 'Move your car at once'],
      ],
    ),
    after: [['출입구 앞을 비우세요', 'Keep the entrance clear']],
  },
  manager: {
    before: [
      ['닫힘 장치를 점검하세요', 'Check the door closers'],
      ['주차 금지선을 그리세요', 'Mark the no-parking area'],
    ],
    during: byLevel(
      [['문을 확인하세요', 'Look at the door']],
      [
        ['문을 닫으세요', 'Close the door'],
        ['고장인지 확인하세요', 'See whether it is broken'],
      ],
      [
        ['막은 것을 치우세요', 'Remove what blocks it'],
        ['차주에게 연락하세요', 'Have the car moved'],
        ['다른 출구를 알리세요', 'Point to another exit'],
      ],
      [
        ['다른 출구를 알리세요', 'Point to another exit'],
        ['견인을 요청하세요', 'Ask for towing'],
        ['출구마다 사람을 세우세요', 'Post somebody at each exit'],
      ],
    ),
    after: [
      ['원인을 기록하세요', 'Record the cause'],
      ['닫힘 장치를 고치세요', 'Repair the door closer'],
    ],
  },
  responder: {
    before: [['진입로를 확인하세요', 'Check the access']],
    during: byLevel(
      [['출입구 상태를 살피세요', 'Look at the entrances']],
      [['출입구 상태를 살피세요', 'Look at the entrances']],
      [['다른 진입로를 정하세요', 'Choose another access']],
      [['다른 진입로를 이용하세요', 'Use another access']],
    ),
    after: [['관리자에게 인계하세요', 'Hand over to the manager']],
  },
  vulnerable: stayingWithHelp,
};
