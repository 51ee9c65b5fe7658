import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalNats, natsProgram, newKey } from '../../../city/demo/local-nats.ts';
import { freePort, LocalPostgres, postgresPrograms } from '../../../city/demo/local-postgres.ts';
import { connect, type Sql } from '../../../city/store/database.ts';
import { addGateway, addToken } from '../../../city/store/gateways.ts';
import { migrate } from '../../../city/store/migrations.ts';
import { schema } from '../../../city/store/schema.ts';
import { HttpsCarrier } from '../../../gateway/city/https-carrier.ts';
import { NatsCarrier } from '../../../gateway/city/nats-carrier.ts';
import { Box } from './box.ts';
import { WorkerProcess } from './worker-process.ts';

export type RigOptions = {
  /** nats-servers; 0: gateways hand on over HTTP. */
  servers: number;
  workers: number;
  gateways: number;
};

/** A city on this machine: a PostgreSQL, nats-servers, workers as processes, and simulated gateways in this one. */
export class CityRig {
  readonly dir: string;
  readonly postgres: LocalPostgres;
  readonly nats: LocalNats | null;
  readonly workers: WorkerProcess[];
  readonly sql: Sql;
  /** Of somebody who may read all pages. */
  readonly token: string;
  readonly #keys: ReadonlyMap<string, { seed: string; token: string }>;
  /** What was started, to be ended the other way round. */
  readonly #started: AsyncDisposableStack;
  readonly #boxes: Box[] = [];

  private constructor(
    of: Pick<CityRig, 'dir' | 'postgres' | 'nats' | 'workers' | 'sql' | 'token'> & {
      keys: ReadonlyMap<string, { seed: string; token: string }>;
      started: AsyncDisposableStack;
    },
  ) {
    this.#started = of.started;
    this.dir = of.dir;
    this.postgres = of.postgres;
    this.nats = of.nats;
    this.workers = of.workers;
    this.sql = of.sql;
    this.token = of.token;
    this.#keys = of.keys;
  }

  /** What of it is not installed here, in words; null when nothing lacks. */
  static lacks({ servers }: Pick<RigOptions, 'servers'>): string | null {
    if (postgresPrograms() === null) return 'no PostgreSQL (apt install postgresql)';
    return servers > 0 && natsProgram() === null ? 'no nats-server (apt install nats-server)' : null;
  }

  static async start({ servers, workers, gateways }: RigOptions): Promise<CityRig> {
    const dir = mkdtempSync(join(tmpdir(), 'jari-city-rig-'));
    chmodSync(dir, 0o755);
    await using started = new AsyncDisposableStack();
    started.defer(() => rmSync(dir, { recursive: true, force: true }));
    const postgres = await LocalPostgres.start(postgresPrograms() ?? '', join(dir, 'postgres'));
    started.defer(() => postgres.stop());
    const sql = connect(postgres.url, { max: 4 });
    started.defer(() => sql.end({ timeout: 2 }));
    await migrate(sql, schema);
    const names = Array.from({ length: gateways }, (_, i) => `g${i + 1}`);
    const own = newKey();
    const keys = new Map<string, { seed: string; token: string; nkey: string }>();
    for (const id of names) {
      const { seed, nkey } = newKey();
      const of = { id, sites: [id], district: 'rig', certificate: null, by: 'rig' };
      const { token } = await addGateway(sql, { ...of, nkey: servers === 0 ? null : nkey });
      keys.set(id, { seed, nkey, token: token ?? '' });
    }
    const users = { worker: own.nkey, gateways: [...keys].map(([id, { nkey }]) => ({ id, sites: [id], nkey })) };
    const nats =
      servers === 0
        ? null
        : await LocalNats.start({ program: natsProgram() ?? '', dir: join(dir, 'nats'), servers, users });
    started.defer(() => nats?.stop());
    const seed = join(dir, 'workers.seed');
    writeFileSync(seed, own.seed, { mode: 0o600 });
    const args = [...['--database', postgres.url], ...(nats === null ? [] : ['--nats', nats.url, '--nats-seed', seed])];
    const all: WorkerProcess[] = [];
    started.defer(async () => void (await Promise.all(all.map((worker) => worker.kill('SIGTERM')))));
    for (let i = 0; i < workers; i++) all.push(new WorkerProcess(await freePort(), args));
    for (const worker of all) worker.start();
    await Promise.all(all.map((worker) => worker.answers()));
    const token = await addToken(sql, { name: 'rig', scope: 'operate', districts: null, operates: null, by: 'rig' });
    return new CityRig({ dir, postgres, nats, workers: all, sql, token, keys, started: started.move() });
  }

  /** A simulated gateway; its sender waits for `sending.start()`. `url`: another way to NATS. */
  box(number: number, of: { begun?: number; url?: string } = {}): Box {
    const name = `g${number}`;
    const { seed = '', token = '' } = this.#keys.get(name) ?? {};
    const worker = this.workers[number % this.workers.length];
    const carrier =
      this.nats === null
        ? new HttpsCarrier({ url: worker?.url ?? '', token, tls: {} })
        : new NatsCarrier({ gateway: name, url: of.url ?? this.nats.url, seed, tls: {} });
    const box = new Box({ name, carrier, ...(of.begun === undefined ? {} : { begun: of.begun }) });
    this.#boxes.push(box);
    this.#carriers.push(carrier);
    return box;
  }

  /** Of the key by which a gateway signs in to the nats-servers. */
  seedOf(name: string): string {
    return this.#keys.get(name)?.seed ?? '';
  }

  readonly #carriers: { close(): Promise<void> }[] = [];

  /** These gateways end. */
  async leave(): Promise<void> {
    await Promise.all(this.#boxes.map((box) => box.sending.close()));
    await Promise.all(this.#carriers.map((carrier) => carrier.close()));
    this.#boxes.length = 0;
    this.#carriers.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave();
    await this.#started.disposeAsync();
  }
}
