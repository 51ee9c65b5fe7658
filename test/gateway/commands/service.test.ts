import { describe, expect, test } from 'vitest';
import type { Site } from '../../../config/site.ts';
import { pointRefSchema } from '../../../contract/ids.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { CommandService, type SendCommand } from '../../../gateway/commands/service.ts';
import { tempDir } from '../../temp.ts';
import { agentId, agentTopic, Core, siteId, siteOf } from '../core.ts';

const id = '5f0c3e0e-7c1f-4a53-9f0e-0d6a0c1f2b3c';
const said = { by: 'person:kim', why: 'a trial' };

/** The site of tests, in which the points of `di-1` can be written by operators. */
function writable(): Site {
  const site = siteOf({ 'tilt-se': 1, 'di-1': 1 }, 'boolean');
  for (const agent of site.agents)
    for (const bus of agent.buses)
      for (const device of bus.devices)
        for (const point of device.points)
          if (device.id === 'di-1')
            Object.assign(point, { profile: { ...point.profile, writable: true }, commandBy: ['operator'] });
  return site;
}

function world({ areOff = () => false, ...options }: { dir?: string; clock?: SimClock; areOff?: () => boolean } = {}) {
  const site = writable();
  const core = new Core({ ...options, site });
  const service = new CommandService({ db: core.store.db, sites: [site], areOff });
  const act = core.commit.join(service);
  const published: { topic: string; payload: string }[] = [];
  core.commit.announceTo({ retain: () => {}, publish: (message) => published.push(message), deliver: () => {} });
  core.commit.start();
  const send = (more: Partial<SendCommand> = {}) =>
    act(said, {
      id,
      site: siteId,
      point: pointRefSchema.parse('di-1/p_0'),
      value: true,
      deadlineMs: 5000,
      roles: ['operator'],
      ...more,
    });
  const answer = (more: object = {}) =>
    core.take({
      topic: agentTopic('command/result'),
      body: { v: 1, id, outcome: 'done', why: null, readBack: true, at: 0, ...more },
    });
  return { core, service, send, answer, published };
}

describe('a command', () => {
  test('goes to its agent, once, and ends with what was read back', () => {
    const { core, service, send, answer, published } = world();
    core.online();
    expect(send()).toMatchObject({ ok: true });
    expect(published.map(({ topic, payload }) => [topic, JSON.parse(payload)])).toEqual([
      [
        'jari/v1/saesol/cabinet-1/command',
        { v: 1, id, point: 'di-1/p_0', value: true, deadline: core.clock.now() + 5000 },
      ],
    ]);
    expect(service.find(id)).toMatchObject({ state: 'sent', by: 'person:kim', why: 'a trial' });
    answer();
    answer({ outcome: 'failed' });
    expect(service.find(id)).toMatchObject({ state: 'done', readBack: true });
    expect(
      core.seen.filter(({ event }) => event === 'command').map(({ data }) => ('state' in data ? data.state : '')),
    ).toEqual(['sent', 'done']);
    expect(core.store.db.prepare("SELECT by FROM audit WHERE action = 'command'").pluck().all()).toEqual([
      'person:kim',
    ]);
  });

  test.each<[string, Partial<SendCommand>, string]>([
    ['to a point that is not there', { point: pointRefSchema.parse('di-9/p_0') }, 'no-such-point'],
    ['to a point that cannot be written', { point: pointRefSchema.parse('tilt-se/p_0') }, 'read-only'],
    ['with a value of another type', { value: 3 }, 'value-type'],
    ['by a role that may not write this point', { roles: ['manager'] }, 'not-yours'],
  ])('%s is refused, and nothing is sent', (_name, more, code) => {
    const { core, send, published } = world();
    core.online();
    expect(send(more)).toMatchObject({ ok: false, refusal: { code } });
    expect(published).toEqual([]);
  });

  test('is listed among those of its device, and not among those of one whose name begins the same', () => {
    const { core, service, send } = world();
    core.online();
    send();
    const listed = (device: string) => service.list({ before: Number.MAX_SAFE_INTEGER, limit: 10, device });
    const { point } = service.find(id) ?? { point: '' };
    const device = point.slice(0, point.indexOf('/'));
    expect([listed(device).length, listed(device.slice(0, -1)).length, listed('other').length]).toEqual([1, 0, 0]);
  });

  test('is refused after a replacement until somebody has said that outputs are on', () => {
    const off = { now: true };
    const { core, send, published } = world({ areOff: () => off.now });
    core.online();
    expect(send()).toMatchObject({ ok: false, refusal: { code: 'outputs-off' } });
    expect(published).toEqual([]);
    off.now = false;
    expect(send()).toMatchObject({ ok: true });
  });

  test('to an agent that is away is refused at once, and not kept for later', () => {
    const { core, service, send, published } = world();
    expect(send()).toMatchObject({ ok: false, refusal: { code: 'agent-offline', agent: agentId } });
    core.online();
    expect([published, service.list({ before: Number.MAX_SAFE_INTEGER, limit: 10 })]).toEqual([[], []]);
  });

  test('that nobody answers is told as not known, and an answer that comes later changes nothing', async () => {
    const { core, service, send, answer } = world();
    core.online();
    send();
    await core.clock.advance(6900);
    expect(service.find(id)).toMatchObject({ state: 'sent' });
    await core.clock.advance(200);
    expect(service.find(id)).toMatchObject({
      state: 'failed',
      reason: { code: 'no-answer', seconds: 5 },
      readBack: null,
    });
    answer();
    expect(service.find(id)).toMatchObject({ state: 'failed' });
  });

  test('whose agent is lost before it answers is told so', () => {
    const { core, service, send } = world();
    const connection = core.online();
    send();
    core.fleet.disconnected(siteId, agentId, connection);
    expect(service.find(id)).toMatchObject({ state: 'failed', reason: { code: 'agent-lost' } });
  });

  test('that was under way when the gateway stopped ends after the restart', async () => {
    const [dir, clock] = [tempDir(), new SimClock()];
    const before = world({ dir, clock });
    before.core.online();
    before.send();
    before.core.close();
    const after = world({ dir, clock });
    await clock.advance(8000);
    expect(after.service.find(id)).toMatchObject({ state: 'failed', reason: { code: 'no-answer' } });
  });
});
