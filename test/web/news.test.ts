import { describe, expect, test } from 'vitest';
import { change, type Lists, type Model, modelOf } from '../../web/gateway/model.ts';
import { newsOf } from '../../web/gateway/news.ts';

/** Enough of each item for its key, and figures that change. */
const item = <T>(fields: object) => fields as T;
type Of<K extends keyof Lists> = Lists[K] extends (infer T)[] | undefined ? T : never;

function listsOf(more: { states?: string[]; values?: number[]; backlog?: number; offered?: boolean } = {}): Lists {
  const { states = ['online', 'online'], values = [1, 2], backlog = 0, offered = true } = more;
  const spaces = new Map(
    states.map((state, nth) => [`s/lot/${nth}`, item({ site: 's', lot: 'lot', space: `${nth}`, state })]),
  );
  return {
    sites: [item<Of<'sites'>>({ site: 's' })],
    agents: [item<Of<'agents'>>({ site: 's', agent: 'a', state: 'online', simulated: false, backlog })],
    devices: states.map((state, nth) =>
      item<Of<'devices'>>({
        site: 's',
        agent: 'a',
        bus: 'b',
        device: `d${nth}`,
        state,
        reason: { code: 'no-reply', times: nth },
      }),
    ),
    latest: values.map((value, nth) => item<Of<'latest'>>({ site: 's', point: `d0/p${nth}`, unit: null, value })),
    spaces: offered ? item<NonNullable<Lists['spaces']>>({ state: 'there', items: spaces }) : { state: 'failed' },
  };
}

describe('lists that were fetched once more', () => {
  const known = () => modelOf(listsOf());

  test.each([
    ['nothing new', listsOf(), []],
    ['a device that is ill, and its space', listsOf({ states: ['online', 'offline'] }), ['s/d1', 'space:s/lot/1']],
    ['a reading', listsOf({ values: [1, 3] }), ['s/d0']],
    ['what an agent has still to send', listsOf({ backlog: 7 }), ['agents']],
  ])('say %s as events would have, and the page then shows what a fresh load would', (_, lists, touched) => {
    const [model, next] = [known(), modelOf(lists)];
    const news = newsOf(model, next) ?? [];
    expect(news.map((each) => change(model, each))).toEqual(touched);
    expect(model).toEqual(next);
  });

  test.each([
    ['one device fewer', listsOf({ states: ['online'] })],
    ['a point more', listsOf({ values: [1, 2, 3] })],
    ['a part that is no longer there', listsOf({ offered: false })],
    ['another order', reversed()],
  ])('are taken whole where they say %s', (_, lists) => {
    expect(newsOf(known(), modelOf(lists) satisfies Model)).toBeNull();
  });
});

function reversed(): Lists {
  const lists = listsOf();
  return { ...lists, devices: lists.devices.toReversed() };
}
