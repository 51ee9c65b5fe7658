import type { Table } from './words.ts';

/** The building in three dimensions. */
export const twinWords = {
  title: { ko: '입체 보기', en: 'In three dimensions' },
  scene: {
    ko: '건물 입체 그림. 화살표 키로 돌리고 +와 −로 확대·축소, Home으로 처음 자리. 센서는 아래 목록에서 고릅니다.',
    en: 'The building in three dimensions. Arrow keys turn it, + and − zoom, Home resets. Sensors are chosen from the list.',
  },
  noWebgl: {
    ko: '이 브라우저에서는 입체 그림(WebGL)을 그릴 수 없어 아래 평면으로 봅니다.',
    en: 'This browser cannot draw in three dimensions (WebGL): the plan below shows the same.',
  },
  lost: {
    ko: '그래픽 장치가 멈춰 입체 그림을 내렸습니다. 아래 평면으로 봅니다. 장치가 돌아오면 다시 그립니다.',
    en: 'The graphics device stopped: the plan below shows the same. It is drawn again when the device is back.',
  },
  failed: {
    ko: '입체 그림을 받지 못했습니다. 아래 평면으로 봅니다.',
    en: 'The drawing could not be fetched: the plan below shows the same.',
  },
  noOutline: {
    ko: '사이트 파일에 층 평면이 없어 입체로 그릴 수 없습니다. 아래 목록으로 봅니다.',
    en: 'The site file gives no outline of any storey: the list below shows the same.',
  },
  explode: { ko: '층 벌리기', en: 'Floors apart' },
  lean: { ko: '기울기·균열 과장', en: 'Exaggerate tilt and cracks' },
  leanFactor: {
    ko: '×{factor} 과장(가장 큰 움직임 {size} mm) · 센서 {all}개 중 {known}개 · 기간의 첫 값에서 바뀐 만큼({time}부터) · X 동쪽, Y 북쪽으로 봄 · 점선은 움직이기 전',
    en: 'exaggerated ×{factor} (largest movement {size} mm) · {known} of {all} gauges · change since the first value of the period ({time}) · X taken as east, Y as north · dashed: before it moved',
  },
  leanUnknown: {
    ko: '기울기·균열 센서 {all}개의 변화를 모두 알 수 없어 움직임을 그리지 않음',
    en: 'of none of {all} tilt and crack gauges is the change known: no movement is drawn',
  },
  leanLoading: { ko: '기간의 첫 값을 받는 중', en: 'Fetching the first values of the period' },
  leanFailed: {
    ko: '기간의 첫 값을 받지 못해 움직임을 그리지 않음',
    en: 'The first values of the period could not be fetched: no movement is drawn',
  },
  leanNone: { ko: '기울기·균열 센서가 없음', en: 'no tilt or crack gauges' },
  leanStill: {
    ko: '값을 아는 {known}개(전체 {all}개) 모두 {time}부터 바뀌지 않음',
    en: '{known} of {all} gauges are known, and none has changed since {time}',
  },
  backdrop: { ko: '건물 모델 보기', en: 'Model of the building' },
  backdropLoading: { ko: '건물 모델을 받는 중', en: 'Fetching the model of the building' },
  backdropFailed: {
    ko: '건물 모델을 읽을 수 없어 층 평면만으로 그림 (jari check로 확인)',
    en: 'The model of the building cannot be read: drawn from its storeys alone (jari check says why)',
  },
  time: { ko: '시각', en: 'Time' },
  now: { ko: '지금 상태', en: 'As it is now' },
  past: { ko: '과거: {time}의 상태', en: 'Past: as it was at {time}' },
  pastLoading: { ko: '과거: {time}의 기록을 받는 중', en: 'Past: fetching the record of {time}' },
  pastFailed: { ko: '과거: {time}의 기록을 받지 못함, 알 수 없음', en: 'Past: no record of {time} could be fetched' },
  pastHelp: {
    ko: '이 그림과 목록만 과거이고, 아래 평면은 지금입니다. 경보는 나중에 오른 등급으로 보일 수 있습니다.',
    en: 'Only this drawing and its list are of then; the plan below is of now. Alerts may show a level they reached later.',
  },
  pastPartial: { ko: '오래전 경보는 빠졌을 수 있습니다.', en: 'Alerts of long ago may be missing.' },
  toNow: { ko: '지금으로', en: 'Back to now' },
  sensors: { ko: '센서 {count}곳', en: 'sensors: {count}' },
  unplaced: { ko: '위치가 없어 그리지 못한 센서 {count}곳', en: '{count} sensors without a place are not drawn' },
  left: { ko: '왼쪽으로 돌리기', en: 'Turn left' },
  right: { ko: '오른쪽으로 돌리기', en: 'Turn right' },
  up: { ko: '위에서 보기', en: 'Look from higher' },
  down: { ko: '아래에서 보기', en: 'Look from lower' },
  nearer: { ko: '확대', en: 'Zoom in' },
  farther: { ko: '축소', en: 'Zoom out' },
  reset: { ko: '처음 자리로', en: 'Reset the view' },
  unknown: { ko: '알 수 없음', en: 'unknown' },
} as const satisfies Table;
