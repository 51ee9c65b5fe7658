import type { CityMessage } from '../../contract/city.ts';
import type { Sql } from './database.ts';

/** The small numbers that stand for epochs and series, given once and never again. Remembered by this worker. */
export class Names {
  readonly #sql: Sql;
  readonly #epochs = new Map<string, number>();
  /** By device, so that a message is looked up once. */
  readonly #series = new Map<string, Map<string, number>>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Makes those that are new, in a commit of their own, so that no transaction waits for another's names. */
  async learn(messages: readonly CityMessage[]): Promise<void> {
    const epochs = new Map<string, CityMessage>();
    const series = new Map<string, { site: string; device: string; point: string }>();
    for (const message of messages) {
      const { site, device, points } = message;
      const epoch = epochKey(message);
      if (!this.#epochs.has(epoch)) epochs.set(epoch, message);
      const of = this.#series.get(deviceKey(site, device));
      for (const point in points)
        if (of?.has(point) !== true) series.set(`${deviceKey(site, device)}/${point}`, { site, device, point });
    }
    if (epochs.size > 0) await this.#learnEpochs([...epochs.values()]);
    if (series.size > 0) await this.#learnSeries([...series.values()]);
  }

  epoch(message: CityMessage): number {
    return known(this.#epochs, epochKey(message));
  }

  /** The numbers of one device's series, by point. */
  seriesOf(site: string, device: string): (point: string) => number {
    const of = this.#series.get(deviceKey(site, device));
    return (point) => {
      const number = of?.get(point);
      if (number === undefined) throw new Error(`${deviceKey(site, device)}/${point} was not learnt`);
      return number;
    };
  }

  async #learnEpochs(of: readonly CityMessage[]): Promise<void> {
    const sql = this.#sql;
    const [sites, agents, names, starts] = [
      of.map(({ site }) => site as string),
      of.map(({ agent }) => agent as string),
      of.map(({ epoch }) => epoch),
      of.map(({ start }) => start),
    ];
    await sql`insert into epochs (site, agent, name, start)
      select * from unnest(${sites}::text[], ${agents}::text[], ${names}::text[], ${starts}::int[])
      order by 1, 2, 3 on conflict do nothing`;
    const rows = await sql<{ id: number; site: string; agent: string; name: string }[]>`
      select id, site, agent, name from epochs where (site, agent, name) in
        (select * from unnest(${sites}::text[], ${agents}::text[], ${names}::text[]))`;
    for (const { id, site, agent, name } of rows) this.#epochs.set(`${site}/${agent}/${name}`, id);
  }

  async #learnSeries(of: readonly { site: string; device: string; point: string }[]): Promise<void> {
    const sql = this.#sql;
    const [sites, devices, points] = [
      of.map(({ site }) => site),
      of.map(({ device }) => device),
      of.map(({ point }) => point),
    ];
    await sql`insert into series (site, device, point)
      select * from unnest(${sites}::text[], ${devices}::text[], ${points}::text[])
      order by 1, 2, 3 on conflict do nothing`;
    const rows = await sql<{ id: number; site: string; device: string; point: string }[]>`
      select id, site, device, point from series where (site, device, point) in
        (select * from unnest(${sites}::text[], ${devices}::text[], ${points}::text[]))`;
    for (const { id, site, device, point } of rows) {
      const key = deviceKey(site, device);
      const known = this.#series.get(key) ?? new Map<string, number>();
      this.#series.set(key, known.set(point, id));
    }
  }
}

const epochKey = ({ site, agent, epoch }: CityMessage) => `${site}/${agent}/${epoch}`;
const deviceKey = (site: string, device: string) => `${site}/${device}`;

function known(numbers: ReadonlyMap<string, number>, key: string): number {
  const number = numbers.get(key);
  if (number === undefined) throw new Error(`${key} was not learnt`);
  return number;
}
