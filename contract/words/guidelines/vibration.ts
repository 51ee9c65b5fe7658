import { byLevel, type HazardGuidelines, leavingWithHelp } from './guideline.ts';

export const vibration: HazardGuidelines = {
  sources: [
    { code: '2013', title: '국민행동요령 사회재난 건축물 붕괴' },
    { code: null, title: 'DIN 4150-3, vibration in buildings' },
  ],
  resident: {
    before: [
      ['공사 일정을 확인하세요', 'Check when works are on'],
      ['벽 균열을 사진으로 남기세요', 'Photograph cracks in walls'],
    ],
    during: byLevel(
      [
        ['흔들림을 살피세요', 'Notice any shaking'],
        ['안내를 확인하세요', 'Check the notices'],
      ],
      [
        ['벽과 천장을 살피세요', 'Look at walls and ceiling'],
        ['새 균열을 알리세요', 'Report new cracks'],
      ],
      [
        ['매달린 물건에서 비키세요', 'Keep from what hangs'],
        ['새 균열을 알리세요', 'Report new cracks'],
        ['나갈 준비를 하세요', 'Get ready to leave'],
      ],
      [
        ['밖으로 대피하세요', 'Leave the building'],
        ['계단만 이용하세요', 'Use the stairs only'],
        ['머리를 보호하세요', 'Protect your head'],
        ['건물에서 멀어지세요', 'Get away from the building'],
      ],
    ),
    after: [
      ['새 균열을 알리세요', 'Report new cracks'],
      ['안 닫히는 문을 알리세요', 'Report doors that jam'],
    ],
  },
  manager: {
    before: [
      ['공사 계획을 받아 두세요', 'Get the works schedule'],
      ['기준값을 확인하세요', 'Confirm the limits'],
    ],
    during: byLevel(
      [['원인을 확인하세요', 'Find the cause']],
      [
        ['원인을 확인하세요', 'Find the cause'],
        ['기둥과 보를 살피세요', 'Look at columns and beams'],
        ['점검을 예약하세요', 'Book an inspection'],
      ],
      [
        ['공사를 멈추게 하세요', 'Have the works stopped'],
        ['기술자를 부르세요', 'Call an engineer'],
        ['위험 구역을 막으세요', 'Close the area'],
      ],
      [
        ['모두 대피시키세요', 'Get everybody out'],
        ['119에 신고하세요', 'Call 119'],
        ['기술자를 부르세요', 'Call an engineer'],
        ['재진입을 막으세요', 'Let nobody back in'],
      ],
    ),
    after: [
      ['점검 결과를 기록하세요', 'Record what was found'],
      ['입주자에게 결과를 알리세요', 'Tell residents the result'],
    ],
  },
  responder: {
    before: [['구조 도면을 받으세요', 'Get the structural plan']],
    during: byLevel(
      [['계측값을 살피세요', 'Look at the measurements']],
      [['계측값을 살피세요', 'Look at the measurements']],
      [['기술자와 통화하세요', 'Call the engineer']],
      [
        ['통제선을 치세요', 'Set a cordon'],
        ['남은 인원을 확인하세요', 'Ask who is missing'],
      ],
    ),
    after: [['관리자에게 인계하세요', 'Hand over to the manager']],
  },
  vulnerable: leavingWithHelp,
};
