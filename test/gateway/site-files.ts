import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a small valid site file and gives back its path. */
export function writeSite(
  dir: string,
  options: {
    id?: string;
    agents?: string[];
    mqttPort?: number;
    httpPort?: number;
    bind?: string;
    /** What stands behind `tls:` of both listeners, such as {}. */
    tls?: string;
    uplink?: string;
  } = {},
): string {
  const { id = 'saesol', agents = ['cabinet-1'], mqttPort = 1883, httpPort = 8080, bind = '127.0.0.1' } = options;
  const open = bind === '127.0.0.1' ? '' : ', insecure: true';
  const tls = options.tls === undefined ? '' : `, tls: ${options.tls}`;
  const uplink = options.uplink ?? 'mqtt://127.0.0.1:1883';
  const file = join(dir, `${id}-${agents.join('-').slice(0, 100)}.yaml`);
  const lines = [
    `site: ${id}`,
    `name: { ko: 새솔동, en: Saesol-dong }`,
    'timezone: Asia/Seoul',
    'gateway:',
    `  mqtt: { port: ${mqttPort}, bind: ${bind}${open}${tls} }`,
    `  http: { port: ${httpPort}, bind: ${bind}${open}${tls} }`,
    'agents:',
    ...agents.flatMap((agent, index) => [
      `  - id: ${agent}`,
      `    uplink: { url: "${uplink}", username: ${agent} }`,
      '    buses:',
      `      - { id: lan, kind: modbus-tcp, host: 127.0.0.1, port: ${1502 + index}, devices: [{ id: meter-${index + 1}, profile: eastron-sdm120, unit: 1, every: 2s }] }`,
    ]),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}
