import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTop, type Terminal, type TopOptions } from '../../../gateway/cli/top/top.ts';
import { type Seen, topLines } from '../../../gateway/cli/top/view.ts';
import { iso, makeWorld, serve, token, type World } from '../http/fakes.ts';

const screen = { columns: 120, rows: 40, language: 'ko', now: Date.parse('2026-11-21T15:01:00Z') } as const;

describe('the screen', () => {
  test('has the worst device first, with why and for how long, and says how many do not fit', () => {
    const seen = seenOf();
    const ill = {
      ...must(seen.devices[1]),
      state: 'offline' as const,
      reason: { code: 'no-reply', ms: 300, echo: false } as const,
    };
    const lines = topLines({ ...seen, devices: [must(seen.devices[0]), ill] }, screen);
    expect(lines[0]).toBe('jari top  |  열린 경보 2 (미확인 1)  |  장치 2: 정상 1 · 끊김 1');
    const first = must(lines.find((line) => line.startsWith('끊김')));
    expect(first).toMatch(/^끊김 +di-1 +cabinet-1\/lan +1 min +300 ms 안에 응답 없음$/);
    const polls = { device: 'di-1', asked: 600, answered: 599, p50Ms: 12.4, p99Ms: 40, probed: true };
    const health = [
      {
        ...{ site: ill.site, agent: ill.agent, version: '1', receivedAt: null, diskFree: 1, rss: 1, loopP99Ms: 1 },
        ...{ buses: [], devices: [polls], uplinks: [] },
      },
    ];
    const figures = must(topLines({ ...seen, devices: [ill], health }, screen).find((line) => line.startsWith('끊김')));
    expect(figures).toContain('! 99.8 % 12 ms');
    const counts = { heard: 96, lost: 4, twice: 1, late: 0, refused: 0, joins: 1, begunAgain: 0 };
    const radio = { device: 'di-1', ...counts, rssi: -110, snr: -3, margin: 12.5, battery: 88 };
    const byRadio = health.map((one) => ({ ...one, devices: [], uplinks: [radio] }));
    const heard = topLines({ ...seen, devices: [ill], health: byRadio }, screen).join('\n');
    expect(heard).toContain('96 % +12.5 dB 배터리 88 %');
    const unheard = byRadio.map((one) => ({ ...one, uplinks: [{ ...radio, heard: 0, margin: null, battery: null }] }));
    expect(topLines({ ...seen, devices: [ill], health: unheard }, screen).join('\n')).toContain('수신 없음');
    const many = { ...seen, devices: Array.from({ length: 90 }, (_, n) => ({ ...ill, device: `d-${n}` })) };
    const small = topLines(many, { ...screen, rows: 20, columns: 60 });
    expect(small.length).toBeLessThanOrEqual(20);
    expect(small.at(-1)).toMatch(/^외 \d+대$/);
    expect(small.every((line) => [...line].length <= 60)).toBe(true);
  });

  test('vouches for nothing that a lost gateway said', () => {
    const lines = topLines({ ...seenOf(), link: 'lost' }, { ...screen, language: 'en', columns: 200 }).join('\n');
    expect(lines).toContain('gateway lost, the state now is unknown. last heard 1 min');
    expect(lines).toContain('online 0 · unknown 2');
    expect(lines).toContain('open alerts unknown');
  });
});

describe('jari top', () => {
  let world: World;
  let server: Awaited<ReturnType<typeof serve>>;
  beforeEach(async () => {
    world = makeWorld();
    server = await serve(world);
    process.env.JARI_TOKEN = token;
  });
  afterEach(async () => {
    delete process.env.JARI_TOKEN;
    await server.close();
  });

  test('says it once, in plain text, where there is no terminal', async () => {
    const { terminal, written } = fakeTerminal({ isTerminal: false });
    await runTop(options(), terminal);
    expect(written()).toContain('tilt-se');
    expect(written()).not.toContain('\x1b');
  });

  test('is redrawn when a device changes, without clearing the screen, and gives the terminal back at q', async () => {
    const { terminal, written, press } = fakeTerminal({ isTerminal: true });
    const running = runTop(options(), terminal);
    await expect.poll(written).toContain('tilt-se');
    world.fleet.deviceItems = world.fleet.deviceItems.map((item) => ({ ...item, state: 'degraded' as const }));
    for (const item of world.fleet.deviceItems) world.events.publish('device', item);
    await expect.poll(written, { timeout: 4000 }).toContain('degraded 2');
    expect(written()).not.toContain('\x1b[2J');
    press('q');
    await running;
    expect(written().endsWith('\x1b[?25h\x1b[?1049l')).toBe(true);
  });

  test('tells a gateway that is not there from a token that is refused', async () => {
    const { terminal } = fakeTerminal({ isTerminal: false });
    process.env.JARI_TOKEN = 'wrong';
    await expect(runTop(options(), terminal)).rejects.toThrow(/the token is refused \(401\)/);
    await server.close();
    await expect(runTop(options(), terminal)).rejects.toThrow(/no gateway answers there/);
    delete process.env.JARI_TOKEN;
    await expect(runTop(options(), terminal)).rejects.toThrow(/a token is needed/);
  });

  const options = (): TopOptions => ({ url: server.url, language: 'en' });
});

function seenOf(): Seen {
  const { fleet, clock } = makeWorld();
  return {
    ...{ agents: fleet.agentItems, devices: fleet.deviceItems, alerts: { open: 2, unacknowledged: 1 } },
    ...{ health: [], link: 'live', heardAt: Date.parse(iso(clock.now())) },
  };
}

function fakeTerminal({ isTerminal }: { isTerminal: boolean }) {
  let text = '';
  let onKey: (key: string) => void = () => {};
  const terminal: Terminal = {
    ...{ isTerminal, columns: 120, rows: 40 },
    write: (more) => {
      text += more;
    },
    onKey(fn) {
      onKey = fn;
      return () => {};
    },
  };
  return { terminal, written: () => text, press: (key: string) => onKey(key) };
}

function must<T>(given: T | undefined): T {
  if (given === undefined) throw new Error('nothing there');
  return given;
}
