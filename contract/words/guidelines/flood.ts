import { byLevel, type HazardGuidelines, leavingWithHelp } from './guideline.ts';

export const flood: HazardGuidelines = {
  sources: [
    { code: '1016', title: '국민행동요령 자연재난 침수' },
    { code: null, title: '행정안전부 지하공간 침수 시 행동요령 (2022)' },
  ],
  resident: {
    before: [
      ['배수구를 비우세요', 'Clear the drains'],
      ['차를 높은 곳에 두세요', 'Park on higher ground'],
      ['물막이판 위치를 확인하세요', 'Find the flood barriers'],
    ],
    during: byLevel(
      [
        ['비 소식을 확인하세요', 'Check the weather'],
        ['지하에 머물지 마세요', 'Do not stay below ground'],
      ],
      [
        ['지하에서 올라오세요', 'Come up from the basement'],
        ['차는 미리 옮기세요', 'Move the car beforehand'],
        ['전기를 끄세요', 'Switch off the power'],
      ],
      [
        ['지하에서 즉시 나오세요', 'Leave the basement at once'],
        ['차는 두고 나오세요', 'Leave your car'],
        ['계단으로 올라가세요', 'Go up the stairs'],
        ['승강기를 타지 마세요', 'Do not use the lift'],
      ],
      [
        ['위로 대피하세요', 'Go up now'],
        ['차를 두고 나오세요', 'Leave your car'],
        ['지하로 내려가지 마세요', 'Do not go down'],
        ['문은 여럿이 미세요', 'Push a door together'],
        ['난간을 잡으세요', 'Hold the handrail'],
        ['119에 신고하세요', 'Call 119'],
      ],
    ),
    after: [
      ['물이 빠져도 기다리세요', 'Wait even when water sinks'],
      ['젖은 전기를 만지지 마세요', 'Touch no wet wiring'],
      ['가스를 확인받으세요', 'Have the gas checked'],
    ],
  },
  manager: {
    before: [
      ['물막이판을 점검하세요', 'Check the flood barriers'],
      ['펌프를 시험하세요', 'Test the pumps'],
      ['모래주머니를 준비하세요', 'Have sandbags ready'],
    ],
    during: byLevel(
      [
        ['예보를 확인하세요', 'Check the forecast'],
        ['펌프를 확인하세요', 'Check the pumps'],
      ],
      [
        ['물막이판을 세우세요', 'Put up the barriers'],
        ['펌프를 켜세요', 'Start the pumps'],
        ['차량 이동을 안내하세요', 'Ask people to move cars'],
      ],
      [
        ['지하를 비우세요', 'Clear the basement'],
        ['지하 출입을 막으세요', 'Close the basement'],
        ['차량 출차를 막으세요', 'Let no car be fetched'],
        ['지하 전기를 끄세요', 'Cut power below ground'],
      ],
      [
        ['지하 인원을 확인하세요', 'Check who is below'],
        ['119에 신고하세요', 'Call 119'],
        ['지하 출입을 막으세요', 'Close the basement'],
        ['대피 방송을 하세요', 'Announce the evacuation'],
        ['전기를 끄세요', 'Cut the power'],
        ['승강기를 위층에 세우세요', 'Park lifts on upper floors'],
      ],
    ),
    after: [
      ['전기 점검을 받으세요', 'Have the wiring checked'],
      ['물을 빼내세요', 'Pump the water out'],
      ['피해를 사진으로 남기세요', 'Photograph the damage'],
    ],
  },
  responder: {
    before: [
      ['지하 출입구를 확인하세요', 'Know the basement entrances'],
      ['펌프 위치를 확인하세요', 'Find the pumps'],
    ],
    during: byLevel(
      [['수위를 지켜보세요', 'Watch the level']],
      [
        ['수위를 지켜보세요', 'Watch the level'],
        ['양수기를 준비하세요', 'Prepare pumps'],
      ],
      [
        ['지하 인원을 확인하세요', 'Ask who is below'],
        ['전기 차단을 확인하세요', 'Confirm the power is cut'],
      ],
      [
        ['지하부터 수색하세요', 'Search the basement first'],
        ['구명줄을 쓰세요', 'Use a lifeline'],
        ['전기 차단을 확인하세요', 'Confirm the power is cut'],
        ['차량 안을 확인하세요', 'Look into cars'],
      ],
    ),
    after: [
      ['잔류 인원을 확인하세요', 'Check nobody is left'],
      ['관리자에게 인계하세요', 'Hand over to the manager'],
    ],
  },
  vulnerable: {
    ...leavingWithHelp,
    mobility: [
      ['지하를 먼저 떠나세요', 'Leave the basement early'],
      ['이웃에게 도움을 청하세요', 'Ask a neighbour for help'],
      ['119에 위치를 알리세요', 'Tell 119 where you are'],
    ],
  },
};
