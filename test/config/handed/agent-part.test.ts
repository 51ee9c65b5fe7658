import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lifeSafetyPoints } from '../../../config/buildings/life-safety-points.ts';
import { openYaml } from '../../../config/files/yaml-file.ts';
import { agentPart, contentOf } from '../../../config/handed/agent-part.ts';
import { placedPart, uplinkIn } from '../../../config/handed/placed-part.ts';
import { loadChangedSite, loadSite } from '../../../config/load-site.ts';
import { rulesOf } from '../../../config/site.ts';
import { agentIdSchema } from '../../../contract/ids.ts';
import { root } from '../../needs.ts';
import { folderOf } from '../site-text.ts';

const file = join(root, 'config/sites/demo.yaml');
const loaded = loadSite(file);
if (!loaded.ok) throw new Error('the demo site is a site');
const { site } = loaded;
const opened = openYaml(file);
const value = opened.ok ? opened.yaml.value : undefined;
const lifeSafety = lifeSafetyPoints(rulesOf(site));

test.each(site.agents.map(({ id }) => id))('the part of %s makes the agent that the whole site file makes', (id) => {
  const part = agentPart({ value, profiles: [], lifeSafety }, id);
  const dir = folderOf({ 'site.yaml': JSON.stringify(part?.value) });
  const uplink = uplinkIn(value, id);
  const place = { folder: join(root, 'config/sites') };
  const again = loadChangedSite(join(dir, 'site.yaml'), (read) => placedPart(read, { agent: id, uplink }), place);
  const own = (of: typeof loaded) => (of.ok ? of.site.agents.find((agent) => agent.id === id) : undefined);
  expect(again.ok ? [] : again.problems).toEqual([]);
  expect(own(again as typeof loaded)).toEqual(own(loaded));
});

test('a part says nothing of other agents, of buildings, lots or the gateway, nor how a box signs in', () => {
  const [first, second] = site.agents;
  const text = JSON.stringify(agentPart({ value, profiles: [], lifeSafety }, first?.id ?? agentIdSchema.parse('x')));
  expect(text).not.toContain(second?.id);
  for (const key of ['gateway', 'buildings', 'lots', 'uplink', 'passwordFile', 'notify'])
    expect(text).not.toContain(`"${key}"`);
});

test('a part has the profiles that its devices have, and no others', () => {
  const device = (profile: string) => ({ buses: [{ devices: [{ id: 'd', profile }] }] });
  const agents = [
    { id: 'a', ...device('mine') },
    { id: 'b', ...device('theirs') },
  ];
  const whole = {
    value: { agents },
    profiles: [{ 'x.yaml': 'id: mine\n' }, { 'x.yaml': 'id: theirs\n' }],
    lifeSafety: new Set<never>(),
  };
  expect(agentPart(whole, agentIdSchema.parse('b'))?.profiles).toEqual({ '1-x.yaml': 'id: theirs\n' });
});

test('the content of a part does not depend on the order of keys', () => {
  const [a, b] = [
    { value: { x: 1, y: { p: 1, q: [1] } }, profiles: {} },
    { profiles: {}, value: { y: { q: [1], p: 1 }, x: 1 } },
  ];
  expect(contentOf(a)).toBe(contentOf(b));
  expect(contentOf(a)).not.toBe(contentOf({ ...a, value: { ...a.value, x: 2 } }));
});
