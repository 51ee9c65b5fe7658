import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decode } from '../../contract/messages.ts';
import { listeningBroker } from '../listening-broker.ts';
import { command, missing } from '../needs.ts';
import { smallSiteText, writeSiteText } from '../simulators/sites.ts';
import { tempDir } from '../temp.ts';
import { jari, jariOnce, until } from './harness.ts';

const prefix = 'jari/v1/test/box-1/';

/** A field and an agent on it, started by the command line, and what the agent's broker hears. */
async function everything() {
  const home = tempDir();
  const site = writeSiteText(smallSiteText(), home);
  writeFileSync(join(home, 'box-1.password'), 'anything\n', { mode: 0o600 });
  const dir = join(home, 'field');
  const { heard, url } = await listeningBroker();
  const field = jari(['simulate', '--site', site, '--dir', dir]);
  const ports = join(dir, 'ports.json');
  await until('the field is up', () => (existsSync(ports) ? true : undefined)).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${field.output()}`);
  });
  const edge = ['--site', site, '--agent', 'box-1', '--data', join(home, 'data'), '--uplink-url', url];
  jari(['edge', ...edge, '--ports', ports]);
  const sim = async (...args: string[]) => expect((await jariOnce(['sim', ...args, '--dir', dir])).code).toBe(0);
  const states = () =>
    heard.flatMap(({ topic, payload }) => {
      const status = topic === `${prefix}status` ? decode.status(payload) : undefined;
      return status?.ok === true ? [status.value.state] : [];
    });
  const readings = () =>
    heard.flatMap(({ topic, payload }) => {
      const message = topic === `${prefix}tilt-1/readings` ? decode.readings(payload) : undefined;
      return message?.ok === true ? [message.value] : [];
    });
  await until('the first reading', () => readings()[0]);
  return { sim, states, readings };
}

describe.skipIf(missing(command('script')))('jari sim, with an agent on the virtual lines', () => {
  test('takes its broker away without a goodbye, steps its clock, and gives both back', async () => {
    const { sim, states, readings } = await everything();

    await sim('fault', 'box-1', 'broker-gone');
    await until('the last will', () => (states().at(-1) === 'offline' ? true : undefined));
    await sim('clear');
    await until('the agent back', () => (states().at(-1) === 'online' ? true : undefined));

    await sim('fault', 'box-1', 'clock-stepped', '--by', '-2h');
    const stepped = await until('a reading by the stepped clock', () =>
      readings().find(({ at }) => Date.now() - at > 7_100_000),
    );

    await sim('clear');
    const since = readings().length;
    const right = await until('a reading by the right clock', () =>
      readings()
        .slice(since)
        .find(({ at }) => Date.now() - at < 600_000),
    );
    expect(right.epoch).toBe(stepped.epoch);
  });
});
