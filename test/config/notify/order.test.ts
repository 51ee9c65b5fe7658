import { describe, expect, test } from 'vitest';
import { dayGaps } from '../../../config/notify/duty-gaps.ts';
import { shiftSchema } from '../../../config/notify/order-file.ts';
import { kindsOf } from '../../../gateway/notify/channels.ts';
import { changed, problemsOf, siteOf } from '../site-text.ts';

const notifyWith = (text: string) => changed('agents:\n', `gateway: { notify: { ${text} } }\nagents:\n`);
const says = (text: string) => problemsOf(notifyWith(text)).map((line) => line.replace(/^\d+:\d+ /, ''));
const allDay = '{ days: [weekday, saturday, holiday], hours: "00:00-24:00", people: [kim] }';

test('an order and a rota are read, with people by the names of their accounts', () => {
  const { order, duty } = siteOf(
    notifyWith(
      `order: [{ role: manager, building: house, hazards: [fire], levels: [심각], people: [kim, lee], nextAfter: 90s }], duty: [{ role: operator, shifts: [${allDay}] }]`,
    ),
  ).gateway.notify;
  expect(order).toMatchObject([{ people: ['kim', 'lee'], nextAfter: 90_000 }]);
  expect(duty).toMatchObject([{ shifts: [{ hours: { from: 0, to: 1440 } }], swaps: [] }]);
});

describe('jari check refuses', () => {
  test.each([
    ['a role that there is not', 'order: [{ role: operater }]', /no role "operater"; did you mean operator\?/],
    [
      'a building that there is not',
      'order: [{ role: manager, building: hause }]',
      /no building "hause"; did you mean house\?/,
    ],
    ['a person twice', 'order: [{ role: operator, people: [kim, lee, kim] }]', /people\.2: "kim" stands above/],
    [
      'a channel that the site has not',
      'order: [{ role: operator, channels: [sms] }]',
      /sends nothing by SMS; set up notify\.sms/,
    ],
    ['a wait of a second', 'order: [{ role: operator, nextAfter: 1s }]', /10s.*1h|between/],
    [
      'an order of residents',
      'order: [{ role: resident, people: [kim] }]',
      /order\.0\.people: residents are always told/,
    ],
    [
      'a rota of residents',
      `duty: [{ role: resident, shifts: [${allDay}] }]`,
      /duty\.0\.role: residents are always told/,
    ],
    [
      'a second rota of a role',
      `duty: [{ role: operator, shifts: [${allDay}] }, { role: operator, shifts: [${allDay}] }]`,
      /operator has its rota in line 3/,
    ],
    [
      'a swap of who has no shift',
      `duty: [{ role: operator, shifts: [${allDay}], swaps: [{ date: 2026-12-24, instead: lee, people: [kim] }] }]`,
      /"lee" has no shift in this rota to swap on 2026-12-24/,
    ],
    [
      'a date that there is not',
      `duty: [{ role: operator, shifts: [${allDay}], swaps: [{ date: 2026-02-30, instead: kim, people: [lee] }] }]`,
      /date/,
    ],
    [
      'hours of no length',
      'duty: [{ role: operator, shifts: [{ days: [mon], hours: "09:00-09:00", people: [kim] }] }]',
      /./,
    ],
  ])('%s', (_what, text, problem) => {
    const found = says(text).filter((line) => !line.includes('warning'));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(problem);
  });
});

describe('jari check warns of', () => {
  test.each([
    [
      'an entry that nothing reaches',
      'order: [{ role: operator }, { role: operator, levels: [심각] }]',
      [/line 3 takes everything/],
    ],
    [
      'hours at which nobody is on duty',
      'duty: [{ role: operator, shifts: [{ days: [weekday], hours: "09:00-18:00", people: [kim] }] }]',
      [/weekdays 00:00-09:00 and 18:00-24:00/, /Saturdays 00:00-24:00/, /holidays 00:00-24:00/],
    ],
  ])('%s', (_what, text, problems) => {
    const found = says(text);
    expect(found).toHaveLength(problems.length);
    for (const [i, problem] of problems.entries()) expect(found[i]).toMatch(problem);
  });
});

describe('a closed site', () => {
  const sms = 'sms: { url: "https://sms.example.kr/send", tokenFile: sms.token, from: "0200000000" }';
  const push = 'push: { subject: "mailto:safety@jari.kr" }';
  const closed = (notify: string) =>
    changed('agents:\n', `gateway: { mode: closed, notify: { ${notify} } }\nagents:\n`);

  test.each([
    ['with SMS is fine', sms, []],
    ['without SMS is warned of', '', [/warning: this site is closed and has no notify\.sms/]],
    ['with push is refused', `${sms}, ${push}`, [/push reaches nobody of a closed site/]],
  ])('%s', (_what, notify, expected) => {
    const found = problemsOf(closed(notify));
    expect(found).toHaveLength(expected.length);
    for (const [i, problem] of expected.entries()) expect(found[i]).toMatch(problem);
  });

  test('tells people by everything but push', () => {
    const { gateway } = siteOf(closed(sms));
    const notify = { ...gateway.notify, push: { subject: 'mailto:safety@jari.kr', allowHosts: [] } };
    expect(kindsOf({ mode: 'closed', notify })).toEqual(['sms']);
    expect(kindsOf({ mode: 'public', notify })).toEqual(['push', 'sms']);
  });
});

const shifts = (...of: object[]) => of.map((shift) => shiftSchema.parse({ people: ['kim'], ...shift }));

test.each([
  [
    'nights that begin every day fill the mornings',
    shifts(
      { days: ['weekday', 'saturday', 'holiday'], hours: '18:00-09:00' },
      { days: ['weekday', 'saturday', 'holiday'], hours: '09:00-18:00' },
    ),
    [0, 0, 0],
  ],
  [
    'nights of weekdays leave Saturday night, Sunday and the morning after',
    shifts(
      { days: ['weekday'], hours: '18:00-09:00' },
      { days: ['weekday', 'saturday', 'holiday'], hours: '09:00-18:00' },
    ),
    [540, 360, 900],
  ],
  [
    'days by name are not there on all weekdays',
    shifts({ days: ['mon', 'tue', 'wed', 'thu'], hours: '00:00-24:00' }),
    [1440, 1440, 1440],
  ],
])('%s', (_what, of, minutes) => {
  const lengths = (['weekday', 'saturday', 'holiday'] as const).map((day) =>
    dayGaps(of, day).reduce((sum, { from, to }) => sum + to - from, 0),
  );
  expect(lengths).toEqual(minutes);
});
