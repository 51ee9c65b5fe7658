import { readFileSync } from 'node:fs';
import { systemClock } from '../contract/clock.ts';
import { InputError } from '../contract/input-error.ts';
import { causeOf, causeWords } from '../contract/words/files.ts';
import { type HubFile, openHub } from './hub/open-hub.ts';
import { openLog } from './log.ts';
import type { NatsOptions } from './nats/door.ts';
import { assertPeer } from './peer.ts';
import { openPlatform } from './platform/open-platform.ts';
import { codeOf, isAway } from './store/partitions.ts';
import { Worker } from './worker.ts';

export type RunOptions = {
  database: string;
  bind: string;
  port: string;
  cert?: string;
  key?: string;
  keepDays: string;
  nats?: string;
  natsSeed?: string;
  natsCa?: string;
  natsReplicas?: string;
  natsMaxMb: string;
  platform?: string;
  platformSecretFile?: string;
} & HubFile;

/** `jari city run`: until SIGINT or SIGTERM. @throws InputError */
export async function runWorker(options: RunOptions): Promise<void> {
  const { database, bind, cert, key } = options;
  const log = openLog();
  if ((cert === undefined) !== (key === undefined)) throw new InputError(['--cert and --key: give both']);
  // Each connection asks the database a question of the library's own, whose failure nobody could catch. Another is made.
  process.on('unhandledRejection', (error) => {
    if (!isAway(error)) throw error;
    log.warn({ code: codeOf(error) }, 'city-database-lost');
  });
  const hub = openHub(options);
  const worker = await Worker.start({
    hub,
    platform: openPlatform(options),
    ...{ database, bind, log, clock: systemClock },
    port: whole('--port', options.port, 65_535),
    keepDays: whole('--keep-days', options.keepDays, 36_500),
    nats: natsOf(options),
    tls: cert === undefined || key === undefined ? null : { cert, key },
  });
  log.info({ bind, port: worker.port, pid: process.pid }, 'city-worker-started');
  await new Promise<void>((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  log.info({ ...worker.intake.counts }, 'city-worker-stopping');
  await worker.close();
}

function natsOf({ nats: url, natsSeed, natsCa, natsReplicas, natsMaxMb }: RunOptions): NatsOptions | null {
  if (url === undefined) return null;
  if (!url.split(',').every((each) => /^(nats|tls):\/\/[^@\s]+$/.test(each.trim())))
    throw new InputError([`--nats ${url}: is no address of NATS servers; give tls://host:4222, several with commas`]);
  for (const each of url.split(',')) assertPeer('--nats', each.trim());
  const replicas = natsReplicas === undefined ? null : whole('--nats-replicas', natsReplicas, 5);
  return {
    ...{ url, replicas, maxBytes: whole('--nats-max-mb', natsMaxMb, 900_000) * 1024 * 1024 },
    seed: natsSeed === undefined ? null : read('--nats-seed', natsSeed).trim(),
    ca: natsCa === undefined ? null : read('--nats-ca', natsCa),
  };
}

function read(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError([`${option} ${file}: cannot be read: ${causeWords(causeOf(error)).en}`]);
  }
}

function whole(option: string, text: string, most: number): number {
  if (/^\d{1,6}$/.test(text) && Number(text) <= most) return Number(text);
  throw new InputError([`${option} ${text}: is no whole number up to ${most}`]);
}
