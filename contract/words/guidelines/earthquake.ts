import { byLevel, type HazardGuidelines, leavingWithHelp } from './guideline.ts';

export const earthquake: HazardGuidelines = {
  sources: [{ code: '1011', title: '국민행동요령 자연재난 지진' }],
  resident: {
    before: [
      ['가구를 고정하세요', 'Fix the furniture'],
      ['머리맡을 비우세요', 'Clear the place you sleep'],
      ['대피 장소를 확인하세요', 'Know the open ground nearby'],
    ],
    during: byLevel(
      [
        ['흔들림을 살피세요', 'Notice any shaking'],
        ['안내를 확인하세요', 'Check the notices'],
      ],
      [
        ['떨어질 물건에서 비키세요', 'Keep from falling things'],
        ['탁자를 찾으세요', 'Look for a table'],
        ['가스를 잠그세요', 'Shut the gas'],
      ],
      [
        ['탁자 밑으로 들어가세요', 'Get under a table'],
        ['머리를 보호하세요', 'Protect your head'],
        ['다리를 잡으세요', 'Hold on to its leg'],
        ['흔들림이 멎으면 문을 여세요', 'When it stops, open a door'],
      ],
      [
        ['탁자 밑으로 들어가세요', 'Get under a table'],
        ['머리를 보호하세요', 'Protect your head'],
        ['멎으면 밖으로 나가세요', 'When it stops, go outside'],
        ['계단만 이용하세요', 'Use the stairs only'],
        ['가스를 잠그세요', 'Shut the gas'],
        ['벽에서 떨어지세요', 'Keep away from walls'],
        ['넓은 곳으로 걸어가세요', 'Walk to open ground'],
        ['승강기라면 모든 층을 누르세요', 'In a lift press every floor'],
      ],
    ),
    after: [
      ['여진에 대비하세요', 'Expect aftershocks'],
      ['가스 냄새를 확인하세요', 'Smell for gas'],
      ['금 간 건물을 피하세요', 'Keep from cracked buildings'],
    ],
  },
  manager: {
    before: [
      ['매달린 물건을 고정하세요', 'Fix what hangs'],
      ['승강기 지진 운전을 점검하세요', 'Check the lift’s quake mode'],
      ['집결지를 알리세요', 'Tell the assembly point'],
    ],
    during: byLevel(
      [['계측값을 살피세요', 'Look at the measurements']],
      [
        ['계측값을 살피세요', 'Look at the measurements'],
        ['승강기를 멈추세요', 'Stop the lifts'],
      ],
      [
        ['몸부터 보호하세요', 'Protect yourself first'],
        ['승강기를 멈추세요', 'Stop the lifts'],
        ['가스를 잠그세요', 'Shut the gas'],
        ['건물을 살피세요', 'Look over the building'],
      ],
      [
        ['몸부터 보호하세요', 'Protect yourself first'],
        ['멎으면 대피시키세요', 'When it stops, evacuate'],
        ['가스를 잠그세요', 'Shut the gas'],
        ['승강기 갇힘을 확인하세요', 'Check lifts for people'],
        ['대피 인원을 확인하세요', 'Count heads outside'],
        ['재진입을 막으세요', 'Let nobody back in'],
      ],
    ),
    after: [
      ['안전 점검을 받으세요', 'Have the building checked'],
      ['계측 기록을 보관하세요', 'Keep the records'],
      ['입주자에게 결과를 알리세요', 'Tell residents the result'],
    ],
  },
  responder: {
    before: [
      ['대피 장소를 확인하세요', 'Know the open ground'],
      ['취약 건물을 확인하세요', 'Know the weak buildings'],
    ],
    during: byLevel(
      [['계측값을 살피세요', 'Look at the measurements']],
      [['계측값을 살피세요', 'Look at the measurements']],
      [['피해 신고를 모으세요', 'Gather damage reports']],
      [
        ['갇힌 사람을 찾으세요', 'Find those trapped'],
        ['가스 누출을 확인하세요', 'Check for gas leaks'],
        ['여진에 대비하세요', 'Expect aftershocks'],
        ['위험 건물을 통제하세요', 'Close unsafe buildings'],
      ],
    ),
    after: [
      ['건물 진단을 요청하세요', 'Ask for a diagnosis'],
      ['관리자에게 인계하세요', 'Hand over to the manager'],
    ],
  },
  vulnerable: {
    ...leavingWithHelp,
    mobility: [
      ['휠체어 바퀴를 잠그세요', 'Lock your wheelchair'],
      ['머리를 감싸세요', 'Cover your head'],
      ['멎으면 도움을 청하세요', 'When it stops, call for help'],
    ],
  },
};
