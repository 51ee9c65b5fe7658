import { onTestFinished } from 'vitest';
import { formatProblem } from '../../config/files/problem.ts';
import { loadSite } from '../../config/load-site.ts';
import type { Site } from '../../config/site.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { Gateway } from '../../gateway/gateway.ts';
import { tempDir } from '../temp.ts';
import { LogLines } from './mqtt/broker-fakes.ts';
import { writeSite } from './site-files.ts';

/** The whole gateway in this process, on a clock that moves when told. */
export async function startGateway(options: { dir?: string; sites?: readonly string[]; clock?: SimClock } = {}) {
  const dir = options.dir ?? tempDir();
  const clock = options.clock ?? new SimClock();
  const log = new LogLines();
  const sites = (options.sites ?? [writeSite(dir)]).map(siteIn);
  const anywhere = { bind: '127.0.0.1', port: 0 };
  const gateway = await Gateway.start({ sites, dir, clock, log: log.log, mqtt: anywhere, http: anywhere });
  onTestFinished(() => gateway.close());
  return { gateway, dir, clock, log };
}

/** Here, not in a thread that loads the same modules again, as a gateway has it for its memory. */
function siteIn(file: string): Site {
  const loaded = loadSite(file);
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.site;
}
