import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { loadSite } from '../../../config/load-site.ts';
import type { Site } from '../../../config/site.ts';
import { BackupTable } from '../../../gateway/backup/backup-table.ts';
import { gatewayFiles } from '../../../gateway/backup/gateway-files.ts';
import type { RunOptions } from '../../../gateway/backup/run.ts';
import { tempDir } from '../../temp.ts';
import { Core, readings } from '../core.ts';

/** A gateway with an hour of readings, sealed and not, and a second medium beside it. */
export type BackupWorld = { core: Core; site: Site; medium: string; identity: string; recipient: string };

const siteText = (medium: string, recipient: string) => `
site: saesol
name: { ko: 새솔동, en: Saesol-dong }
backup: { folder: ${medium}, sameMedium: true, recipients: [${recipient}] }
profiles: [./profiles]
agents:
  - id: cabinet-1
    uplink: { url: "mqtt://127.0.0.1:1883" }
    buses:
      - id: rs485-a
        kind: modbus-rtu
        port: /dev/ttyUSB0
        devices: [{ id: climate-1, profile: xy-md02, unit: 1 }]
`;

export async function backupWorld(): Promise<BackupWorld> {
  const [dir, medium, config] = [tempDir(), tempDir(), tempDir()];
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  mkdirSync(join(config, 'profiles'));
  writeFileSync(join(config, 'site.yaml'), siteText(medium, recipient));
  writeFileSync(join(dir, 'session.key'), 'a key');
  const loaded = loadSite(join(config, 'site.yaml'));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const core = new Core({ site: loaded.site, dir });
  await fill(core);
  return { core, site: loaded.site, medium, identity, recipient };
}

/** Seventy minutes of a reading every half minute; the older ones sealed, some bad, some doubtful, one late. */
async function fill(core: Core): Promise<void> {
  core.online();
  for (let seq = 1; seq <= 140; seq++) {
    take(core, seq);
    if (seq === 90) core.store.sealer.sealAll();
    await core.clock.advance(30_000);
  }
  const late = { seq: 1, epoch: 'e0', start: 0, at: core.clock.now() - 600_000, age: 600_000 };
  core.take(readings(core, { ...late, device: 'climate-1', points: { humidity: { v: [55] } } }));
}

/** A reading of the only device. */
export function take(core: Core, seq: number): void {
  const value = 20 + (seq % 7) / 10;
  const temperature = seq % 50 === 0 ? { v: [null], q: ['timeout'] } : { v: [value] };
  const humidity = seq % 60 === 0 ? { v: [50, -0], dt: [0, 100], q: [null, 'stuck'] } : { v: [50], dt: [10] };
  core.take(readings(core, { seq, device: 'climate-1', points: { temperature, humidity } }));
}

export function runOptions(world: BackupWorld, more: Partial<RunOptions> = {}): RunOptions {
  const { core, site } = world;
  return {
    ...{ dir: core.dir, sites: [site.id], jari: '0.1.0', drill: false, now: core.clock.now() },
    config: backupOf(site),
    files: gatewayFiles(core.dir, [site]),
    gateway: new BackupTable(core.store.db).identity().id,
    ...more,
  };
}

function backupOf({ backup }: Site): RunOptions['config'] {
  if (backup === null) throw new Error('this site asks for no backup');
  return backup;
}
