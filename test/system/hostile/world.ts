import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../contract/clock.ts';
import { Accounts } from '../../../gateway/accounts/accounts.ts';
import { Audit } from '../../../gateway/audit/audit.ts';
import type { GatewayCommand } from '../../../gateway/cli/run-gateway.ts';
import { openDatabase } from '../../../gateway/store/database.ts';
import { GatewayProcess } from '../../gateway/gateway-process.ts';
import { writeSite } from '../../gateway/site-files.ts';
import { tempDir } from '../../temp.ts';
import { type Gateway, startGateway } from '../harness.ts';

type Limits = NonNullable<GatewayCommand['limits']>;

/** A gateway in a process of its own, and credentials for whom the test needs. */
export type World = {
  readonly pid: number;
  readonly mqttPort: number;
  readonly httpPort: number;
  readonly agents: readonly { readonly id: string; readonly password: string; readonly device: string }[];
  readonly tokens: readonly { readonly name: string; readonly token: string }[];
  readonly site: string;
  readonly dir: string;
  /** Everything it has logged. */
  log(): string;
  /** SIGKILL, and the end that follows. */
  kill(): Promise<unknown>;
};

export const siteId = 'saesol';
export const person = { user: 'haeun', password: 'correct horse battery' };
/** A point of every agent's device. */
export const point = 'voltage';

/** By its command line, with every limit as it is delivered. */
export async function startWorld(options: { agents: number; tokens?: number }): Promise<World> {
  const made = await makeAccounts(options);
  return { ...made, ...listening(await startGateway({ site: made.site, dir: made.dir })) };
}

/** The same gateway on the same ports, after it ended. */
export async function startAgain(world: World): Promise<World> {
  const { site, dir, mqttPort, httpPort } = world;
  return { ...world, ...listening(await startGateway({ site, dir, mqttPort, httpPort })) };
}

/**
 * On a large machine V8 lets garbage lie until there is a lot of it, so what is resident says little of what is kept.
 * Here it collects as on a small one, and a process that needs more than this ends.
 */
const smallMachine = {
  NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=192',
  MALLOC_MMAP_THRESHOLD_: String(1024 * 1024),
};

const said = { by: 'command:test', why: null };

const many = 1e9;
/** Whoever comes may sign in. */
export const lenient: Limits = {
  connectRate: { signIns: many, accountBurst: many },
  unauthenticated: { failures: many },
};

/** With other limits: a fuzzer that is told to come back later tries the door and nothing behind it. */
export async function startLenientWorld(options: { agents: number }, limits: Limits): Promise<World> {
  const made = await makeAccounts(options);
  const ports = { mqttPort: 0, httpPort: 0 };
  const gateway = new GatewayProcess({ sites: [made.site], data: made.dir, ...ports, limits }, smallMachine);
  const { pid, mqtt, http } = await gateway.listening(made.dir);
  const kill = () => {
    gateway.child.kill('SIGKILL');
    return gateway.ended;
  };
  return { ...made, pid, mqttPort: mqtt.port, httpPort: http.port, log: () => gateway.log + gateway.problems, kill };
}

function listening(gateway: Gateway) {
  const httpPort = Number(new URL(gateway.http).port);
  return { pid: gateway.pid, mqttPort: gateway.mqttPort, httpPort, log: gateway.output, kill: gateway.kill };
}

async function makeAccounts(options: { agents: number; tokens?: number }) {
  const dir = join(tempDir(), 'gateway');
  mkdirSync(dir, { mode: 0o700 });
  const ids = Array.from({ length: options.agents }, (_, n) => `box-${n + 1}`);
  const site = writeSite(join(dir, '..'), { id: siteId, agents: ids });
  const db = openDatabase(dir);
  const audit = new Audit({ db, clock: systemClock });
  const accounts = new Accounts({ db, clock: systemClock, audit, sessionKey: () => new Uint8Array(32) });
  const agents = ids.map((id, n) => {
    const { password } = accounts.agents.add(siteId, id, said);
    return { id, device: `meter-${n + 1}`, password };
  });
  const tokens = Array.from({ length: options.tokens ?? 1 }, (_, n) => {
    const name = `reader-${n + 1}`;
    return { name, token: accounts.tokens.create({ name, scope: 'read', lifeMs: null }, said).token };
  });
  await accounts.people.add({ name: person.user, role: 'viewer', buildings: [], password: person.password }, said);
  db.close();
  return { dir, site, agents, tokens };
}
