import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changesBetween } from '../../config/against/changes.ts';
import { isLoss } from '../../config/against/loss.ts';
import { runCheck } from '../../config/check-command.ts';
import { loadSite } from '../../config/load-site.ts';
import type { Site } from '../../config/site.ts';
import { siteChangeWords } from '../../contract/words/site-changes.ts';
import { root } from '../needs.ts';
import { changed, folderOf, goodSite } from './site-text.ts';

const demo = join(root, 'config/sites/demo.yaml');

function loaded(file: string): Site {
  const result = loadSite(file);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.site;
}

/** What a site made of the demo's changes of it, as code and figures. */
const site = loaded(demo);
const [agent] = site.agents;
const [building] = site.buildings;
const [lot] = site.lots;
if (agent === undefined || building === undefined || lot === undefined) throw new Error('the demo has all of them');
const withBuses = (buses: typeof agent.buses): Site => ({
  ...site,
  agents: [{ ...agent, buses }, ...site.agents.slice(1)],
});
const withRules = (rules: typeof building.rules): Site => ({
  ...site,
  buildings: [{ ...building, rules }, ...site.buildings.slice(1)],
});
const withLot = (of: Partial<typeof lot>): Site => ({ ...site, lots: [{ ...lot, ...of }, ...site.lots.slice(1)] });
const rule = building.rules.find(({ lifeSafety, points }) => lifeSafety && points.length > 0);
const [space] = lot.spaces;
const [bus] = agent.buses;
if (rule === undefined || space === undefined || bus === undefined) throw new Error('the demo has all of them');

describe('a site file against the one in place', () => {
  test('is the same as itself, wherever it lies', () => {
    expect(changesBetween(site, site)).toEqual([]);
    const [one, other] = [folderOf({ 'site.yaml': goodSite }), folderOf({ 'site.yaml': goodSite })];
    expect(changesBetween(loaded(join(one, 'site.yaml')), loaded(join(other, 'site.yaml')))).toEqual([]);
  });

  test.each<[string, Site, object, boolean]>([
    ['a bus is gone', withBuses(agent.buses.slice(1)), { code: 'bus-gone', bus: `${agent.id}/${bus.id}` }, true],
    [
      'a rule is gone',
      withRules(building.rules.filter((one) => one !== rule)),
      { code: 'rule-gone', lifeSafety: true },
      true,
    ],
    [
      'a rule for life safety is no more',
      withRules(building.rules.map((one) => (one === rule ? { ...one, lifeSafety: false } : one))),
      { code: 'rule-changed', keys: ['lifeSafety'], lifeSafety: true },
      true,
    ],
    [
      'a rule watches less',
      withRules(building.rules.map((one) => (one === rule ? { ...one, points: one.points.slice(1) } : one))),
      { code: 'rule-watches-less', points: [rule.points[0]?.ref] },
      true,
    ],
    [
      'a space is gone',
      withLot({ spaces: lot.spaces.slice(1) }),
      { code: 'spaces-gone', lot: lot.id, spaces: [space.id] },
      true,
    ],
    [
      'a space has another sensor',
      withLot({
        spaces: lot.spaces.map((one, nth) =>
          nth === 0 ? { ...one, occupancy: lot.spaces[1]?.occupancy ?? one.occupancy } : one,
        ),
      }),
      { code: 'space-changed', space: space.id, keys: ['occupancy'] },
      true,
    ],
    [
      'a lot costs something else',
      withLot({ tariff: null }),
      { code: 'lot-changed', lot: lot.id, keys: ['tariff'] },
      false,
    ],
    [
      'the holidays are others',
      { ...site, holidays: [], name: { ko: '다른', en: 'Other' } },
      { code: 'site-changed' },
      false,
    ],
  ])('%s', (_, draft, change, loss) => {
    const changes = changesBetween(site, draft);
    expect(changes).toContainEqual(expect.objectContaining(change));
    const found = changes.find(({ code }) => code === (change as { code: string }).code);
    expect(found && isLoss(found)).toBe(loss);
    for (const each of changes) {
      expect(siteChangeWords(each).ko).toMatch(/[가-힣]/);
      expect(siteChangeWords(each).en).not.toMatch(/[가-힣]|undefined/);
    }
  });

  test('points of a device that are said less often are one change, and the load with it', () => {
    const file = join(folderOf({ 'site.yaml': changed('unit: 2, every: 5s', 'unit: 2, every: 50s') }), 'site.yaml');
    const base = join(folderOf({ 'site.yaml': goodSite }), 'site.yaml');
    const changes = changesBetween(loaded(base), loaded(file));
    const slower = changes.filter(({ code }) => code === 'points-slower');
    expect(slower).toEqual([expect.objectContaining({ before: 5000, after: 50_000 })]);
    const busier = join(folderOf({ 'site.yaml': changed('unit: 2, every: 5s', 'unit: 2, every: 200ms') }), 'site.yaml');
    expect(changesBetween(loaded(base), loaded(busier))).toContainEqual(expect.objectContaining({ code: 'bus-load' }));
  });
});

describe('jari check --against', () => {
  const files = () => ({
    base: join(folderOf({ 'site.yaml': goodSite }), 'site.yaml'),
    draft: join(folderOf({ 'draft.yaml': changed('unit: 2, every: 5s', 'unit: 2, every: 50s') }), 'draft.yaml'),
  });

  test('prints what would change, what takes something away first seen by its mark', () => {
    const { base, draft } = files();
    const { exitCode, output } = runCheck([draft], { json: false, against: base });
    expect(exitCode).toBe(0);
    expect(output).toMatch(/changes? against .*site\.yaml, 1 of which take something away \(!\)\n {2}! points /);
    expect(runCheck([base], { json: false, language: 'ko', against: base }).output).toMatch(/[와과] 같음/);
  });

  test('gives code and figures as JSON, in both languages', () => {
    const { base, draft } = files();
    const [checked] = JSON.parse(runCheck([draft], { json: true, against: base }).output).files;
    expect(checked.against.against).toBe(base);
    expect(checked.against.changes[0]).toMatchObject({
      code: 'points-slower',
      loss: true,
      before: 5000,
      after: 50_000,
    });
    expect(checked.against.changes[0]).toMatchObject({ ko: expect.any(String), en: expect.any(String) });
  });

  test('refuses with the problems of a file in place that is none, and compares nothing', () => {
    const { draft } = files();
    const wrong = join(folderOf({ 'site.yaml': `${goodSite}parks: []\n` }), 'site.yaml');
    const { exitCode, output } = runCheck([draft], { json: true, against: wrong });
    expect(exitCode).toBe(2);
    const checked = JSON.parse(output).files;
    expect(checked.map(({ ok }: { ok: boolean }) => ok)).toEqual([false, true]);
    expect(checked[1].against).toBeUndefined();
  });
});
