import { statfsSync, writeFileSync } from 'node:fs';
import { InputError } from '../../contract/input-error.ts';
import { isLoopback } from '../loopback.ts';
import { connect } from '../store/database.ts';
import { natsGateways } from '../store/gateways.ts';
import { migrate } from '../store/migrations.ts';
import { schema } from '../store/schema.ts';
import { serverConfig } from './server-config.ts';

type Output = { text: string; json: unknown };

/** `jari city nats key FILE`: an nkey of one's own. The seed is written once and never shown. @throws InputError */
export async function runNatsKey({ file }: { file: string }): Promise<Output> {
  const { nkeys } = await import('./library.ts');
  const pair = nkeys.createUser();
  try {
    writeFileSync(file, `${Buffer.from(pair.getSeed()).toString()}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new InputError([`${file}: cannot be made (${error instanceof Error ? error.message : String(error)})`]);
  }
  const nkey = pair.getPublicKey();
  return { text: `${file} holds the seed, which stays here; the public key is\n${nkey}`, json: { file, nkey } };
}

export type ConfigOptions = {
  database: string;
  worker: string;
  name: string;
  listen: string;
  store: string;
  maxStoreMb: string;
  cert?: string;
  key?: string;
  ca?: string;
  cluster?: string;
  route?: string[];
};

/** `jari city nats config`: what nats-server reads. @throws InputError */
export async function runNatsConfig(options: ConfigOptions): Promise<Output> {
  const { database, worker, name, listen, store, cert, key, ca, cluster, route = [] } = options;
  checkKey('--worker', worker);
  const pair = cert === undefined || key === undefined ? null : { cert, key };
  if (pair === null && !isLoopback(hostOf(listen)))
    throw new InputError([`--listen ${listen}: can be reached from other machines; give --cert and --key as well`]);
  if (cluster !== undefined && (pair === null || ca === undefined) && !isLoopback(hostOf(cluster)))
    throw new InputError([`--cluster ${cluster}: can be reached from other machines; give --cert, --key and --ca`]);
  const maxStore = storeBytes(options);
  const sql = connect(database, { max: 1 });
  try {
    await migrate(sql, schema);
    const gateways = await natsGateways(sql);
    const text = serverConfig(
      {
        ...{ name, listen, storeDir: store, maxStore, tls: pair },
        cluster:
          cluster === undefined
            ? null
            : { listen: cluster, routes: route, tls: pair === null || ca === undefined ? null : { ...pair, ca } },
      },
      { worker, gateways },
    );
    return { text: text.trimEnd(), json: { config: text, gateways: gateways.map(({ id }) => id) } };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Of what is free: a full disk stops the server, and what else stands on it. */
const mostOfDisk = 0.5;

function storeBytes({ store, maxStoreMb }: ConfigOptions): number {
  if (!/^\d{2,7}$/.test(maxStoreMb)) throw new InputError([`--max-store-mb ${maxStoreMb}: is no whole number from 10`]);
  const bytes = Number(maxStoreMb) * 1024 * 1024;
  const free = freeBytes(store);
  if (free !== null && bytes > free * mostOfDisk) {
    throw new InputError([
      `--max-store-mb ${maxStoreMb}: ${store} has ${Math.floor(free / 1024 / 1024)} MB free; give half of that at most`,
    ]);
  }
  return bytes;
}

/** Null where it is not on this machine. */
function freeBytes(folder: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

/** @throws InputError when it is no public nkey of a user */
export function checkKey(option: string, key: string): void {
  if (/^U[A-Z2-7]{55}$/.test(key)) return;
  const isSeed = key.startsWith('SU');
  throw new InputError([
    isSeed
      ? `${option}: is a seed, which stays where it was made; give the public key (U…)`
      : `${option} ${key}: is no public key of a user (U and 55 letters); jari city nats key makes one`,
  ]);
}

const hostOf = (listen: string) => listen.slice(0, listen.lastIndexOf(':'));
