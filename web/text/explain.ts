import type { Words } from './words.ts';

/** Where a value is lost, why, and what to do about it: for operators, brief. */

/** Stations on the way of a value, from the sensor to the screen. */
export const stationWords = {
  unit: { ko: '장치', en: 'Unit' },
  wire: { ko: '회선', en: 'Wire' },
  decode: { ko: '해독', en: 'Decoding' },
  rule: { ko: '타당성 규칙', en: 'Rule' },
  clock: { ko: '시각', en: 'Clock' },
  outbox: { ko: '전송 대기함', en: 'Outbox' },
  broker: { ko: '브로커', en: 'Broker' },
  gateway: { ko: '게이트웨이', en: 'Gateway' },
  screen: { ko: '화면', en: 'Screen' },
} as const satisfies Readonly<Record<string, Words>>;

/** Why a value is missing, in one line, and what to do about it first, in one line. */
export const causeWords = {
  'link-lost': {
    why: { ko: '화면과 게이트웨이 연결이 끊김', en: 'This page has lost the gateway' },
    act: {
      ko: '이 기기의 네트워크 확인. 연결되면 자동 갱신',
      en: 'Check this device’s network; the page renews itself',
    },
  },
  'agent-offline': {
    why: { ko: '수집기가 브로커에 연결되어 있지 않음', en: 'Its agent is not connected to the broker' },
    act: { ko: '수집기 전원과 네트워크 확인', en: 'Check power and network of the agent' },
  },
  'agent-unheard': {
    why: { ko: '게이트웨이 시작 후 수집기 소식 없음', en: 'The agent was not heard since the gateway started' },
    act: { ko: '1분 기다린 뒤에도 같으면 수집기 확인', en: 'Wait a minute; if it stays so, look after the agent' },
  },
  'outbox-waits': {
    why: { ko: '측정은 되었으나 수집기 대기함에서 전송을 기다림', en: 'It was read and waits in the agent’s outbox' },
    act: { ko: '전송 대기가 줄어드는지 확인', en: 'See whether the backlog shrinks' },
  },
  'not-yet-heard': {
    why: {
      ko: '수집기가 연결된 뒤 아직 이 장치를 알리지 않음',
      en: 'The agent has not told of this device since it connected',
    },
    act: { ko: '다음 측정까지 기다리기', en: 'Wait for its next reading' },
  },
  'too-old': {
    why: {
      ko: '정해진 시간 안에 새 값이 오지 않아 마지막 값을 믿지 않음',
      en: 'Nothing came for longer than the point may be silent',
    },
    act: { ko: '측정 주기와 회선 부하 확인', en: 'Check its period and the load of the bus' },
  },
  timeout: {
    why: { ko: '장치가 응답하지 않음', en: 'The unit does not answer' },
    act: { ko: '장치 전원과 국번 확인', en: 'Check its power and its unit id' },
  },
  'no-uplink': {
    why: { ko: '장치의 무선 신호가 오지 않음', en: 'Nothing of it comes by radio' },
    act: { ko: '배터리와 기지국 수신 상태 확인', en: 'Check its battery, and whether a base station hears it' },
  },
  'radio-silent': {
    why: {
      ko: '같은 네트워크 서버의 장치가 모두 조용함',
      en: 'Nothing comes of any device of this network server',
    },
    act: { ko: '기지국과 네트워크 서버 확인', en: 'Check the base station and the network server' },
  },
  'wire-silent': {
    why: { ko: '같은 회선의 장치가 모두 응답하지 않음', en: 'No unit of this wire answers' },
    act: { ko: '배선, 종단 저항, 회선 전원 확인', en: 'Check the cable, its termination and its power' },
  },
  'bad-frame': {
    why: { ko: '응답이 깨져서 옴', en: 'What comes is damaged' },
    act: { ko: '국번 중복과 통신 속도 확인', en: 'Look for a second unit of its id, and check the speed' },
  },
  refused: {
    why: { ko: '장치가 읽기를 거부함', en: 'The unit refuses to be read' },
    act: { ko: '장치 종류(profile)와 펌웨어 확인', en: 'Check its profile and firmware' },
  },
  unsupported: {
    why: { ko: '장치에 없는 레지스터', en: 'The unit has no such register' },
    act: { ko: '설정에서 이 항목 제외', en: 'Leave the point out of the site file' },
  },
  'port-closed': {
    why: { ko: '수집기가 포트를 열지 못함', en: 'The agent cannot open the port' },
    act: { ko: '어댑터와 포트 이름 확인', en: 'Check the adapter and the port’s name' },
  },
  'out-of-range': {
    why: { ko: '읽은 값이 유효 범위 밖', en: 'The value read is outside its valid range' },
    act: { ko: '센서 선과 배율 설정 확인', en: 'Check the sensor’s cable and its scale' },
  },
  sentinel: {
    why: { ko: '장치가 “값 없음”을 보냄', en: 'The unit says that it has no value' },
    act: { ko: '센서 연결과 예열 확인', en: 'Check the sensor’s connection and warm-up' },
  },
  stuck: {
    why: { ko: '값이 한 자리에 붙어 있음', en: 'The value is stuck' },
    act: { ko: '현장 값과 비교', en: 'Compare with what is there' },
  },
  frozen: {
    why: { ko: '값이 전혀 변하지 않음', en: 'The value does not move at all' },
    act: { ko: '현장 값과 비교', en: 'Compare with what is there' },
  },
  noisy: {
    why: { ko: '값이 지나치게 흔들림', en: 'The value jumps about' },
    act: { ko: '고정 상태와 접지 확인', en: 'Check its mounting and ground' },
  },
  rate: {
    why: { ko: '값이 있을 수 없는 속도로 변함', en: 'The value moves faster than it can' },
    act: { ko: '고정 상태와 접지 확인', en: 'Check its mounting and ground' },
  },
  clock: {
    why: { ko: '측정 시각을 믿을 수 없음', en: 'The time of the reading cannot be believed' },
    act: { ko: '수집기 시각 동기(NTP) 확인', en: 'Check the agent’s time server' },
  },
  'not-polled': {
    why: { ko: '수집기가 아직 묻지 않음', en: 'The agent has not asked for it yet' },
    act: { ko: '회선 부하 확인(jari check)', en: 'Check the load of the bus (jari check)' },
  },
} as const satisfies Readonly<Record<string, { readonly why: Words; readonly act: Words }>>;

/** What has helped most often with each fault, the likeliest first. */
export const tryWords = {
  timeout: [
    { ko: '장치 전원과 통신 커넥터 확인', en: 'Check the device’s power and its connector' },
    { ko: '국번과 통신 속도가 설정과 같은지 확인', en: 'Compare unit id and baud rate with the site file' },
    {
      ko: '같은 회선의 다른 장치도 끊겼다면 배선과 종단 저항 확인',
      en: 'If others on the wire are silent too, check cable and termination',
    },
  ],
  'no-uplink': [
    { ko: '센서 배터리 확인', en: 'Check the sensor’s battery' },
    {
      ko: '네트워크 서버에서 이 장치의 마지막 수신과 접속(join) 기록 확인',
      en: 'See when the network server heard it last, and whether it joins again',
    },
    {
      ko: '센서 위의 차량·금속, 기지국까지의 거리 확인',
      en: 'Look for a vehicle or metal above it, and how far the base station is',
    },
  ],
  'radio-silent': [
    { ko: '기지국 전원과 네트워크 확인', en: 'Check power and network of the base station' },
    {
      ko: '네트워크 서버가 기지국과 연결되어 있는지 확인',
      en: 'See whether the network server hears the base station',
    },
    { ko: '수집기 로그 확인', en: 'Read the agent’s log' },
  ],
  'bad-frame': [
    { ko: '같은 국번을 쓰는 장치가 둘인지 확인', en: 'Look for two devices with the same unit id' },
    { ko: '통신 속도·패리티 확인', en: 'Check baud rate and parity' },
    { ko: '차폐·접지, 동력선과의 거리 확인', en: 'Check shield, ground and distance from power cables' },
  ],
  refused: [
    { ko: '장치 종류(profile)와 펌웨어 판 확인', en: 'Check profile and firmware of the device' },
    { ko: '장치가 교정·설정 모드인지 확인', en: 'See whether the device is calibrating or being set up' },
    { ko: '전원을 껐다 켜기', en: 'Switch it off and on again' },
  ],
  unsupported: [
    { ko: '장치 종류(profile) 확인', en: 'Check the profile' },
    { ko: '지원하지 않는 항목을 설정에서 제외', en: 'Leave out points that the device lacks' },
    { ko: '장치 펌웨어 확인', en: 'Check the device’s firmware' },
  ],
  'port-closed': [
    { ko: 'USB 어댑터가 꽂혀 있는지 확인', en: 'See whether the USB adapter is plugged in' },
    { ko: '다른 프로그램이 포트를 쓰는지 확인', en: 'Look for another program on the port' },
    { ko: '네트워크 장치라면 주소와 전원 확인', en: 'For a network device, check address and power' },
  ],
  'out-of-range': [
    { ko: '센서 케이블의 단선·단락 확인', en: 'Look for a broken or shorted sensor cable' },
    { ko: '단위와 배율 설정 확인', en: 'Check unit and scale in the site file' },
    { ko: '현장 값과 비교', en: 'Compare with what is there' },
  ],
  sentinel: [
    { ko: '센서 케이블 연결 확인', en: 'Check the sensor’s own cable' },
    { ko: '예열이 끝났는지 확인', en: 'See whether it is still warming up' },
    { ko: '센서 교체', en: 'Replace the sensor' },
  ],
  stuck: [
    { ko: '센서 앞이 가려지거나 얼었는지 확인', en: 'See whether something blocks or ices the sensor' },
    { ko: '현장 값과 비교', en: 'Compare with what is there' },
    { ko: '센서 전원을 껐다 켜기', en: 'Switch the sensor off and on again' },
  ],
  noisy: [
    { ko: '고정 상태와 진동 확인', en: 'Check its mounting' },
    { ko: '차폐와 접지 확인', en: 'Check shield and ground' },
    { ko: '동력 설비와 떨어뜨리기', en: 'Move it away from power equipment' },
  ],
  clock: [
    { ko: '수집기의 시각 동기(NTP) 확인', en: 'Check the agent’s time server' },
    { ko: '네트워크 확인', en: 'Check its network' },
    { ko: '배터리로 가는 시계(RTC) 확인', en: 'Check its battery-backed clock' },
  ],
  'not-polled': [
    { ko: '사이트 파일에서 감시 대상인지 확인', en: 'See whether the site file asks for it' },
    { ko: '회선 부하 확인(jari check)', en: 'Check the load of the bus (jari check)' },
    { ko: '수집기 로그 확인', en: 'Read the agent’s log' },
  ],
  agent: [
    { ko: '수집기 전원과 네트워크 확인', en: 'Check power and network of the agent' },
    { ko: '수집기 로그 확인', en: 'Read the agent’s log' },
    { ko: '인증서·비밀번호가 유효한지 확인(jari doctor)', en: 'Check its certificate or password (jari doctor)' },
  ],
  outbox: [
    { ko: '수집기와 게이트웨이 사이 네트워크 속도 확인', en: 'Check the network between agent and gateway' },
    { ko: '밀린 기록이 줄어드는지 확인', en: 'See whether the backlog shrinks' },
    { ko: '수집기 로그 확인', en: 'Read the agent’s log' },
  ],
} as const;
