import type { Table } from './words.ts';

/** Words of devices, for operators: brief. */
export const deviceWords = {
  devices: { ko: '장치', en: 'Devices' },
  list: { ko: '목록', en: 'List' },
  values: { ko: '값', en: 'Values' },
  all: { ko: '전체', en: 'All' },
  ill: { ko: '이상만', en: 'Only ill ones' },
  bus: { ko: '회선 {bus}', en: 'Bus {bus}' },
  toList: { ko: '장치 목록', en: 'All devices' },
  none: { ko: '조건에 맞는 장치가 없습니다.', en: 'No device fits.' },
  noDevice: { ko: '없는 장치입니다.', en: 'There is no such device.' },
  lastGood: { ko: '마지막 정상 수신', en: 'last good reading' },
  never: { ko: '수신한 적 없음', en: 'never heard' },
  missingPoints: { ko: '값 없음 {count}', en: '{count} missing' },
  state: { ko: '상태', en: 'State' },
  why: { ko: '이유', en: 'Why' },
  profile: { ko: '장치 종류', en: 'Profile' },
  agent: { ko: '수집기', en: 'Agent' },
  busName: { ko: '회선', en: 'Bus' },
  whatToTry: { ko: '해 볼 일', en: 'What to try' },
  chain: { ko: '값이 오는 길', en: 'The way of a value' },
  brokenAt: { ko: '여기서 끊김: {place}', en: 'It breaks at: {place}' },
  unbroken: { ko: '모두 이어짐', en: 'Unbroken' },
  points: { ko: '측정값', en: 'Points' },
  history: { ko: '기록', en: 'History' },
  chooseHistory: { ko: '항목을 누르면 기록이 표시됩니다.', en: 'Choose a point to see its past.' },
  openChart: { ko: '추세 화면에서 보기', en: 'Open in charts' },
  explain: { ko: '{label}: {why}', en: '{label}: {why}' },
  missing: { ko: '값이 없는 항목', en: 'Missing values' },
  frames: { ko: '최근 통신 프레임', en: 'Last frames' },
  framesNotOffered: {
    ko: '이 게이트웨이는 화면에 프레임을 제공하지 않음. MQTT의 diagnosis 주제에서 볼 수 있음',
    en: 'Not offered by this gateway over HTTP; see the diagnosis topic on MQTT',
  },
  agentHealth: { ko: '수집기 상태', en: 'Agent' },
  received: { ko: '수신 {count}건', en: '{count} received' },
  missingMessages: { ko: '누락 {count}건', en: '{count} missing' },
  backlog: { ko: '전송 대기 {count}건', en: '{count} waiting to be sent' },
  backlogUnknown: { ko: '전송 대기 알 수 없음', en: 'backlog unknown' },
  clock: { ko: '시각 {state}', en: 'clock {state}' },
  synced: { ko: '동기', en: 'synchronised' },
  unsynced: { ko: '미동기', en: 'not synchronised' },
  stepped: { ko: '변경됨', en: 'was stepped' },
  busLoad: { ko: '{bus} 부하 {percent}%', en: '{bus} load {percent}%' },
} as const satisfies Table;

/** Stations on the way of a value, from the sensor to the screen. */
export const stationWords = {
  device: { ko: '장치', en: 'Device' },
  wire: { ko: '회선', en: 'Wire' },
  decode: { ko: '해독', en: 'Decoding' },
  plausibility: { ko: '타당성 검사', en: 'Plausibility' },
  agent: { ko: '수집기', en: 'Agent' },
  broker: { ko: '전송', en: 'Link' },
  gateway: { ko: '게이트웨이', en: 'Gateway' },
  screen: { ko: '화면', en: 'Screen' },
} as const satisfies Table;

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
} as const;
