import { onTestFinished } from 'vitest';
import { SimClock } from '../../contract/sim-clock.ts';
import { loadSites } from '../../gateway/cli/run-gateway.ts';
import { Gateway } from '../../gateway/gateway.ts';
import { tempDir } from '../temp.ts';
import { LogLines } from './mqtt/broker-fakes.ts';
import { writeSite } from './site-files.ts';

/** The whole gateway in this process, on a clock that moves when told. */
export async function startGateway(options: { dir?: string; sites?: readonly string[]; clock?: SimClock } = {}) {
  const dir = options.dir ?? tempDir();
  const clock = options.clock ?? new SimClock();
  const log = new LogLines();
  const sites = loadSites(options.sites ?? [writeSite(dir)], log.log);
  const anywhere = { bind: '127.0.0.1', port: 0 };
  const gateway = await Gateway.start({ sites, dir, clock, log: log.log, mqtt: anywhere, http: anywhere });
  onTestFinished(() => gateway.close());
  return { gateway, dir, clock, log };
}
