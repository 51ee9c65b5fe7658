import { byLevel, type HazardGuidelines, leavingWithHelp } from './guideline.ts';

export const fire: HazardGuidelines = {
  sources: [
    { code: '2011', title: '국민행동요령 사회재난 화재' },
    { code: '3004', title: '국민행동요령 생활안전 소화기' },
    { code: null, title: '소방청 불나면 살펴서 대피 (아파트 화재 피난안전대책, 2023)' },
  ],
  resident: {
    before: [
      ['피난 계단을 확인하세요', 'Learn where the stairs are'],
      ['소화기 위치를 확인하세요', 'Find the nearest extinguisher'],
      ['계단 앞을 비우세요', 'Keep the stairs clear'],
      ['방화문을 닫아 두세요', 'Keep fire doors closed'],
    ],
    during: byLevel(
      [
        ['주변 연기를 살피세요', 'Look around for smoke'],
        ['안내 방송을 들으세요', 'Listen to the announcement'],
      ],
      [
        ['나갈 준비를 하세요', 'Get ready to leave'],
        ['출구를 확인하세요', 'Check your way out'],
        ['안내 방송을 들으세요', 'Listen to the announcement'],
      ],
      [
        ['하던 일을 멈추세요', 'Stop what you are doing'],
        ['출구 쪽으로 이동하세요', 'Move towards an exit'],
        ['승강기를 타지 마세요', 'Do not use the lift'],
        ['지나온 문을 닫으세요', 'Close doors behind you'],
        ['연기가 보이면 대피하세요', 'Leave if you see smoke'],
      ],
      [
        ['밖으로 대피하세요', 'Leave the building'],
        ['계단만 이용하세요', 'Use the stairs only'],
        ['자세를 낮추세요', 'Stay low'],
        ['젖은 천으로 코를 막으세요', 'Cover your nose with wet cloth'],
        ['뜨거운 문은 열지 마세요', 'Do not open hot doors'],
        ['나가며 문을 닫으세요', 'Close doors behind you'],
        ['길이 막히면 문틈을 막으세요', 'Way blocked: seal the door gaps'],
        ['밖에서 119에 신고하세요', 'Call 119 from outside'],
      ],
    ),
    after: [
      ['건물에 다시 들어가지 마세요', 'Do not go back in'],
      ['함께 나온 사람을 확인하세요', 'Check your companions'],
      ['연기를 마셨으면 진료받으세요', 'Breathed smoke: see a doctor'],
    ],
  },
  flat: {
    before: [
      ['대피공간을 확인하세요', "Find your flat's refuge"],
      ['경량칸막이 앞을 비우세요', 'Clear the knock-out panel'],
      ['현관 방화문을 닫아 두세요', 'Keep the front door closed'],
    ],
    during: byLevel(
      [
        ['집 안 연기를 살피세요', 'Look for smoke at home'],
        ['안내 방송을 들으세요', 'Listen to the announcement'],
      ],
      [
        ['집 안 연기를 살피세요', 'Look for smoke at home'],
        ['창문을 닫으세요', 'Close the windows'],
        ['안내 방송을 들으세요', 'Listen to the announcement'],
      ],
      [
        ['연기가 없으면 머무세요', 'No smoke: stay in'],
        ['창문을 닫으세요', 'Close the windows'],
        ['방송을 계속 들으세요', 'Keep listening to announcements'],
        ['승강기를 타지 마세요', 'Do not use the lift'],
      ],
      [
        ['불과 연기를 살피세요', 'Look for fire and smoke'],
        ['연기가 없으면 머무세요', 'No smoke: stay in'],
        ['우리 집 불이면 대피하세요', 'Fire at home: leave'],
        ['나가며 현관문을 닫으세요', 'Close the front door behind you'],
        ['계단만 이용하세요', 'Use the stairs only'],
        ['길이 막히면 대피공간으로 가세요', 'Way blocked: go to the refuge'],
        ['젖은 천으로 문틈을 막으세요', 'Seal the gaps with wet cloth'],
        ['119에 동과 호수를 알리세요', 'Tell 119 your flat number'],
      ],
    ),
    after: [
      ['안내 전에는 머무세요', 'Stay until you are told'],
      ['창문을 열어 환기하세요', 'Air the rooms'],
      ['연기를 마셨으면 진료받으세요', 'Breathed smoke: see a doctor'],
    ],
  },
  manager: {
    before: [
      ['소화기 압력을 점검하세요', 'Check extinguisher pressure'],
      ['피난 계단을 비우세요', 'Clear the escape stairs'],
      ['수신기 연동을 켜 두세요', 'Keep panel interlocks on'],
      ['대피 훈련을 하세요', 'Hold an evacuation drill'],
    ],
    during: byLevel(
      [
        ['감지 위치를 확인하세요', 'Find the detector'],
        ['현장을 살피세요', 'Look at the place'],
      ],
      [
        ['감지 위치를 확인하세요', 'Find the detector'],
        ['소화기를 챙기세요', 'Take an extinguisher'],
        ['현장을 살피세요', 'Look at the place'],
      ],
      [
        ['감지 구역을 확인하세요', 'Confirm the zone'],
        ['둘이 함께 가세요', 'Go in pairs'],
        ['대피 방송을 준비하세요', 'Prepare the announcement'],
        ['불이 보이면 119에 신고하세요', 'Fire seen: call 119'],
        ['승강기를 1층에 세우세요', 'Recall the lift'],
      ],
      [
        ['119에 신고하세요', 'Call 119'],
        ['대피 방송을 하세요', 'Announce the evacuation'],
        ['승강기를 1층에 세우세요', 'Recall the lift'],
        ['방화문을 닫으세요', 'Close the fire doors'],
        ['소방차 길을 비우세요', 'Clear the way for engines'],
        ['소방대를 맞이하세요', 'Meet the fire brigade'],
        ['대피 인원을 확인하세요', 'Count heads outside'],
        ['재진입을 막으세요', 'Let nobody back in'],
      ],
    ),
    after: [
      ['원인을 기록하세요', 'Record the cause'],
      ['수신기를 복구하세요', 'Reset the fire panel'],
      ['입주자에게 결과를 알리세요', 'Tell residents the cause'],
      ['쓴 소화기를 교체하세요', 'Replace used extinguishers'],
    ],
  },
  responder: {
    before: [
      ['소방차 진입로를 확인하세요', 'Check access for engines'],
      ['소화전 위치를 확인하세요', 'Find the hydrants'],
      ['건물 도면을 받으세요', 'Get the building plan'],
    ],
    during: byLevel(
      [['감지 기록을 살피세요', 'Look at the detector record']],
      [
        ['감지 기록을 살피세요', 'Look at the detector record'],
        ['관리자 연락처를 확인하세요', "Confirm the manager's number"],
      ],
      [
        ['감지 구역을 확인하세요', 'Confirm the zone'],
        ['출동을 준비하세요', 'Prepare to turn out'],
      ],
      [
        ['감지 구역부터 살피세요', 'Search the alarmed zone first'],
        ['지하 인원을 확인하세요', 'Ask who is below ground'],
        ['가스 밸브를 잠그세요', 'Shut the gas valve'],
        ['관리자에게 인원을 확인하세요', 'Get the head count'],
        ['도움이 필요한 사람을 찾으세요', 'Find those who need help'],
      ],
    ),
    after: [
      ['재발화를 살피세요', 'Watch for rekindling'],
      ['연기를 빼내세요', 'Clear the smoke'],
      ['관리자에게 인계하세요', 'Hand over to the manager'],
    ],
  },
  vulnerable: leavingWithHelp,
};
