import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadSite } from '../../config/load-site.ts';
import { systemClock } from '../../contract/clock.ts';
import { agentIdSchema, pointRefSchema, siteIdSchema } from '../../contract/ids.ts';
import { makeRequest } from '../../edge/identity/csr.ts';
import { Identity } from '../../edge/identity/identity.ts';
import { Renewal } from '../../edge/identity/renewal.ts';
import { MqttLink } from '../../edge/uplink/mqtt-link.ts';
import { runBackupCode, runOutputsOn } from '../../gateway/cli/backup/code.ts';
import { runReplace } from '../../gateway/cli/backup/copies.ts';
import { runBackupKey } from '../../gateway/cli/backup/identity.ts';
import { runBackupNow } from '../../gateway/cli/backup/running.ts';
import { change } from '../../gateway/cli/change.ts';
import { tryLock } from '../../gateway/data-folder/lock.ts';
import { Gateway } from '../../gateway/gateway.ts';
import { silentLog } from '../../gateway/log.ts';
import { openStoredHistory } from '../../gateway/store/stored-history.ts';
import { tempDir } from '../temp.ts';
import { until } from './harness.ts';

const [site, agent] = [siteIdSchema.parse('test'), agentIdSchema.parse('box-1')];
const point = pointRefSchema.parse('climate/temperature');

const siteText = (medium: string, recipient: string) => `site: test
name: { ko: 시험장, en: Test site }
backup: { folder: ${medium}, sameMedium: true, recipients: [${recipient}] }
gateway: { mqtt: { port: 0, tls: { port: 0 } }, http: { port: 0 } }
agents:
  - id: box-1
    uplink: { url: "mqtts://localhost:8883" }
    buses:
      - id: lan
        kind: modbus-tcp
        host: 127.0.0.1
        devices: [{ id: climate, profile: xy-md02, unit: 1 }]
rules:
  - id: hot
    title: { ko: 과열, en: Hot }
    hazard: fire
    points: [climate/temperature]
    unit: °C
    condition: { kind: threshold, levels: { 주의: { above: 60 } }, hysteresis: 5 }
    consequence: { ko: 불이 날 수 있습니다., en: It may burn. }
    action: { ko: 가서 확인하세요., en: Go and look. }
    who: operator
    within: 5m
    source: made up for tests
`;

/** A gateway in this process that owns its folder, as one of the command line does. */
async function started(file: string, dir: string) {
  const loaded = loadSite(file);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 1));
  const { mqtt, http } = loaded.site.gateway;
  const attempt = tryLock(dir);
  if (!attempt.ok) throw new Error('the folder is taken');
  const more = { mqtt, http, mqtts: mqtt.tls, https: null };
  const gateway = await Gateway.start({ sites: [loaded.site], dir, clock: systemClock, log: silentLog, ...more });
  onTestFinished(async () => {
    await gateway.close();
    attempt.lock.release();
  });
  return gateway;
}

async function alertsOf(gateway: Gateway, data: string): Promise<string[]> {
  const { token } = await change({ data }, 'token-create', { name: 'reader', scope: 'read', lifeMs: null });
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`http://127.0.0.1:${gateway.httpPort}/api/v1/alerts`, { headers });
  const { items } = (await answer.json()) as { items: { rule: string; state: string }[] };
  return items.flatMap(({ rule, state }) => (state.startsWith('rtn') ? [] : [rule]));
}

test('a new box takes the place of a dead one: history, open alerts and boxes come along, the dead one is refused', async () => {
  const [dir, medium, key, boxDir, place] = [tempDir(), tempDir(), join(tempDir(), 'owner.key'), tempDir(), tempDir()];
  const { recipient } = (await runBackupKey({ out: key })).json as { recipient: string };
  const file = join(tempDir(), 'site.yaml');
  writeFileSync(file, siteText(medium, recipient));
  const made = makeRequest('box-1');
  const issued = await change({ data: dir }, 'agent-certificate', { site, agent, csr: made.csr });
  const old = await started(file, dir);

  const pair = { certificate: issued.certificate, key: made.key };
  const files = { ca: issued.ca, pair };
  const log = silentLog;
  const identity = new Identity({ dir: boxDir, username: 'box-1', password: null, files, log });
  /** The box, at whichever gateway has this port. */
  const connected = async (port: number, start: number) => {
    const link = new MqttLink({ clock: systemClock, url: `mqtts://localhost:${port}`, clientId: 'box-1', identity });
    const will = { topic: 'jari/v1/test/box-1/status', payload: status(start, 'offline') };
    await link.connect({ will, onLost: () => undefined });
    onTestFinished(() => link.disconnect());
    new Renewal({ clock: systemClock, log, site, agent, link, identity, onRenewed: () => undefined }).connected();
    await link.publish(will.topic, status(start, 'online'), { retain: true });
    return link;
  };
  const link = await connected(old.mqttsPort ?? 0, 1);
  await link.publish('jari/v1/test/box-1/climate/readings', hot(1), { retain: false });
  await until('the alert is there', async () => ((await alertsOf(old, dir)).includes('site/hot') ? true : undefined));

  const { code } = (await runBackupCode({ data: dir })).json as { code: string };
  const { backup } = (await runBackupNow({ data: dir })).json as { backup: { name: string } };
  await link.disconnect();
  // The old box goes on, in whose hands ever.
  const into = join(place, 'gateway');
  const copy = { file: join(medium, backup.name), identity: key, into };
  await expect(runReplace({ ...copy, code: '0000-0000' })).rejects.toThrow(/code-wrong/);
  expect(existsSync(into)).toBe(false);
  const replaced = await runReplace({ ...copy, code: code.toLowerCase().replaceAll('-', ' ') });
  expect(replaced.json).toMatchObject({ epoch: 2, sites: ['test'] });

  const present = await started(join(into, 'config/test/site.yaml'), into);
  for (const file of ['session.key', 'ca/server.key', 'ca/server.crt']) {
    expect(readFileSync(join(into, file), 'utf8')).not.toBe(readFileSync(join(dir, file), 'utf8'));
  }
  const after = await connected(present.mqttsPort ?? 0, 2);
  await after.publish('jari/v1/test/box-1/climate/readings', hot(2), { retain: false });
  expect(await alertsOf(present, into)).toEqual(expect.arrayContaining(['site/hot', 'upkeep:outputs-off']));
  const stored = openStoredHistory(into);
  const range = { from: 0, to: Date.UTC(2100, 0, 1), limit: 10, cursor: null };
  expect(stored.history.readings({ ...range, site, point }).items.map(({ seq }) => seq)).toEqual([1, 1]);
  stored.close();

  // Told by the one gateway, the box refuses the other, also after a start.
  await until('the box knows', async () => (identity.current().tls?.revoked.length === 1 ? true : undefined));
  await expect(connected(old.mqttsPort ?? 0, 3)).rejects.toThrow(/replaced by another/);
  const again = new Identity({ dir: boxDir, username: 'box-1', password: null, files, log });
  expect(again.current().tls?.revoked).toEqual((replaced.json as { revoked: string[] }).revoked);

  await runOutputsOn({ data: into, why: 'looked at it' });
  const closed = async () => ((await alertsOf(present, into)).includes('upkeep:outputs-off') ? undefined : true);
  await until('outputs are on', closed);
  // The code is used up for every copy of the new box.
  const next = (await runBackupNow({ data: into })).json as { backup: { name: string } };
  const third = { file: join(medium, next.backup.name), identity: key, into: join(place, 'third'), code };
  await expect(runReplace(third)).rejects.toThrow(/code-used/);
});

function status(start: number, state: string): string {
  return JSON.stringify({ v: 1, state, epoch: `e${start}`, start, version: '0.1.0', simulated: false, lost: [] });
}

function hot(start: number): string {
  const points = { temperature: { dt: [0], v: [75] } };
  return JSON.stringify({ v: 1, epoch: `e${start}`, start, seq: 1, at: Date.now(), age: 0, clock: 'synced', points });
}
