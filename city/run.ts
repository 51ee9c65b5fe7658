import { systemClock } from '../contract/clock.ts';
import { InputError } from '../contract/input-error.ts';
import { openLog } from './log.ts';
import { Worker } from './worker.ts';

export type RunOptions = {
  database: string;
  bind: string;
  port: string;
  cert?: string;
  key?: string;
  keepDays: string;
};

/** `jari city run`: until SIGINT or SIGTERM. @throws InputError */
export async function runWorker(options: RunOptions): Promise<void> {
  const { database, bind, cert, key } = options;
  const log = openLog();
  if ((cert === undefined) !== (key === undefined)) throw new InputError(['--cert and --key: give both']);
  const worker = await Worker.start({
    ...{ database, bind, log, clock: systemClock },
    port: whole('--port', options.port, 65_535),
    keepDays: whole('--keep-days', options.keepDays, 36_500),
    tls: cert === undefined || key === undefined ? null : { cert, key },
  });
  log.info({ bind, port: worker.port, pid: process.pid }, 'city-worker-started');
  await new Promise<void>((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve));
  log.info({ ...worker.intake.counts }, 'city-worker-stopping');
  await worker.close();
}

function whole(option: string, text: string, most: number): number {
  if (/^\d{1,6}$/.test(text) && Number(text) <= most) return Number(text);
  throw new InputError([`${option} ${text}: is no whole number up to ${most}`]);
}
