import { byLevel, type HazardGuidelines, leavingWithHelp } from './guideline.ts';

export const collapse: HazardGuidelines = {
  sources: [{ code: '2013', title: '국민행동요령 사회재난 건축물 붕괴' }],
  resident: {
    before: [
      ['새 균열을 알리세요', 'Report new cracks'],
      ['무거운 짐을 쌓지 마세요', 'Do not pile up weight'],
      ['비상구를 확인하세요', 'Learn the emergency exits'],
    ],
    during: byLevel(
      [
        ['균열을 살피세요', 'Look for cracks'],
        ['이상한 소리를 알리세요', 'Report strange sounds'],
      ],
      [
        ['균열을 살피세요', 'Look for cracks'],
        ['안 닫히는 문을 알리세요', 'Report doors that jam'],
        ['나갈 준비를 하세요', 'Get ready to leave'],
      ],
      [
        ['나갈 준비를 하세요', 'Get ready to leave'],
        ['금 간 곳에서 떨어지세요', 'Keep away from cracks'],
        ['벽에 기대지 마세요', 'Do not lean on walls'],
        ['안내를 따르세요', 'Follow the announcement'],
      ],
      [
        ['밖으로 대피하세요', 'Leave the building'],
        ['계단만 이용하세요', 'Use the stairs only'],
        ['건물에서 멀어지세요', 'Get away from the building'],
        ['머리를 보호하세요', 'Protect your head'],
        ['멀리서 119에 신고하세요', 'Call 119 from a distance'],
        ['갇히면 관을 두드리세요', 'Trapped: knock on pipes'],
      ],
    ),
    after: [
      ['허락 전에는 들어가지 마세요', 'Wait until you may return'],
      ['가스 냄새를 확인하세요', 'Smell for gas'],
      ['다친 곳을 살피세요', 'Check for injuries'],
    ],
  },
  manager: {
    before: [
      ['균열에 표시를 하세요', 'Mark the cracks'],
      ['하중을 줄이세요', 'Reduce the load'],
      ['점검 일정을 지키세요', 'Keep to inspection dates'],
    ],
    during: byLevel(
      [
        ['현장을 살피세요', 'Look at the place'],
        ['변화를 기록하세요', 'Record the change'],
      ],
      [
        ['현장을 살피세요', 'Look at the place'],
        ['기술자를 부르세요', 'Call an engineer'],
        ['하중을 줄이세요', 'Reduce the load'],
      ],
      [
        ['기술자를 즉시 부르세요', 'Call an engineer now'],
        ['위험 구역을 막으세요', 'Close the area'],
        ['대피를 준비하세요', 'Prepare to evacuate'],
        ['구청에 알리세요', 'Tell the district'],
      ],
      [
        ['모두 대피시키세요', 'Get everybody out'],
        ['119에 신고하세요', 'Call 119'],
        ['건물 둘레를 막으세요', 'Close off the surroundings'],
        ['가스를 밖에서 잠그세요', 'Shut the gas from outside'],
        ['대피 인원을 확인하세요', 'Count heads outside'],
        ['재진입을 막으세요', 'Let nobody back in'],
      ],
    ),
    after: [
      ['안전 진단을 받으세요', 'Have the structure diagnosed'],
      ['계측 기록을 넘기세요', 'Hand over the records'],
      ['입주자에게 결과를 알리세요', 'Tell residents the result'],
    ],
  },
  responder: {
    before: [
      ['구조 도면을 받으세요', 'Get the structural plan'],
      ['집결지를 정하세요', 'Set the assembly point'],
    ],
    during: byLevel(
      [['계측값을 살피세요', 'Look at the measurements']],
      [
        ['계측값을 살피세요', 'Look at the measurements'],
        ['기술자와 통화하세요', 'Call the engineer'],
      ],
      [
        ['진입 여부를 정하세요', 'Decide on entry'],
        ['통제선을 치세요', 'Set a cordon'],
      ],
      [
        ['통제선을 넓히세요', 'Widen the cordon'],
        ['계측값을 보며 진입하세요', 'Enter watching the readings'],
        ['가스 차단을 확인하세요', 'Confirm the gas is shut'],
        ['남은 인원을 확인하세요', 'Ask who is missing'],
      ],
    ),
    after: [
      ['추가 붕괴를 살피세요', 'Watch for further collapse'],
      ['관리자에게 인계하세요', 'Hand over to the manager'],
    ],
  },
  vulnerable: leavingWithHelp,
};
