import { byLevel, type HazardGuidelines, leavingWithHelp } from './guideline.ts';

export const co: HazardGuidelines = {
  sources: [
    { code: '2019', title: '국민행동요령 사회재난 전기·가스 사고' },
    { code: null, title: 'EN 50291-1, symptoms and dose of carbon monoxide' },
  ],
  resident: {
    before: [
      ['보일러 배기관을 점검하세요', 'Check the boiler flue'],
      ['실내에서 숯을 쓰지 마세요', 'Burn no charcoal indoors'],
      ['경보기를 시험하세요', 'Test the alarm'],
    ],
    during: byLevel(
      [
        ['창문을 여세요', 'Open the windows'],
        ['몸 상태를 살피세요', 'Notice how you feel'],
      ],
      [
        ['창문을 여세요', 'Open the windows'],
        ['보일러를 끄세요', 'Switch off the boiler'],
        ['지하에 머물지 마세요', 'Do not stay below ground'],
      ],
      [
        ['밖으로 나가세요', 'Go outside'],
        ['차 시동을 끄세요', 'Switch off car engines'],
        ['두통이 있으면 알리세요', 'Tell somebody of a headache'],
        ['119에 신고하세요', 'Call 119'],
      ],
      [
        ['즉시 밖으로 나가세요', 'Go outside at once'],
        ['옆 사람을 깨우세요', 'Wake those near you'],
        ['119에 신고하세요', 'Call 119'],
        ['다시 들어가지 마세요', 'Do not go back in'],
        ['맑은 공기를 마시세요', 'Breathe fresh air'],
      ],
    ),
    after: [
      ['어지러우면 진료받으세요', 'Dizzy: see a doctor'],
      ['점검 뒤에 돌아오세요', 'Return after the check'],
      ['보일러를 점검받으세요', 'Have the boiler checked'],
    ],
  },
  manager: {
    before: [
      ['환기 설비를 점검하세요', 'Check the ventilation'],
      ['주차장 공회전을 막으세요', 'Forbid idling in the basement'],
      ['경보기를 시험하세요', 'Test the alarms'],
    ],
    during: byLevel(
      [
        ['농도를 지켜보세요', 'Watch the reading'],
        ['환기를 확인하세요', 'Check the ventilation'],
      ],
      [
        ['환기 팬을 켜세요', 'Start the fans'],
        ['공회전 차량을 끄게 하세요', 'Stop idling cars'],
        ['지하 출입을 줄이세요', 'Let few people below'],
      ],
      [
        ['지하를 비우세요', 'Clear the basement'],
        ['환기 팬을 켜세요', 'Start the fans'],
        ['119에 신고하세요', 'Call 119'],
        ['혼자 들어가지 마세요', 'Do not go in alone'],
      ],
      [
        ['모두 대피시키세요', 'Get everybody out'],
        ['119에 신고하세요', 'Call 119'],
        ['문을 모두 여세요', 'Open every door'],
        ['구조하러 들어가지 마세요', 'Do not go in to rescue'],
        ['대피 인원을 확인하세요', 'Count heads outside'],
      ],
    ),
    after: [
      ['농도를 다시 재세요', 'Measure again'],
      ['원인을 기록하세요', 'Record the cause'],
      ['입주자에게 결과를 알리세요', 'Tell residents the cause'],
    ],
  },
  responder: {
    before: [
      ['배기구 위치를 확인하세요', 'Find the exhaust openings'],
      ['환기 제어반을 확인하세요', 'Find the fan controls'],
    ],
    during: byLevel(
      [['농도를 지켜보세요', 'Watch the reading']],
      [['농도를 지켜보세요', 'Watch the reading']],
      [
        ['농도를 재며 접근하세요', 'Measure as you approach'],
        ['호흡 장비를 준비하세요', 'Prepare breathing apparatus'],
      ],
      [
        ['호흡 장비를 쓰세요', 'Wear breathing apparatus'],
        ['지하 인원을 찾으세요', 'Search below ground'],
        ['환자에게 산소를 주세요', 'Give casualties oxygen'],
      ],
    ),
    after: [
      ['농도를 다시 재세요', 'Measure again'],
      ['관리자에게 인계하세요', 'Hand over to the manager'],
    ],
  },
  vulnerable: leavingWithHelp,
};
