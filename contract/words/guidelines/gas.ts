import { byLevel, type HazardGuidelines, leavingWithHelp } from './guideline.ts';

export const gas: HazardGuidelines = {
  sources: [
    { code: '2015', title: '국민행동요령 사회재난 폭발' },
    { code: '2019', title: '국민행동요령 사회재난 전기·가스 사고' },
  ],
  resident: {
    before: [
      ['쓴 뒤 밸브를 잠그세요', 'Shut the valve after use'],
      ['호스를 비눗물로 점검하세요', 'Check hoses with soapy water'],
      ['환기구를 막지 마세요', 'Keep the vents open'],
    ],
    during: byLevel(
      [
        ['가스 냄새를 확인하세요', 'Smell for gas'],
        ['창문을 여세요', 'Open the windows'],
      ],
      [
        ['가스 밸브를 잠그세요', 'Shut the gas valve'],
        ['창문을 여세요', 'Open the windows'],
        ['불을 켜지 마세요', 'Light nothing'],
      ],
      [
        ['불을 켜지 마세요', 'Light nothing'],
        ['스위치를 만지지 마세요', 'Touch no switch'],
        ['가스 밸브를 잠그세요', 'Shut the gas valve'],
        ['창문을 여세요', 'Open the windows'],
        ['밖으로 나가세요', 'Go outside'],
      ],
      [
        ['밖으로 대피하세요', 'Leave the building'],
        ['스위치를 만지지 마세요', 'Touch no switch'],
        ['승강기를 타지 마세요', 'Do not use the lift'],
        ['바람을 안고 이동하세요', 'Walk against the wind'],
        ['밖에서 119에 신고하세요', 'Call 119 from outside'],
      ],
    ),
    after: [
      ['허락 전에는 들어가지 마세요', 'Wait until you may return'],
      ['바닥까지 환기하세요', 'Air down to the floor'],
      ['점검 뒤에 불을 켜세요', 'Light up after the check'],
    ],
  },
  manager: {
    before: [
      ['경보기 위치를 점검하세요', 'Check where detectors hang'],
      ['차단기를 시험하세요', 'Test the shut-off valve'],
      ['공급사 번호를 붙여 두세요', "Post the supplier's number"],
    ],
    during: byLevel(
      [
        ['농도를 지켜보세요', 'Watch the reading'],
        ['주방에 확인하세요', 'Ask the kitchen'],
      ],
      [
        ['주방 사용을 멈추세요', 'Stop the kitchen'],
        ['창문을 여세요', 'Open the windows'],
        ['중간 밸브를 잠그세요', 'Shut the middle valve'],
      ],
      [
        ['불 사용을 금지하세요', 'Forbid all flames'],
        ['가스 밸브를 잠그세요', 'Shut the gas valve'],
        ['전기를 조작하지 마세요', 'Operate nothing electrical'],
        ['가까운 사람을 내보내세요', 'Send people nearby outside'],
        ['공급사에 알리세요', 'Call the gas supplier'],
      ],
      [
        ['모두 대피시키세요', 'Get everybody out'],
        ['119에 신고하세요', 'Call 119'],
        ['전기를 조작하지 마세요', 'Operate nothing electrical'],
        ['밖에서 주 밸브를 잠그세요', 'Shut the main valve outside'],
        ['출입을 막으세요', 'Keep people out'],
        ['대피 인원을 확인하세요', 'Count heads outside'],
      ],
    ),
    after: [
      ['공급사 점검을 받으세요', 'Have the supplier check'],
      ['원인을 기록하세요', 'Record the cause'],
      ['입주자에게 결과를 알리세요', 'Tell residents the cause'],
    ],
  },
  responder: {
    before: [
      ['주 밸브 위치를 확인하세요', 'Find the main valve'],
      ['가스 종류를 확인하세요', 'Know which gas it is'],
    ],
    during: byLevel(
      [['농도를 지켜보세요', 'Watch the reading']],
      [
        ['농도를 지켜보세요', 'Watch the reading'],
        ['관리자와 통화하세요', 'Call the manager'],
      ],
      [
        ['농도를 재며 접근하세요', 'Measure as you approach'],
        ['점화원을 통제하세요', 'Control ignition sources'],
      ],
      [
        ['바람 위쪽에서 접근하세요', 'Approach from upwind'],
        ['주 밸브를 잠그세요', 'Shut the main valve'],
        ['방폭 장비만 쓰세요', 'Use rated equipment only'],
        ['낮은 곳을 먼저 살피세요', 'LPG sinks: search low first'],
      ],
    ),
    after: [
      ['농도를 다시 재세요', 'Measure again'],
      ['전원을 현장에서 복구하세요', 'Restore power on the spot'],
      ['관리자에게 인계하세요', 'Hand over to the manager'],
    ],
  },
  vulnerable: leavingWithHelp,
};
