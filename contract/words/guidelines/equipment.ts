import { byLevel, type HazardGuidelines, stayingWithHelp } from './guideline.ts';

export const equipment: HazardGuidelines = {
  sources: [{ code: null, title: 'IEC 62682, alarm management: action on loss of a measurement' }],
  resident: {
    before: [['경보기를 가리지 마세요', 'Do not cover detectors']],
    during: byLevel(
      [['평소처럼 이용하세요', 'Go on as usual']],
      [['평소처럼 이용하세요', 'Go on as usual']],
      [
        ['주변을 스스로 살피세요', 'Look around yourself'],
        ['이상하면 알리세요', 'Report what seems wrong'],
      ],
      [
        ['경보가 울리지 않을 수 있습니다', 'The alarm may not sound'],
        ['주변을 스스로 살피세요', 'Look around yourself'],
        ['위험하면 119에 신고하세요', 'In danger call 119'],
      ],
    ),
    after: [['평소처럼 이용하세요', 'Go on as usual']],
  },
  manager: {
    before: [
      ['예비 센서를 갖춰 두세요', 'Keep spare sensors'],
      ['점검 기간을 등록하세요', 'Enter maintenance times'],
    ],
    during: byLevel(
      [['장치 상태를 확인하세요', 'Look at the device state']],
      [
        ['전원을 확인하세요', 'Check its power'],
        ['배선을 확인하세요', 'Check its wiring'],
        ['수리를 예약하세요', 'Book a repair'],
      ],
      [
        ['감시 공백을 확인하세요', 'See what is not watched'],
        ['순찰로 대신하세요', 'Patrol in its place'],
        ['오늘 수리하세요', 'Repair it today'],
      ],
      [
        ['순찰을 바로 시작하세요', 'Start patrols now'],
        ['연동을 다시 켜세요', 'Switch interlocks back on'],
        ['입주자에게 알리세요', 'Tell the residents'],
        ['즉시 수리하세요', 'Repair it at once'],
      ],
    ),
    after: [
      ['센서를 시험하세요', 'Test the sensor'],
      ['원인을 기록하세요', 'Record the cause'],
    ],
  },
  responder: {
    before: [['설비 담당을 확인하세요', 'Know who keeps the systems']],
    during: byLevel(
      [['표시된 값을 믿지 마세요', 'Do not trust its value']],
      [['표시된 값을 믿지 마세요', 'Do not trust its value']],
      [['감시 공백을 확인하세요', 'Ask what is not watched']],
      [
        ['감시 공백을 확인하세요', 'Ask what is not watched'],
        ['직접 재며 확인하세요', 'Measure for yourself'],
      ],
    ),
    after: [['관리자에게 인계하세요', 'Hand over to the manager']],
  },
  vulnerable: stayingWithHelp,
};
