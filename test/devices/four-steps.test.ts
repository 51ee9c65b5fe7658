import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { loadSite } from '../../config/load-site.ts';
import { type DeviceConfig, modbusBusesOf } from '../../config/site.ts';
import { systemClock } from '../../contract/clock.ts';
import { decodeRange } from '../../devices/decode.ts';
import { planReads } from '../../devices/plan.ts';
import { TcpBus } from '../../edge/bus/tcp-bus.ts';
import { atEnd } from '../cleanup.ts';
import { root } from '../needs.ts';
import { until } from '../simulators/processes.ts';
import { tempDir } from '../temp.ts';

/** What "Add a device in four steps" of devices/README.md holds: files by their paths, and command lines. */
const section = /## Add a device in four steps\n([\s\S]*?)\n## /.exec(
  readFileSync(join(root, 'devices/README.md'), 'utf8'),
)?.[1];
const blocks = [...(section ?? '').matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, text = '']) => ({
  language,
  text,
}));
const files = blocks.flatMap(({ language, text }) => {
  const path = /^# (\S+\.yaml)\n/.exec(text)?.[1];
  return language === 'yaml' && path !== undefined ? [{ path, text }] : [];
});
const commands = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ text }) => text.trim().split('\n'))
  .map((line) => line.split(' '));

/** A new folder with the README's files in it. */
function newcomersFolder(): string {
  const dir = tempDir();
  for (const { path, text } of files) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

/** The arguments of the README's `npx jari …` line that begins so. */
function argumentsOf(...begin: string[]): string[] {
  const line = commands.find(
    (words) => words.slice(0, 2 + begin.length).join(' ') === ['npx', 'jari', ...begin].join(' '),
  );
  if (line === undefined) throw new Error(`the README has no line npx jari ${begin.join(' ')}`);
  return line.slice(2);
}

async function jari(args: readonly string[], dir: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'jari.ts'), ...args], { cwd: dir });
  return stdout;
}

describe('the four steps of the README, as they stand there', () => {
  test('are two files and three commands', () => {
    expect(files.map(({ path }) => path)).toEqual(['my-profiles/acme-co2x.yaml', 'site.yaml']);
    expect(commands.map((words) => words.slice(0, 3).join(' '))).toEqual([
      'npx jari check',
      'npx jari simulate',
      'npx jari sim',
    ]);
  });

  test('pass the check', async () => {
    expect(await jari(argumentsOf('check'), newcomersFolder())).toMatch(
      /^site\.yaml: ok\n.*\n {2}cabinet-1\/basement +1 /,
    );
  });

  test('give a device that is read, decoded and set without hardware', async () => {
    const [dir, simulate] = [newcomersFolder(), argumentsOf('simulate')];
    const child = spawn(process.execPath, [join(root, 'jari.ts'), ...simulate], { cwd: dir, stdio: 'ignore' });
    atEnd(() => {
      child.kill('SIGKILL');
    });
    const ports = join(dir, simulate.at(-1) ?? '', 'ports.json');
    await until(() => existsSync(ports) || child.exitCode !== null, 30_000);
    expect(child.exitCode).toBeNull();
    const set = argumentsOf('sim', 'set');
    const [, , ref, value] = set;

    const before = await readAll(dir, ports);
    expect(await jari(set, dir)).toContain(`${ref} is held at ${value}`);
    const after = await readAll(dir, ports);

    expect(Object.keys(before)).toEqual(['co-b1/test', 'co-b1/co', 'co-b1/state']);
    expect(before['co-b1/co']).not.toBe(Number(value));
    expect(after[ref ?? '']).toBe(Number(value));
    expect(after['co-b1/state']).toBe('ok');
  });
});

/** Every point of the site as the agent's own bus reads it at the ports that `jari simulate` wrote. */
async function readAll(dir: string, portsFile: string): Promise<Record<string, unknown>> {
  const site = loadSite(join(dir, 'site.yaml'));
  if (!site.ok) throw new Error('the site does not load');
  const [found] = site.site.agents.flatMap(modbusBusesOf).flatMap(({ devices }) => devices);
  if (found === undefined) throw new Error('the site has no device');
  const link = JSON.parse(readFileSync(portsFile, 'utf8')).buses['cabinet-1/basement'];
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const bus = new TcpBus({ clock: systemClock, log, random: Math.random, id: 'basement', link });
  await bus.open();
  try {
    return await readDevice(bus, found);
  } finally {
    await bus.close();
  }
}

async function readDevice(bus: TcpBus, device: DeviceConfig): Promise<Record<string, unknown>> {
  const worth: Record<string, unknown> = {};
  for (const range of planReads(device)) {
    const { fn, address, count, maxCount } = range;
    const request = { kind: 'read', fn, address, count } as const;
    const outcome = await bus.exchange({ unit: device.unit, request, maxCount, timeoutMs: 5000, gapMs: 0 });
    if (!outcome.ok || outcome.reply.kind === 'written') throw new Error(JSON.stringify(outcome));
    for (const { name, value } of decodeRange(range, outcome.reply)) worth[`${device.id}/${name}`] = value;
  }
  return worth;
}
