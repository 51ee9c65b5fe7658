import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentIdSchema, siteIdSchema } from '../../../contract/ids.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { topics } from '../../../contract/topics.ts';
import { Configuration } from '../../../edge/configuration/configuration.ts';
import { type Held, heldSchema, nothingHeld, started } from '../../../edge/configuration/held.ts';
import type { FieldHealth } from '../../../edge/configuration/judge.ts';
import { openPart } from '../../../edge/configuration/open-part.ts';
import { heldStore } from '../../../edge/configuration/store.ts';
import { absentPorts, verifyPart } from '../../../edge/configuration/verify-part.ts';
import { silentLog } from '../../../edge/log.ts';
import { tempDir } from '../../temp.ts';
import { agentConfig, MemoryLink } from '../north.ts';
import { content, gatewayCa, signed, trial, withdrawal } from './signed.ts';

const [site, agent] = [siteIdSchema.parse('testville'), agentIdSchema.parse('cabinet-1')];
const topic = topics.configuration(site, agent);
const good: FieldHealth = { devices: { 'meter-1': 'online' }, asked: 600, answered: 600, loopP99Ms: 2 };

const own = await gatewayCa();
const foreign = await gatewayCa();

/** A box whose disk and clock outlive its program: `start` is a start of it, also after a kill. */
function boxOf(options: { pem?: string | null; pull?: boolean } = {}) {
  const dir = tempDir();
  const clock = new SimClock();
  const side = { site, agent, folder: dir, uplink: { url: 'mqtt://127.0.0.1:1' } };
  const box = {
    dir,
    clock,
    field: good as FieldHealth,
    restarts: 0,
    link: new MemoryLink(),
    running: undefined as Configuration | undefined,
    held: (): Held => heldStore(dir, 'base', silentLog).read(),
    async start(): Promise<Configuration> {
      box.running?.close();
      const store = heldStore(dir, 'base', silentLog);
      const held = started(store.read(), trial.starts);
      store.write(held);
      box.link = new MemoryLink();
      await box.link.connect({ will: { topic: '', payload: '' }, onLost: () => {} });
      const running = new Configuration({
        ...{ clock, log: silentLog, site, agent, link: box.link, store, held },
        trial: held.trial === null ? null : trial,
        pull: options.pull ?? true,
        verify: (part) => verifyPart(part, side, options.pem === undefined ? own.pem : options.pem),
        check: async (part) => openPart(part, side, join(dir, 'offered')),
        absent: (wanted) => absentPorts(wanted, agentConfig([]), () => false),
        field: () => box.field,
        onChange: () => {},
        onRestart: () => box.restarts++,
      });
      running.start();
      running.connected();
      await clock.advance(0);
      box.running = running;
      return running;
    },
    async say(message: object): Promise<void> {
      box.link.say(topic, JSON.stringify(message));
      await clock.advance(0);
    },
  };
  return box;
}

describe('a configuration that is handed down', () => {
  test('is taken when the gateway signed it for this box, and stands when its trial is passed', async () => {
    const box = boxOf();
    await box.start();
    await box.say(signed(own.signer, 1));
    expect(box.restarts).toBe(1);
    const running = await box.start();
    expect(running.report()).toMatchObject({ version: 1, highest: 1, trial: { version: 1, leftMs: 600_000 } });
    await box.clock.advance(599_000);
    expect(running.report().trial).not.toBeNull();
    await box.clock.advance(2000);
    expect(running.report()).toMatchObject({ version: 1, trial: null, last: { version: 1, outcome: 'kept' } });
    expect(box.restarts).toBe(1);
  });

  test.each([
    ['of another CA', () => signed(foreign.signer, 2), { code: 'not-signed', cause: 'other-ca' }],
    [
      'changed on its way',
      () => ({ ...signed(own.signer, 2), body: signed(own.signer, 2, content('10s')).body }),
      { code: 'not-signed', cause: 'changed' },
    ],
    [
      'for another agent',
      () => signed(own.signer, 2, content('5s'), { agent: agentIdSchema.parse('cabinet-2') }),
      { code: 'not-mine', unit: 'cabinet-2' },
    ],
    [
      'for another site',
      () => signed(own.signer, 2, content('5s'), { site: siteIdSchema.parse('elsewhere') }),
      { code: 'not-mine', site: 'elsewhere' },
    ],
    ['that fails its checks', () => signed(own.signer, 2, content('5s', { colour: 'red' })), { code: 'check-failed' }],
    [
      'with a profile nobody knows',
      () => signed(own.signer, 2, content('5s', { devices: [{ id: 'x', profile: 'none', unit: 1 }] })),
      { code: 'check-failed' },
    ],
    [
      'that needs a port that is not there',
      () => signed(own.signer, 2, content('5s', { kind: 'modbus-rtu', port: '/dev/ttyUSB7', host: undefined })),
      { code: 'port-absent', ports: ['/dev/ttyUSB7'] },
    ],
  ])('is refused when it is one %s, and nothing changes', async (_what, message, reason) => {
    const box = boxOf();
    const running = await box.start();
    const before = box.held();
    await box.say(message());
    expect(running.report().last).toMatchObject({ outcome: 'refused', reason });
    expect(box.held()).toEqual(before);
    expect(box.restarts).toBe(0);
  });

  test('is refused where no CA is known, and not asked for where the box says no', async () => {
    const distrusting = boxOf({ pem: null });
    const running = await distrusting.start();
    await distrusting.say(signed(own.signer, 1));
    expect(running.report().last?.reason).toEqual({ code: 'no-trust' });
    const unwilling = boxOf({ pull: false });
    const report = (await unwilling.start()).report();
    expect([unwilling.link.subscriptions, report.pull]).toEqual([[], false]);
  });

  test('is refused when an older one is played again, also after it was taken back', async () => {
    const box = boxOf();
    await box.start();
    await box.say(signed(own.signer, 1));
    await box.start();
    await box.say(signed(own.signer, 3, content('9s')));
    await box.start();
    box.field = { ...good, devices: { 'meter-1': 'offline' } };
    await box.clock.advance(60_000);
    const running = await box.start();
    await box.say(signed(own.signer, 2));
    expect(running.report()).toMatchObject({ highest: 3, last: { version: 2, reason: { code: 'older', highest: 3 } } });
  });

  test('of the same content needs no restart', async () => {
    const box = boxOf();
    await box.start();
    await box.say(signed(own.signer, 1));
    const running = await box.start();
    await box.clock.advance(700_000);
    await box.say(signed(own.signer, 2));
    expect([box.restarts, running.report().version]).toEqual([1, 2]);
  });

  test('is taken back by the word of the gateway, and what ran before it runs again without a trial', async () => {
    const box = boxOf();
    await box.start();
    await box.say(signed(own.signer, 1));
    await box.start();
    await box.clock.advance(700_000);
    await box.say(signed(own.signer, 2, content('9s')));
    await box.start();
    await box.clock.advance(700_000);
    await box.say(withdrawal(own.signer, 3, 2));
    const running = await box.start();
    const last = { version: 2, outcome: 'returned', reason: { code: 'by-hand', by: 'person:kim' } };
    expect(running.report()).toMatchObject({ version: 1, highest: 3, trial: null, last });
  });

  test('is not taken back at a box that does not run it', async () => {
    const box = boxOf();
    const running = await box.start();
    await box.say(withdrawal(own.signer, 3, 2));
    expect(running.report()).toMatchObject({ version: null, highest: 3 });
    expect(box.restarts).toBe(0);
  });

  test('that comes while another is looked at is taken after it, and one in the moment of the end is not', async () => {
    const box = boxOf();
    await box.start();
    const both = [box.say(signed(own.signer, 1)), box.say(signed(own.signer, 2, content('9s')))];
    await Promise.all(both);
    expect([box.held().current?.version, box.restarts]).toEqual([2, 2]);
    const running = await box.start();
    const before = box.held();
    const late = box.say(signed(own.signer, 3, content('7s')));
    running.close();
    await late;
    expect([box.held(), box.restarts]).toEqual([before, 2]);
  });

  test('cannot change how the box reaches its gateway', () => {
    const side = { site, agent, folder: '/etc/jari', uplink: { url: 'mqtt://127.0.0.1:1' } };
    const message = signed(own.signer, 1, {
      value: {
        ...content('5s').value,
        agents: [{ id: 'cabinet-1', uplink: { url: 'mqtts://evil.example:8883' }, buses: [] }],
      },
      profiles: {},
    });
    const verified = verifyPart(message, side, own.pem);
    const part = verified.ok ? verified.part : null;
    const opened = part === null ? null : openPart(part, side, join(tempDir(), 'x'));
    expect(opened?.ok === true && opened.agent.uplink.url).toBe('mqtt://127.0.0.1:1');
  });

  test('is not what another document of the same CA says', () => {
    const body = signed(own.signer, 1).body;
    const signature = own.signer.sign(Buffer.from(body));
    expect(verifyPart({ v: 1, body, signature }, { site, agent }, own.pem)).toMatchObject({ ok: false });
  });
});

describe('a trial', () => {
  async function onTrial() {
    const box = boxOf();
    await box.start();
    await box.say(signed(own.signer, 1));
    await box.start();
    await box.clock.advance(700_000);
    await box.say(signed(own.signer, 2, content('9s')));
    return { box, running: await box.start() };
  }

  test.each([
    [
      'a device that answered does not',
      { ...good, devices: { 'meter-1': 'offline' as const } },
      40_000,
      { code: 'devices-worse', devices: ['meter-1'] },
    ],
    [
      'fewer than nine of ten polls are answered',
      { ...good, answered: 500 },
      601_000,
      { code: 'polls-fewer', before: 100, now: 83.3 },
    ],
    ['its own work comes late', { ...good, loopP99Ms: 900 }, 601_000, { code: 'loop-slow', ms: 900 }],
  ])('brings back what was before when %s, with nobody to ask', async (_what, field, ms, reason) => {
    const { box, running } = await onTrial();
    box.field = field;
    await box.clock.advance(ms);
    expect(running.report()).toMatchObject({
      version: 1,
      highest: 2,
      trial: null,
      last: { version: 2, outcome: 'returned', reason },
    });
    expect(box.restarts).toBe(3);
  });

  test('lets a device be silent for a moment', async () => {
    const { box, running } = await onTrial();
    for (let times = 0; times < 5; times++) {
      box.field = { ...good, devices: { 'meter-1': 'offline' } };
      await box.clock.advance(20_000);
      box.field = good;
      await box.clock.advance(10_000);
    }
    expect(running.report().trial).not.toBeNull();
  });

  test('is not passed by starting again and again', async () => {
    const { box } = await onTrial();
    await box.start();
    await box.start();
    const running = await box.start();
    expect(running.report()).toMatchObject({
      version: 1,
      last: { version: 2, reason: { code: 'restarts', times: 3 } },
    });
  });

  test('is not what one goes back to when the next version comes in its midst', async () => {
    const { box } = await onTrial();
    await box.say(signed(own.signer, 3, content('20s')));
    const running = await box.start();
    box.field = { ...good, devices: { 'meter-1': 'offline' } };
    await box.clock.advance(60_000);
    expect(running.report()).toMatchObject({ version: 1, highest: 3 });
  });

  test('ends when somebody puts another site file at the box', async () => {
    const { box } = await onTrial();
    expect(heldStore(box.dir, 'another', silentLog).read()).toMatchObject({ current: null, trial: null, highest: 2 });
  });
});

describe('the record', () => {
  test('is the old one or the new one, whatever is left of a write that was cut', async () => {
    const box = boxOf();
    await box.start();
    await box.say(signed(own.signer, 1));
    const file = join(box.dir, 'configuration.json');
    const whole = readFileSync(file, 'utf8');
    for (const length of [0, 1, 100, whole.length - 1]) {
      writeFileSync(`${file}.new`, whole.slice(0, length));
      expect(heldStore(box.dir, 'base', silentLog).read().current?.version).toBe(1);
      heldStore(box.dir, 'base', silentLog).write(box.held());
    }
    expect(readdirSync(box.dir).filter((name) => name.endsWith('.new'))).toEqual([]);
    expect(heldSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).success).toBe(true);
  });

  test('that cannot be read leaves the site file at the box', () => {
    const box = boxOf();
    writeFileSync(join(box.dir, 'configuration.json'), '{"v":1,"base":');
    expect(box.held()).toEqual(nothingHeld('base'));
  });

  test('that the disk does not take leaves what ran before', async () => {
    const box = boxOf();
    const running = await box.start();
    writeFileSync(join(box.dir, 'x'), '');
    const store = {
      write: () => {
        throw new Error('ENOSPC');
      },
    };
    const failing = new Configuration({
      ...{
        clock: box.clock,
        log: silentLog,
        site,
        agent,
        link: box.link,
        store,
        held: box.held(),
        trial: null,
        pull: true,
      },
      verify: (part) => verifyPart(part, { site, agent }, own.pem),
      check: async () =>
        openPart(
          { ...JSON.parse(signed(own.signer, 1).body) },
          { site, agent, folder: box.dir, uplink: { url: 'mqtt://127.0.0.1:1' } },
          join(box.dir, 'y'),
        ),
      ...{ absent: () => [], field: () => good, onChange: () => {}, onRestart: () => box.restarts++ },
    });
    running.close();
    failing.connected();
    await box.clock.advance(0);
    await box.say(signed(own.signer, 1));
    expect(failing.report()).toMatchObject({
      version: null,
      last: { outcome: 'refused', reason: { code: 'not-stored' } },
    });
    expect(box.restarts).toBe(0);
  });
});
