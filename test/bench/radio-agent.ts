import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { tempDir } from '../temp.ts';
import { asked, range, started } from './agent-rig.ts';
import { addressOf, nameOf, type Plan } from './radio-day.ts';

/** The agent that listens to a thousand bays, and what a reader of its broker hears of it. */

export function startRadioAgent({ port, bays }: { port: number; bays: number }): ChildProcess {
  const dir = tempDir();
  const devices = range(0, bays - 1).map(
    (bay) =>
      `          - { id: ${nameOf(bay)}, profile: milesight-em310-udl, address: "${addressOf(bay)}", every: 1h }`,
  );
  const site = `site: bench
name: { ko: 시험, en: Test }
agents:
  - id: cab
    uplink: { url: "mqtt://127.0.0.1:${port}", username: cab }
    buses:
      - id: lora
        kind: mqtt
        url: "mqtt://127.0.0.1:${port}"
        format: chirpstack
        devices:
${devices.join('\n')}
`;
  writeFileSync(join(dir, 'site.yaml'), site);
  const args = ['edge', '--site', join(dir, 'site.yaml'), '--agent', 'cab', '--data', join(dir, 'data')];
  const env = {
    ...process.env,
    JARI_UPLINK_PASSWORD: 'of-no-use-here',
  };
  const [program, ...first] = asked;
  const child = spawn(program, [...first, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env });
  child.stdout.resume();
  return started(child);
}

type Column = { v: (number | null)[]; late?: true };

/** Distances by device as they came, those of Node-RED, and the messages that the agent counts as lost. */
export async function readings(client: MqttClient) {
  const came = new Map<string, number>();
  let [late, theirs, lost] = [0, 0, 0];
  let isListening = false;
  client.on('message', (topic, payload) => {
    if (topic.startsWith('decoded/')) {
      theirs++;
      return;
    }
    const body = JSON.parse(payload.toString());
    if (topic.endsWith('/health')) {
      const devices = Object.values(body.devices as Record<string, { uplinks?: { lost: number } }>);
      lost = devices.reduce((sum, { uplinks }) => sum + (uplinks?.lost ?? 0), 0);
      isListening = body.buses?.lora?.state === 'open';
      return;
    }
    const column: Column | undefined = body.points?.distance;
    for (const value of column?.v ?? []) {
      if (value === null) continue;
      const key = `${topic.split('/')[4]}/${value}`;
      came.set(key, (came.get(key) ?? 0) + 1);
      if (column?.late === true) late++;
    }
  });
  await client.subscribeAsync(['jari/v1/bench/cab/+/readings', 'jari/v1/bench/cab/health', 'decoded/#'], { qos: 1 });
  return {
    isListening: () => isListening,
    count: () => came.size,
    lost: () => lost,
    theirs: () => theirs,
    compare: ({ values }: Plan) => ({
      right: [...values].filter((key) => came.has(key)).length,
      wrong: [...came.keys()].filter((key) => !values.has(key)).length,
      doubled: [...came.values()].filter((times) => times > 1).length,
      late,
    }),
  };
}
