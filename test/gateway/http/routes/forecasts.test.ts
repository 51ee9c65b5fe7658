import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultForecastSettings as settings } from '../../../../config/forecast/forecast-settings.ts';
import { type ForecastItem, forecastReportSchema } from '../../../../contract/http/forecasts.ts';
import { followedPoints } from '../../../../gateway/forecast/followed.ts';
import { forecastItem } from '../../../../gateway/forecast/items.ts';
import { defaultForecastPolicy } from '../../../../gateway/forecast/policy.ts';
import { forecastReport } from '../../../../gateway/forecast/report.ts';
import { plainBuilding } from '../../../plain-site.ts';
import { moving, quiet } from '../../forecast/forecast-world.ts';
import { structuralSite } from '../../forecast/structural-site.ts';
import { makeWorld, serve, signedIn, tokenOf } from '../fakes.ts';

const site = structuralSite();
const followed = followedPoints(site, defaultForecastPolicy);
const limits = { high: 8, low: null, learning: false };
const known = (point: string) =>
  point === 'tilt-ne/p_0'
    ? { at: 1_796_000_000_000, simulated: true, analysis: moving('trend') }
    : point === 'tilt-nw/p_0'
      ? { at: 1_796_000_000_000, simulated: false, analysis: quiet }
      : undefined;

const world = makeWorld();
world.sites = [{ ...site, buildings: [...site.buildings, plainBuilding('dure')] }];
const forecast = {
  items: () => followed.map((of) => forecastItem(of, known(of.point), limits)),
  report: (_site: string, point: string) => {
    const of = followed.find((one) => one.point === point);
    const record = { hours: 0, imported: 0, simulated: 0, first: null, last: null };
    const empty = { days: [], changes: [], record, settings, version: '0.1.0' };
    return of && forecastReport({ point: of, known: known(point), limits, ...empty });
  },
};
let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  server = await serve(world, { forecast });
});
afterAll(() => server.close());

const reader = { authorization: `Bearer ${tokenOf('read')}` };
const get = (path: string, headers: Record<string, string> = reader) =>
  fetch(`${server.url}/api/v1/${path}`, { headers });
const pointsOf = async (response: Response) =>
  ((await response.json()) as { items: ForecastItem[] }).items.map(({ point }) => point);

test('each structural point is listed; one that was never looked at says that nothing is known', async () => {
  const { items } = (await (await get('forecasts')).json()) as { items: ForecastItem[] };
  expect(items[0]).toMatchObject({
    ...{ site: 'saesol', building: 'hanbit', point: 'tilt-ne/p_0', state: 'trend', rate: 0.002, unit: 'deg' },
    ...{ interval: [0.001, 0.003], why: { code: 'trend' }, method: 'test/1', simulated: true, limits },
  });
  expect(items[1]).toMatchObject({ state: 'none', judged: true });
  expect(items[2]).toMatchObject({ state: 'none', judged: false, rate: null, method: null, at: null });
  // Its sensor may be in good health: that it was not looked at is all that may be said.
  expect(items[2]?.why).toEqual({ code: 'not-judged-yet' });
});

test('by building and point, page by page', async () => {
  expect(await pointsOf(await get('forecasts?building=hanbit'))).toHaveLength(3);
  expect(await pointsOf(await get('forecasts?building=dure'))).toEqual([]);
  expect(await pointsOf(await get('forecasts?point=tilt-nw/p_0'))).toEqual(['tilt-nw/p_0']);
  const first = (await (await get('forecasts?limit=2')).json()) as { next: string };
  expect(await pointsOf(await get(`forecasts?limit=2&cursor=${first.next}`))).toEqual(['tilt-se/p_0']);
});

test('the report has every number that decided, with its source', async () => {
  const body = forecastReportSchema.parse(await (await get('forecast-report?point=tilt-ne/p_0')).json());
  expect(body.settings.find(({ name }) => name === 'trend.long')).toMatchObject({ value: 28 });
  expect(body.settings.every(({ source }) => source !== '')).toBe(true);
});

test.each([
  ['a point that is not followed', 'forecast-report?point=tilt-ne/p_1', 404],
  ['a point that is no point', 'forecasts?point=tilt', 400],
  ['a site that is not there', 'forecasts?site=nowhere', 404],
])('refused: %s', async (_what, path, status) => {
  expect((await get(path)).status).toBe(status);
});

test('managers see their own buildings, residents none, and nobody else without signing in', async () => {
  const of = (building: string) => [{ site: 'saesol', building }];
  const asked = (role: 'manager' | 'resident', building: string) => ({ cookie: signedIn(world, role, of(building)) });
  const [own, other] = [asked('manager', 'hanbit'), asked('manager', 'dure')];
  expect(await pointsOf(await get('forecasts', own))).toHaveLength(3);
  expect(await pointsOf(await get('forecasts', other))).toEqual([]);
  expect((await get('forecast-report?point=tilt-ne/p_0', other)).status).toBe(404);
  expect((await get('forecasts', asked('resident', 'hanbit'))).status).toBe(403);
  expect((await get('forecasts', {})).status).toBe(401);
});
