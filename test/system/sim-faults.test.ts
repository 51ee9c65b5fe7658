import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Aedes } from 'aedes';
import { describe, expect, onTestFinished, test } from 'vitest';
import { decode } from '../../contract/messages.ts';
import { command, missing } from '../needs.ts';
import { smallSiteText, writeSiteText } from '../simulators/sites.ts';
import { tempDir } from '../temp.ts';
import { jari, jariOnce, until } from './harness.ts';

const prefix = 'jari/v1/test/box-1/';

/** A broker that keeps what it is told, wills included. */
async function broker() {
  const heard: { topic: string; payload: string }[] = [];
  const aedes = await Aedes.createBroker({
    authorizePublish: (_client, { topic, payload }, done) => {
      heard.push({ topic: topic.slice(prefix.length), payload: payload.toString() });
      done(null);
    },
  });
  const server = createServer(aedes.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  onTestFinished(async () => {
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { heard, url: `mqtt://127.0.0.1:${address.port}` };
}

/** A field and an agent on it, started by the command line, and what the agent's broker hears. */
async function everything() {
  const home = tempDir();
  const site = writeSiteText(smallSiteText(), home);
  writeFileSync(join(home, 'box-1.password'), 'anything\n', { mode: 0o600 });
  const dir = join(home, 'field');
  const { heard, url } = await broker();
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
      const status = topic === 'status' ? decode.status(payload) : undefined;
      return status?.ok === true ? [status.value.state] : [];
    });
  const readings = () =>
    heard.flatMap(({ topic, payload }) => {
      const message = topic === 'tilt-1/readings' ? decode.readings(payload) : undefined;
      return message?.ok === true ? [message.value] : [];
    });
  await until('the first reading', () => readings()[0]);
  return { heard, sim, states, readings };
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
  }, 60_000);
});
