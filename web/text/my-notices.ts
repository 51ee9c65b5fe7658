import type { Table } from './words.ts';

/** Words of the pages by which people see to it that notices reach them: for everybody, so polite and in few words. */
export const myNoticesWords = {
  title: { ko: '내 알림', en: 'My notices' },
  step: { ko: '{step}/2 단계', en: 'Step {step} of 2' },
  how: { ko: '어디로 받으시겠어요?', en: 'Where shall notices go?' },
  howHint: {
    ko: '두 가지 이상 등록해 두면 하나가 안 되어도 알림을 받을 수 있습니다.',
    en: 'With two of them, one that fails does not leave you without notices.',
  },
  closed: {
    ko: '이 건물은 폐쇄망이라 푸시 알림을 쓸 수 없습니다. 문자로 받아 주세요.',
    en: 'This building is on a closed network: push cannot work. Please take notices by SMS.',
  },
  nothingOffered: {
    ko: '이 게이트웨이는 알림을 보낼 방법이 아직 없습니다. 관리자에게 알려 주세요.',
    en: 'This gateway has no way to send notices yet. Please tell the manager.',
  },
  phone: { ko: '휴대전화 번호', en: 'Mobile number' },
  phoneHint: { ko: '예: 01012345678', en: 'such as 01012345678' },
  email: { ko: '전자우편 주소', en: 'E-mail address' },
  add: { ko: '등록', en: 'Add' },
  remove: { ko: '삭제', en: 'Remove' },
  none: { ko: '등록된 연락처가 없습니다.', en: 'Nothing is set up yet.' },
  proven: { ko: '{time} 도착 확인', en: 'arrived {time}' },
  unproven: { ko: '아직 도착 확인 안 됨', en: 'nothing arrived there yet' },
  gone: { ko: '수신 불가 주소', en: 'no longer works' },
  denied: { ko: '{time} 시험 알림 미도착', en: 'a test did not arrive {time}' },
  thisDevice: { ko: '푸시 알림', en: 'Push' },
  sendTest: { ko: '시험 알림 보내기', en: 'Send a test' },
  arrivedAsk: { ko: '도착했나요?', en: 'Did it arrive?' },
  sent: {
    ko: '시험 알림을 보냈습니다. 보통 몇 초 안에 도착합니다. 알림 속 주소를 열어 확인하셔도 됩니다.',
    en: 'A test is on its way and takes a few seconds. You may confirm it by the address in it as well.',
  },
  yes: { ko: '네, 왔어요', en: 'Yes' },
  no: { ko: '아니요', en: 'No' },
  arrived: { ko: '도착했습니다', en: 'It arrived' },
  again: { ko: '다시 보내기', en: 'Send again' },
  back: { ko: '연락처 수정', en: 'Change where it goes' },
  finish: { ko: '완료', en: 'Done' },
  allDone: {
    ko: '모두 도착했습니다. 앞으로 알림을 받을 수 있습니다.',
    en: 'All of it arrived. Notices will reach you.',
  },
  tryPush: {
    ko: '휴대전화의 방해 금지 모드를 끄고, 설정에서 이 브라우저의 알림을 허용해 주세요. 아이폰은 홈 화면에 추가한 뒤 거기서 열어야 합니다.',
    en: 'Turn off do-not-disturb, and allow this browser to notify in the phone’s settings. On an iPhone, add the page to the home screen and open it there.',
  },
  trySms: {
    ko: '번호가 맞는지, 스팸함에 들어가지 않았는지 확인해 주세요.',
    en: 'Check the number, and the phone’s spam folder.',
  },
  tryEmail: {
    ko: '주소가 맞는지, 스팸함에 들어가지 않았는지 확인해 주세요.',
    en: 'Check the address, and the spam folder.',
  },
  quietTitle: { ko: '조용한 시간', en: 'Quiet hours' },
  quietHint: {
    ko: '급하지 않은 알림은 모아 두었다가 끝날 때 한 번에 알려 드립니다. 인명과 관련된 경보는 언제나 바로 알립니다.',
    en: 'Anything that can wait is sent as one message when they end. Alerts about people’s safety always come at once.',
  },
  quietOn: { ko: '조용한 시간 사용', en: 'Use quiet hours' },
  from: { ko: '시작', en: 'From' },
  to: { ko: '끝', en: 'To' },
  save: { ko: '저장', en: 'Save' },
  saved: { ko: '저장되었습니다.', en: 'Saved.' },
  setUp: { ko: '알림 받기 설정', en: 'Set up notices' },
  tapAsk: {
    ko: '시험 알림을 받으셨다면 아래 버튼을 눌러 주세요.',
    en: 'If the test has reached you, please press the button.',
  },
  tapDone: { ko: '확인되었습니다', en: 'Thank you' },
  tapDoneHelp: {
    ko: '이 알림이 도착한 것을 확인했습니다. 창을 닫으셔도 됩니다.',
    en: 'It is on record that this notice arrived. You may close this page.',
  },
  tapWait: { ko: '확인하는 중', en: 'One moment' },
  tapFailed: { ko: '확인하지 못했습니다', en: 'That did not work' },
  tapForged: {
    ko: '이 주소는 더 이상 쓸 수 없습니다. 알림에 있는 주소를 그대로 눌러 주세요.',
    en: 'This address no longer works. Please open the one in the notice itself.',
  },
  tapRetry: { ko: '다시 시도', en: 'Try again' },
} as const satisfies Table;
