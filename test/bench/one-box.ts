import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addAgent, createToken, type Gateway, startEdge, startGateway, writeSite } from '../system/harness.ts';

/** A gateway and an agent as their commands start them; the agent reads one device of a profile made here. */
export async function startOneBox(of: {
  dir: string;
  /** Where the device answers, on this machine. */
  port: number;
  device: string;
  everyMs: number;
  /** Lines below `points:` of the profile. */
  points: readonly string[];
  /** Other units of the same profile, each with its own period. */
  others?: readonly { device: string; everyMs: number }[];
  /** What else the site file says. */
  extra: string;
}): Promise<{ gateway: Gateway; token: string }> {
  const { dir, port, device, everyMs, points, others = [], extra } = of;
  mkdirSync(join(dir, 'profiles'));
  writeFileSync(
    join(dir, 'profiles', 'made-here.yaml'),
    `id: made-here
maker: Test
model: Made here
source: made for this measurement
verified: field
points:
${points.map((line) => `  ${line}`).join('\n')}
`,
  );
  const bus = `- id: lan
  kind: modbus-tcp
  host: 127.0.0.1
  port: ${port}
  devices: [${[{ device, everyMs }, ...others]
    .map((each, nth) => `{ id: ${each.device}, profile: made-here, unit: ${nth + 1}, every: ${each.everyMs}ms }`)
    .join(', ')}]`;
  const { site, passwordFile } = writeSite(dir, bus, `profiles: [./profiles]\n${extra}`);
  const gateway = await startGateway({ site, dir: join(dir, 'gateway') });
  await addAgent({ id: 'box-1', site, dir: gateway.dir, passwordFile });
  const token = await createToken(gateway.dir);
  startEdge({ site, agent: 'box-1', dir: join(dir, 'edge'), mqttPort: gateway.mqttPort });
  return { gateway, token };
}
