import type { AlertDetail } from '../../contract/http/alerts.ts';
import { lotIdSchema, pointRefSchema } from '../../contract/ids.ts';
import { at, clockText, type DayWorld } from './day-world.ts';

/** A row of the day: what happens, what is to come of it, and what came. */
export type DayRow = {
  readonly time: string;
  readonly what: string;
  readonly expected: string;
  /** When it is looked at. */
  readonly at: number;
  readonly look: (world: DayWorld) => { readonly got: string; readonly met: boolean };
};

const publicLot = 'saesol-public';
const residents = lotIdSchema.parse('saesol-residents');

/** What people do that day: they answer the fire, and somebody wants a space whose owner has not left. */
export const deeds: readonly { at: number; do: (world: DayWorld) => void }[] = [
  { at: at(7, 0), do: (world) => void world.reserve('r01', at(9, 0), at(10, 0)) },
  {
    at: at(17, 48, 55),
    do: (world) =>
      void world.deed(idOf(world, 'hanbit/fire-smoke'), { kind: 'acknowledge', text: '확인', cause: null }),
  },
  { at: at(17, 54), do: (world) => void answerFire(world) },
  // Every quarter of an hour somebody answers and resets what every witness says is gone.
  ...Array.from({ length: 30 }, (_, n) => ({ at: at(16, 30 + n * 15), do: resetGone })),
];

/** New witnesses asked again meanwhile; the report answers them too. */
function answerFire(world: DayWorld): void {
  const id = idOf(world, 'hanbit/fire-smoke');
  world.deed(id, { kind: 'acknowledge', text: '확인', cause: null });
  world.deed(id, { kind: 'report', text: '대피 완료, 소방서 도착' });
}

/** Only what every witness says is gone can be reset. */
function resetGone(world: DayWorld): void {
  for (const { alert, rule } of world.open()) {
    const last = world.services.ports.alerts.find(alert);
    if (last === undefined || !['rtn-unack', 'latched'].includes(last.state)) continue;
    const cause = /fire|co-/.test(rule) ? 'real' : rule.includes('gas') ? 'cooking' : null;
    world.deed(alert, { kind: 'acknowledge', text: '확인', cause });
    world.deed(alert, { kind: 'reset', text: '현장 확인', cause });
  }
}

export const rows: readonly DayRow[] = [
  {
    time: '00:00',
    what: 'agents boot in random order, the broker 40 s late',
    expected: 'all devices online ≤ 60 s after the broker; nothing lost',
    at: at(0, 1, 40),
    look(world) {
      const devices = world.fleet.devices();
      const online = devices.filter(({ state }) => state === 'online').length;
      const missing = world.counters.all().reduce((sum, one) => sum + one.missing + one.rejected, 0);
      return {
        got: `${online}/${devices.length} online, ${missing} missing`,
        met: online === devices.length && missing === 0,
      };
    },
  },
  {
    time: '06:30',
    what: 'lane balance against the spaces',
    expected: 'correction logged; the published count is that of the spaces',
    at: at(6, 31),
    look(world) {
      const [correction] = world.services.ports.parking.corrections(world.site.id, publicLot, 5);
      const occupied = world.spaces(publicLot).filter(({ state }) => state === 'occupied').length;
      const said = world.lot().occupied;
      return {
        got: `lanes ${correction?.lanes}, spaces ${correction?.occupied}, drift ${correction?.drift}; published ${said}, spaces ${occupied}`,
        met: correction !== undefined && said === occupied,
      };
    },
  },
  {
    time: '08:40–09:20',
    what: 'rush at S1',
    expected: 'about 24 arrivals; never over capacity',
    at: at(9, 20),
    look(world) {
      const stays = world.stays(publicLot, at(8, 40), at(9, 20));
      const arrivals = stays.filter(({ from }) => Date.parse(from) >= at(8, 40)).length;
      const departures = stays.filter(({ to }) => to !== null && Date.parse(to) < at(9, 20)).length;
      const { occupied, capacity } = world.lot();
      return {
        got: `${arrivals} arrivals, ${departures} departures, ${occupied} of ${capacity}`,
        met: arrivals >= 12 && arrivals <= 48 && occupied <= capacity,
      };
    },
  },
  {
    time: '09:00',
    what: 'S2 windows open, one owner still there',
    expected: '9 of 10 are free: 8 are offered, and one is kept for who booked the tenth',
    at: at(9, 1),
    look(world) {
      const offered = world.offered(residents, at(9, 1), at(10, 0)).filter((space) => Number(space.slice(1)) <= 10);
      return {
        got: `${offered.length} offered, r01 ${offered.includes('r01') ? 'among them' : 'not'}`,
        met: offered.length === 8 && !offered.includes('r01'),
      };
    },
  },
  {
    time: '09:00',
    what: 'and that booking, after the grace',
    expected: 'conflicted, or moved to the other space; the owner is told',
    at: at(9, 25),
    look(world) {
      const booked = world.booked();
      const told = world.happenings();
      return {
        got: `${booked?.state} at ${booked?.space}; ${told.join(', ')}`,
        met: booked?.state === 'conflicted' && told.includes('owner'),
      };
    },
  },
  {
    time: '10:12',
    what: 'bay 17 stuck at occupied',
    expected: 'suspected, unknown, not counted, within 8 neighbours’ changes',
    at: at(15, 30),
    look(world) {
      const sensor = world.services.ports.parking
        .sensors(world.site.id, publicLot)
        ?.find(({ space }) => space === 's17');
      const space = world.spaces(publicLot).find((one) => one.space === 's17');
      return {
        got: `${space?.state}, since ${space === undefined ? '?' : clockText(Date.parse(space.since))}, ${sensor?.healthy === false ? 'doubted' : 'believed'}, quiet ${sensor?.quiet?.minutes ?? 0} min`,
        met: sensor?.healthy === false && space?.state === 'unknown',
      };
    },
  },
  {
    time: '11:05',
    what: 'a car in a bay for the disabled; an electric car beyond 14 h',
    expected: 'a candidate each, no fine, what cannot be known said',
    at: at(14, 5),
    look(world) {
      const found = world.violations(publicLot).filter(({ space }) => space === 's12' || space === 's13');
      const text = found.map(({ space, kind, raisedAt }) => `${space} ${kind} ${clockText(Date.parse(raisedAt))}`);
      const kinds = new Set(found.map(({ kind }) => kind));
      return {
        got: text.join(', '),
        met: kinds.has('accessible-bay') && [...kinds].some((kind) => kind.startsWith('ev-slow')),
      };
    },
  },
  {
    time: '12:30',
    what: 'input module 3 unplugged',
    expected: '8 bays unknown ≤ 15 s; one grouped alert',
    at: at(12, 30, 15),
    look(world) {
      const bays = world
        .spaces(publicLot)
        .filter(({ space, state }) => space >= 's17' && space <= 's24' && state === 'unknown');
      const alerts = world.open().filter(({ hazard, rule }) => hazard === 'equipment' && rule.includes('di-3'));
      return {
        got: `${bays.length} unknown, ${alerts.length} alert ${alerts.map(({ rule }) => rule).join()}`,
        met: bays.length === 8 && alerts.length === 1,
      };
    },
  },
  {
    time: '12:41',
    what: 'and plugged in again',
    expected: 'known within 15 s; the gap is marked in history',
    at: at(12, 41, 15),
    look(world) {
      const unknown = world
        .spaces(publicLot)
        .filter(({ space, state }) => space >= 's18' && space <= 's24' && state === 'unknown');
      const { items } = world.history.readings({
        ...{ site: world.site.id, point: pointRefSchema.parse('di-3/di_1') },
        ...{ from: at(12, 29), to: at(12, 42), limit: 1000, cursor: null },
      });
      const bad = items.filter(({ quality }) => quality === 'bad').length;
      return { got: `${unknown.length} unknown, ${bad} bad reading in history`, met: unknown.length === 0 && bad >= 1 };
    },
  },
  {
    time: '13:00',
    what: 'sun on the roof',
    expected: 'no alert of a tilt',
    at: at(14, 19),
    look: (world) => nothing(world, (rule) => rule.includes('tilt')),
  },
  {
    time: '14:20',
    what: 'a truck hits a column',
    expected: '주의, one alert, ≤ 5 s',
    at: at(14, 30),
    look: (world) => once(world, 'hanbit/vibration-foundation', { level: '주의', from: at(14, 20), withinMs: 5000 }),
  },
  {
    time: '16:05',
    what: 'LPG in a kitchen',
    expected: 'pre-alarm; 25 % latched 경계 ≤ 30 s after it is passed',
    at: at(16, 10),
    look(world) {
      const alert = world.detail('hanbit/gas-lel:lel-kitchen-1/lel');
      if (alert === undefined) return none;
      const [raised, rose] = [
        alert.transitions[0],
        alert.transitions.find(({ reason }) => reason.code === 'level-rose'),
      ];
      const text = [raised, rose].map((one) => (one === undefined ? 'never' : `${clockText(Date.parse(one.at))}`));
      const lel = world.value('lel-kitchen-1/lel');
      return {
        got: `raised ${text[0]}, ${alert.level} ${text[1]}, now ${lel} %LEL, ${alert.state}`,
        met: alert.level === '경계' && rose !== undefined && Date.parse(rose.at) <= at(16, 7, 0),
      };
    },
  },
  {
    time: '17:48:10',
    what: 'smoke in B1, then the heat cable',
    expected: '경계 to the manager ≤ 5 s; 심각 ≤ 5 s after 17:48:24; Exercise',
    at: at(17, 48, 50),
    look(world) {
      const alert = world.detail('hanbit/fire-smoke');
      if (alert === undefined) return none;
      const rose = alert.transitions.find(({ reason }) => reason.code === 'level-rose');
      const told = alert.notices.filter(({ role }) => role === 'manager').length;
      const raisedAt = Date.parse(alert.since);
      const roseAt = rose === undefined ? Number.POSITIVE_INFINITY : Date.parse(rose.at);
      return {
        got: `${clockText(raisedAt)}, ${alert.level} ${clockText(roseAt)}, ${told} to the manager, ${alert.status}`,
        met:
          raisedAt <= at(17, 48, 15) &&
          roseAt <= at(17, 48, 29) &&
          told > 0 &&
          alert.level === '심각' &&
          alert.status === 'Exercise',
      };
    },
  },
  {
    time: '17:48:30',
    what: 'what others are told of the fire',
    expected: 'CAP Fire/Immediate/Evacuate, Exercise; drafts ≤ 90 and ≤ 157; S1 says 소방차 통행',
    at: at(17, 49),
    look(world) {
      const cap = world.cap();
      const drafts = world.services.ports.feeds.drafts(world.site.id, idOf(world, 'hanbit/fire-smoke'))?.broadcast;
      const sign = world.lot().sign?.ko ?? 'nothing';
      const says = ['<category>Fire', '<urgency>Immediate', '<responseType>Evacuate', '<status>Exercise'];
      const said = says.filter((text) => cap.includes(text)).length;
      const lengths = [drafts?.short.text.length ?? 999, drafts?.long.text.length ?? 999];
      return {
        got: `${said} of 4 in CAP, drafts of ${lengths.join(' and ')}, sign ${sign}`,
        met: said === 4 && (lengths[0] ?? 999) <= 90 && (lengths[1] ?? 999) <= 157 && sign.includes('소방차'),
      };
    },
  },
  {
    time: '18:20',
    what: 'the fire is out; reset once every witness says so',
    expected: 'acknowledged, reported, closed; AllClear; the sign is back',
    at: at(19, 20),
    look(world) {
      const alert = world.detail('hanbit/fire-smoke');
      if (alert === undefined) return none;
      const codes = new Set(alert.transitions.map(({ reason }) => reason.code));
      const done = ['acknowledged', 'reported', 'reset'].filter((code) => codes.has(code as never));
      const clear = world.cap().includes('AllClear');
      const timeOf = (code: string) => {
        const found = alert.transitions.findLast(({ reason }) => reason.code === code);
        return found === undefined ? 'never' : clockText(Date.parse(found.at));
      };
      const [gone, closed] = [timeOf('condition-gone'), timeOf('reset')];
      const sign = world.lot().sign?.ko ?? 'nothing';
      return {
        got: `${done.join(', ')}, gone ${gone}, ${alert.state} ${closed}, ${clear ? 'AllClear' : 'no AllClear'}, sign ${sign}`,
        met: done.length === 3 && alert.state === 'normal' && clear && !sign.includes('소방차'),
      };
    },
  },
  {
    time: '18:10',
    what: '12 devices and the link fail within 4 min',
    expected: '≤ 10 messages to the operator in 10 min; life safety on top; the figures show the flood',
    at: at(18, 20),
    look(world) {
      const messages = world.noticesTo('operator', at(18, 10), at(18, 20));
      const [first] = world.open();
      const figures = world.services.ports.alerts.figures(world.site.id, at(17, 30), at(18, 30));
      return {
        got: `${messages} messages, first ${first?.hazard}, peak ${figures.peakIn10Min} in 10 min, flood ${(100 * figures.floodTime).toFixed(1)} %`,
        met: messages <= 10 && first?.hazard === 'fire' && figures.peakIn10Min > 10,
      };
    },
  },
  {
    time: '20:00',
    what: 'no broker for 12 min',
    expected: 'every reading kept and replayed, none twice; no stay twice',
    at: at(20, 15),
    look(world) {
      const counts = world.counters.all();
      const [missing, duplicates, late] = (['missing', 'duplicates', 'late'] as const).map((key) =>
        counts.reduce((sum, one) => sum + one[key], 0),
      );
      const overlapping = world.overlappingStays(publicLot);
      return {
        got: `${missing} missing, ${duplicates} twice, ${late} late messages, ${overlapping} stays over each other`,
        met: missing === 0 && duplicates === 0 && overlapping === 0,
      };
    },
  },
  {
    time: '22:30',
    what: 'rain gets into the basement',
    expected: 'leak 경계 at once; 15 cm 심각; “leave the car”',
    at: at(22, 45),
    look(world) {
      const [leak, level] = [world.detail('hanbit/basement-leak'), world.detail('hanbit/water-level:level-b1/level')];
      const peak = level?.transitions.findLast(({ reason }) => reason.code === 'level-rose');
      return {
        got: `leak ${leak?.level} ${clockText(Date.parse(leak?.since ?? ''))}, water ${level?.level} ${clockText(Date.parse(peak?.at ?? ''))}: ${level?.action.ko}`,
        met: leak?.level === '경계' && level?.level === '심각' && /차는 두고|차량/.test(`${level.action.ko}`),
      };
    },
  },
  {
    time: '23:50',
    what: 'the mains are lost',
    expected: 'power alert ≤ 15 s',
    at: at(23, 51),
    look: (world) => once(world, 'hanbit/mains-lost', { level: '주의', from: at(23, 50), withinMs: 15_000 }),
  },
  {
    time: 'all day',
    what: 'every lot, each minute',
    expected: 'free + occupied + unknown + out of service = capacity',
    at: at(24, 0),
    look: (world) => ({ got: `${world.broken.length} times not`, met: world.broken.length === 0 }),
  },
  {
    time: 'all day',
    what: 'outside the script',
    expected: 'no alert of anything that did not happen; none chatters; the chain holds at the end',
    at: at(24, 0),
    look(world) {
      const stray = world.alerts().filter(({ rule, since }) => !isScripted(rule, Date.parse(since)));
      const { chattering } = world.services.ports.alerts.figures(world.site.id, at(0, 0), at(24, 0));
      const chain = world.services.ports.chain.health();
      return {
        got: `${stray.length} (${stray.map(({ rule }) => rule).join(', ')}), chattering ${chattering.length}, chain ${chain.standing}`,
        met: stray.length === 0 && chain.standing === 'ok',
      };
    },
  },
];

/** When what happens may raise an alert: minutes of the day. */
const scripted: readonly (readonly [from: number, until: number, rule: RegExp])[] = [
  [at(12, 30), at(12, 42), /di-3|rs485-di/],
  [at(14, 20), at(14, 25), /vibration/],
  [at(16, 5), at(16, 30), /gas|co-/],
  [at(17, 48), at(18, 40), /fire|heat|co-|temp|smoke/],
  [at(18, 10), at(18, 15), /^(device|bus|agent|point):/],
  [at(20, 0), at(20, 15), /^agent:/],
  [at(22, 30), at(23, 0), /leak|water|flood/],
  [at(23, 50), at(24, 0), /mains|ups|power/],
];

function isScripted(rule: string, since: number): boolean {
  return scripted.some(([from, until, pattern]) => since >= from - 1000 && since < until && pattern.test(rule));
}

const none = { got: 'no alert', met: false };

function nothing(world: DayWorld, is: (rule: string) => boolean) {
  const found = world.alerts().filter(({ rule }) => is(rule));
  return { got: `${found.length} alerts`, met: found.length === 0 };
}

function once(world: DayWorld, rule: string, of: { level: string; from: number; withinMs: number }) {
  const found = world.alerts().filter((alert) => alert.rule === rule);
  const [alert] = found;
  if (alert === undefined) return none;
  const since = Date.parse(alert.since);
  return {
    got: `${found.length} alert, ${alert.level}, ${clockText(since)}`,
    met: found.length === 1 && alert.level === of.level && since >= of.from && since <= of.from + of.withinMs,
  };
}

function idOf(world: DayWorld, rule: string): string {
  return detailOf(world, rule)?.alert ?? '';
}

function detailOf(world: DayWorld, rule: string): AlertDetail | undefined {
  return world.detail(rule);
}
