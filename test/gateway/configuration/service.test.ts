import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../contract/problems/refusal.ts';
import { giveUp } from '../../../gateway/configuration/chosen-sites.ts';
import { silentLog } from '../../../gateway/log.ts';
import { goodSite } from '../../config/site-text.ts';
import { faster, kim, site, slower, worldOf } from './world.ts';

async function refusalOf(work: Promise<unknown>): Promise<Refusal> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Refusal) return error;
  throw new Error(`not refused: ${String(error)}`);
}

describe('a site file that is to be tried', () => {
  test('is refused with every problem, its line and its path, and nothing is changed', async () => {
    const world = worldOf();
    world.start();
    const refusal = await refusalOf(world.stage(`${goodSite}colour: red\n`));
    expect(refusal.code).toBe('configuration-refused');
    expect(refusal.message).toMatch(/site\.yaml:\d+:1 colour: /);
    expect([world.actions(), world.said]).toEqual([[], []]);
  });

  test('that takes something away is refused until each is confirmed in so many words', async () => {
    const world = worldOf();
    world.start();
    const refusal = await refusalOf(world.stage(slower));
    expect(refusal.figures).toMatchObject({ losses: [{ confirm: expect.stringMatching(/^points-slower air\//) }] });
    const { losses } = refusal.figures as { losses: { confirm: string }[] };
    await expect(world.stage(slower, ['yes'])).rejects.toThrow(Refusal);
    expect(
      await world.stage(
        slower,
        losses.map(({ confirm }) => confirm),
      ),
    ).toMatchObject({ version: 1, agents: ['cab'] });
    expect(world.service?.items()[0]?.rollout?.losses).toEqual(losses.map(({ confirm }) => confirm));
  });

  test.each([
    ['of the same content', goodSite, 'configuration-same'],
    ['of another site', goodSite.replace('site: test', 'site: other'), 'configuration-refused'],
  ])('%s is refused', async (_what, text, code) => {
    const world = worldOf();
    world.start();
    expect((await refusalOf(world.stage(text))).code).toBe(code);
  });

  test('is refused while another is tried, and when nobody is heard who could try it', async () => {
    const world = worldOf();
    world.start();
    world.agent = { ...world.agent, heard: false };
    expect((await refusalOf(world.stage(faster))).code).toBe('configuration-nobody-to-try');
    world.agent = { ...world.agent, heard: true };
    await world.stage(faster);
    expect((await refusalOf(world.stage(slower))).code).toBe('configuration-under-way');
  });

  test('gets a number above all that its agents have seen', async () => {
    const world = worldOf();
    world.start();
    world.tells({ highest: 41 });
    expect(await world.stage(faster)).toMatchObject({ version: 42 });
  });
});

describe('what is tried', () => {
  test('is signed to its agent, kept over restarts, taken by the gateway, and stands at last', async () => {
    const world = worldOf();
    expect(world.start().every).toBe(5000);
    await world.stage(faster);
    expect(world.offered()).toMatchObject({ ok: true, part: { version: 1, agent: 'cab' } });
    expect(world.start().every).toBe(5000);
    world.tells({ version: 1, highest: 1, last: { version: 1, outcome: 'kept', reason: null } });
    expect(world.restarts).toBe(0);
    await world.looks(5);
    expect(world.restarts).toBe(1);
    expect(world.start().every).toBe(2000);
    await world.looks(620);
    expect(world.service?.items()[0]).toMatchObject({ version: 1, trying: false, rollout: { stage: 'done' } });
    expect(world.start().every).toBe(2000);
    expect(world.actions()).toEqual(['configuration-try', 'configuration-keep']);
  });

  test('is taken back everywhere when it makes something worse, and that is told', async () => {
    const world = worldOf();
    world.start();
    await world.stage(faster);
    const reason = { code: 'devices-worse' as const, devices: ['meter'] };
    world.tells({ highest: 1, last: { version: 1, outcome: 'returned', reason } });
    await world.looks(5);
    expect(world.offered()).toMatchObject({ ok: true, withdrawal: { version: 2, withdraws: 1, reason } });
    expect(world.troubles).toEqual([{ code: 'configuration-returned', version: 1, why: reason }]);
    expect(world.actions()).toEqual(['configuration-try', 'configuration-return']);
    await world.service?.dismiss(kim, site);
    expect(world.troubles).toEqual([]);
    expect(await world.stage(faster)).toMatchObject({ version: 3 });
  });

  test('is taken back from the gateway itself when it does not start with it', async () => {
    const world = worldOf();
    world.start();
    await world.stage(faster);
    world.tells({ version: 1, highest: 1, last: { version: 1, outcome: 'kept', reason: null } });
    await world.looks(10);
    expect(giveUp(world.loadedGiven(), world.dir, 'port 8080 is taken', silentLog)).toBe(true);
    expect(world.start().every).toBe(5000);
    await world.looks(5);
    expect(world.offered()).toMatchObject({ ok: true, withdrawal: { withdraws: 1, reason: { code: 'not-started' } } });
    expect(giveUp(world.loadedGiven(), world.dir, 'again', silentLog)).toBe(false);
  });

  test('is given up when the gateway dies of it again and again', async () => {
    const world = worldOf();
    world.start();
    await world.stage(faster);
    world.tells({ version: 1, highest: 1, last: { version: 1, outcome: 'kept', reason: null } });
    await world.looks(10);
    expect([1, 2, 3, 4].map(() => world.start().every)).toEqual([2000, 2000, 2000, 5000]);
    await world.looks(5);
    expect(world.service?.items()[0]?.rollout?.halted?.reason).toEqual({ code: 'restarts', times: 3 });
    expect(world.offered()).toMatchObject({ withdrawal: { withdraws: 1 } });
  });

  test('is ended by hand', async () => {
    const world = worldOf();
    world.start();
    await world.stage(faster);
    await world.service?.stop(kim, site);
    expect(world.offered()).toMatchObject({
      withdrawal: { withdraws: 1, reason: { code: 'by-hand', by: 'person:kim' } },
    });
    expect((await refusalOf(world.service?.stop(kim, site) ?? Promise.resolve())).code).toBe(
      'configuration-not-under-way',
    );
    expect(world.troubles).toEqual([]);
  });

  test('gives way to another site file that somebody puts at the gateway', async () => {
    const world = worldOf();
    world.start();
    await world.stage(faster);
    writeFileSync(world.file, goodSite.replace('every: 5s }\nlots', 'every: 9s }\nlots'));
    expect(world.start().every).toBe(9000);
  });

  test('never says anything secret of the site file to an agent', async () => {
    const world = worldOf(
      goodSite.replace(
        'uplink: { url: "mqtt://127.0.0.1:1883" }',
        'uplink: { url: "mqtt://127.0.0.1:1883", passwordFile: here.password }',
      ),
    );
    world.start();
    await world.stage(
      faster.replace(
        'uplink: { url: "mqtt://127.0.0.1:1883" }',
        'uplink: { url: "mqtt://127.0.0.1:1883", passwordFile: here.password }',
      ),
    );
    expect(world.said.join()).not.toContain('password');
  });
});
