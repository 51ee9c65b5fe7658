import { byLevel, type HazardGuidelines, stayingWithHelp } from './guideline.ts';

export const power: HazardGuidelines = {
  sources: [{ code: '2018', title: '국민행동요령 사회재난 정전 및 전력부족' }],
  resident: {
    before: [
      ['손전등을 준비하세요', 'Keep a torch ready'],
      ['의료기기 전원을 준비하세요', 'Have backup for medical devices'],
    ],
    during: byLevel(
      [['전기를 아껴 쓰세요', 'Save power']],
      [
        ['승강기를 타지 마세요', 'Do not use the lift'],
        ['전열기를 끄세요', 'Switch off heaters'],
      ],
      [
        ['승강기를 타지 마세요', 'Do not use the lift'],
        ['촛불 대신 손전등을 쓰세요', 'Use torches, not candles'],
        ['전열기를 끄세요', 'Switch off heaters'],
      ],
      [
        ['승강기를 타지 마세요', 'Do not use the lift'],
        ['손전등으로 이동하세요', 'Move with a torch'],
        ['갇히면 비상벨을 누르세요', 'Trapped: press the bell'],
        ['안내를 따르세요', 'Follow the announcement'],
      ],
    ),
    after: [
      ['가전을 하나씩 켜세요', 'Switch on one by one'],
      ['상한 음식을 버리세요', 'Throw away spoilt food'],
    ],
  },
  manager: {
    before: [
      ['배터리를 점검하세요', 'Check the batteries'],
      ['비상등을 시험하세요', 'Test emergency lights'],
      ['발전기를 시험하세요', 'Test the generator'],
    ],
    during: byLevel(
      [['전력 상태를 지켜보세요', 'Watch the supply']],
      [
        ['차단기를 확인하세요', 'Check the breakers'],
        ['남은 시간을 확인하세요', 'Check the time left'],
      ],
      [
        ['승강기 갇힘을 확인하세요', 'Check lifts for people'],
        ['한전 123에 알리세요', 'Call the grid at 123'],
        ['비상등을 확인하세요', 'Check emergency lights'],
      ],
      [
        ['승강기 갇힘을 확인하세요', 'Check lifts for people'],
        ['발전기를 켜세요', 'Start the generator'],
        ['순찰을 도세요', 'Walk the building'],
        ['감시 공백을 알리세요', 'Say what is not watched'],
      ],
    ),
    after: [
      ['설비를 다시 켜세요', 'Restart the systems'],
      ['수신기를 확인하세요', 'Check the fire panel'],
      ['배터리를 충전하세요', 'Recharge the batteries'],
    ],
  },
  responder: {
    before: [['비상 전원을 확인하세요', 'Know the backup supply']],
    during: byLevel(
      [['전력 상태를 지켜보세요', 'Watch the supply']],
      [['전력 상태를 지켜보세요', 'Watch the supply']],
      [['승강기 갇힘을 확인하세요', 'Check lifts for people']],
      [
        ['승강기 갇힘을 확인하세요', 'Check lifts for people'],
        ['의료기기 사용자를 찾으세요', 'Find users of medical devices'],
      ],
    ),
    after: [['관리자에게 인계하세요', 'Hand over to the manager']],
  },
  vulnerable: {
    ...stayingWithHelp,
    mobility: [
      ['승강기를 타지 마세요', 'Do not use the lift'],
      ['의료기기 전원을 확인하세요', 'Check your medical devices'],
      ['관리자에게 위치를 알리세요', 'Tell the manager where you are'],
    ],
  },
};
