import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Aedes } from 'aedes';
import { agentIdSchema, siteIdSchema } from '../../contract/ids.ts';
import { topics } from '../../contract/topics.ts';
import { heldSchema } from '../../edge/configuration/held.ts';
import { makeAuthority } from '../../gateway/ca/authority.ts';
import { documentSigner } from '../../gateway/ca/document.ts';
import { signPart } from '../../gateway/configuration/sign-part.ts';
import { cpuMs } from '../bench/measure.ts';
import { root } from '../needs.ts';
import { randomOf } from '../upgrade/random.ts';

/**
 * `npm run soak:configuration [-- kills [seed]]`: an agent is killed (SIGKILL) at random instants while signed configurations
 * are handed to it: in its start, while it takes one, on trial, while it goes back. What lies on the disk and what starts next
 * has to be the old one or the new one. It ends with 1 when it was neither, or when a start did not come.
 */
const [kills = 100, seed = 1] = process.argv.slice(2, 4).map(Number);
const random = randomOf(seed);
const [site, agent] = [siteIdSchema.parse('testville'), agentIdSchema.parse('cabinet-1')];
const trial = { ms: 1500, settleMs: 500, pollShare: 0.9, starts: 3, loopMs: 60_000 };
/** As long as a start, a restart and a trial take together. */
const longestLifeMs = 5000;
/** On a machine on which much else runs. */
const startWithinMs = 120_000;
const dir = mkdtempSync(join(tmpdir(), 'jari-configuration-'));
const data = join(dir, 'data');
const clock = { now: () => Date.now() };

const device = (every: string) => ({ id: 'meter-1', profile: 'eastron-sdm120', unit: 1, every });
const bus = (every: string) => ({
  id: 'lan',
  kind: 'modbus-tcp',
  host: '127.0.0.1',
  port: 1,
  devices: [device(every)],
});

type Started = { version: number | null };
const wrong: string[] = [];
const seen = { old: 0, new: 0, back: 0, 'site file': 0 };
const stages = { 'before its start': 0, 'on trial': 0, 'at work': 0 };
let ended = 0;

try {
  await makeAuthority(dir, clock);
  const signer = await documentSigner(dir, 'configuration', clock);
  if (signer === undefined) throw new Error('there is a CA');
  const aedes = await Aedes.createBroker();
  const server = createServer(aedes.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  writeFileSync(join(dir, 'password'), 'right\n', { mode: 0o600 });
  writeFileSync(join(dir, 'site.yaml'), JSON.stringify(siteFile(portOf(server))));

  const handDown = (version: number): Promise<void> => {
    const value = {
      site,
      name: { ko: '시험', en: 'Test' },
      agents: [{ id: agent, buses: [bus(`${5 + (version % 3)}s`)] }],
    };
    const signed = signPart(signer, { value, profiles: {} }, { site, agent, version, trial });
    const message = {
      topic: topics.configuration(site, agent),
      payload: JSON.stringify(signed),
      retain: true,
      qos: 1,
    } as const;
    return new Promise((done) => aedes.publish({ cmd: 'publish', dup: false, ...message }, () => done()));
  };

  let newest = 0;
  for (let kill = 1; kill <= kills; kill++) {
    const before = onDisk();
    if (random() < 0.3) await handDown(++newest);
    // Half of them too short for a trial: after three such starts the one before runs again.
    const life = await lifeOf(random() * (random() < 0.5 ? trial.ms : longestLifeMs));
    judge(kill, before, { started: life, left: onDisk() }, newest);
  }
  await new Promise<void>((done) => aedes.close(() => done()));
  server.close();
} finally {
  rmSync(dir, { recursive: true, force: true });
}

console.log(
  `kills ${ended}: ${words(stages)}; ${seen.old + seen.new + seen.back + seen['site file']} starts with ${words(seen)}`,
);
for (const line of wrong) console.log(`WRONG: ${line}`);
process.exitCode = wrong.length === 0 ? 0 : 1;

type Seen = { started: readonly Started[]; left: ReturnType<typeof onDisk> };

/** What is there and what started is what ran, what ran before it, or what was handed down since. */
function judge(kill: number, before: ReturnType<typeof onDisk>, { started, left }: Seen, newest: number): void {
  const old = before?.current?.version ?? null;
  const back = before?.previous?.version ?? null;
  const allowed = [old, back, ...(newest === 0 ? [] : [newest])];
  for (const { version } of started) {
    if (!allowed.includes(version)) wrong.push(`kill ${kill}: ${version} started, of ${allowed.join(', ')}`);
    if (version === null) seen['site file']++;
    else seen[version === old ? 'old' : version === newest ? 'new' : 'back']++;
  }
  const lies = left?.current?.version ?? null;
  if (!allowed.includes(lies)) wrong.push(`kill ${kill}: ${lies} lies on the disk, of ${allowed.join(', ')}`);
  if (started.length === 0) stages['before its start']++;
  else stages[left?.trial != null ? 'on trial' : 'at work']++;
}

/** Null before anything was handed down. @throws when it is neither whole nor absent */
function onDisk() {
  let text: string;
  try {
    text = readFileSync(join(data, 'configuration.json'), 'utf8');
  } catch {
    return null;
  }
  return heldSchema.parse(JSON.parse(text));
}

/** One process of the agent, killed after that long; every other one only once it has started. What it started with, in order. */
async function lifeOf(ms: number): Promise<readonly Started[]> {
  const args = [
    'edge',
    '--site',
    join(dir, 'site.yaml'),
    '--agent',
    agent,
    '--data',
    data,
    '--ca',
    join(dir, 'ca/ca.crt'),
  ];
  const child = spawn(process.execPath, [join(root, 'jari.ts'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const started: Started[] = [];
  const said: string[] = [];
  const up = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line);
    const { msg, configuration } = JSON.parse(line) as { msg: string; configuration?: number | null };
    if (msg !== 'agent-started') return;
    started.push({ version: configuration ?? null });
    up.resolve();
  });
  const late = setTimeout(() => {
    const what = said.slice(-3).join(' ') || 'nothing';
    wrong.push(`an agent did not start within ${startWithinMs} ms, ${cpuMs(child.pid ?? 0)} of CPU; it said ${what}`);
    up.resolve();
  }, startWithinMs);
  if (random() < 0.8) await Promise.race([up.promise, gone]);
  clearTimeout(late);
  await Promise.race([new Promise((done) => setTimeout(done, ms)), gone]);
  if (child.exitCode !== null) wrong.push(`an agent ended by itself with ${child.exitCode}`);
  child.kill('SIGKILL');
  await gone;
  ended++;
  return started;
}

function siteFile(port: number) {
  const uplink = { url: `mqtt://127.0.0.1:${port}`, username: agent, passwordFile: 'password' };
  return {
    ...{ site, name: { ko: '시험', en: 'Test' }, timezone: 'Asia/Seoul' },
    agents: [{ id: agent, uplink, buses: [bus('2s')] }],
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function words(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([what, count]) => `${what} ${count}`)
    .join(', ');
}
