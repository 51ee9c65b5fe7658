import type { AgentId, DeviceId, PointName, PointRef, SiteId } from '../../contract/ids.ts';
import { splitPointRef } from '../../contract/ids.ts';
import type { Database } from './database.ts';

/** The small number that stands for a name in every other table, given once and never again. */
export class Names {
  readonly #site: Table;
  readonly #agent: Table;
  readonly #device: Table;
  readonly #point: Table;

  constructor(db: Database) {
    this.#site = new Table(db, 'sites', null);
    this.#agent = new Table(db, 'agents', 'site');
    this.#device = new Table(db, 'devices', 'site');
    this.#point = new Table(db, 'points', 'device');
  }

  agent(site: SiteId, agent: AgentId): number {
    return this.#agent.number(this.#site.number(0, site), agent);
  }

  device(site: SiteId, device: DeviceId): number {
    return this.#device.number(this.#site.number(0, site), device);
  }

  point(device: number, point: PointName): number {
    return this.#point.number(device, point);
  }

  /** The numbers of a point and its device; undefined when none of its readings was ever stored. */
  findPoint(site: SiteId, ref: PointRef): { device: number; point: number } | undefined {
    const { device, point } = splitPointRef(ref);
    const siteNumber = this.#site.find(0, site);
    const deviceNumber = siteNumber === undefined ? undefined : this.#device.find(siteNumber, device);
    if (deviceNumber === undefined) return undefined;
    const pointNumber = this.#point.find(deviceNumber, point);
    return pointNumber === undefined ? undefined : { device: deviceNumber, point: pointNumber };
  }

  /** Drops what is remembered, after a transaction that may have made names was rolled back. */
  forget(): void {
    for (const table of [this.#site, this.#agent, this.#device, this.#point]) table.forget();
  }
}

class Table {
  readonly #select: (owner: number, name: string) => number | undefined;
  readonly #insert: (owner: number, name: string) => void;
  readonly #known = new Map<string, number>();

  constructor(db: Database, table: string, owner: string | null) {
    if (owner === null) {
      const select = db.prepare<[string], number>(`SELECT id FROM ${table} WHERE name = ?`).pluck();
      const insert = db.prepare<[string]>(`INSERT INTO ${table} (name) VALUES (?)`);
      this.#select = (_owner, name) => select.get(name);
      this.#insert = (_owner, name) => insert.run(name);
      return;
    }
    const select = db
      .prepare<[number, string], number>(`SELECT id FROM ${table} WHERE ${owner} = ? AND name = ?`)
      .pluck();
    const insert = db.prepare<[number, string]>(`INSERT INTO ${table} (${owner}, name) VALUES (?, ?)`);
    this.#select = (of, name) => select.get(of, name);
    this.#insert = (of, name) => insert.run(of, name);
  }

  find(owner: number, name: string): number | undefined {
    const key = `${owner}/${name}`;
    const known = this.#known.get(key) ?? this.#select(owner, name);
    if (known !== undefined) this.#known.set(key, known);
    return known;
  }

  number(owner: number, name: string): number {
    const known = this.find(owner, name);
    if (known !== undefined) return known;
    this.#insert(owner, name);
    const made = this.find(owner, name);
    if (made === undefined) throw new Error(`${name} was inserted and is not there`);
    return made;
  }

  forget(): void {
    this.#known.clear();
  }
}
