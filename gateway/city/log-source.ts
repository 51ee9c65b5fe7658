import type { CityColumn, CityMessage } from '../../contract/city.ts';
import { agentIdSchema, deviceIdSchema, pointNameSchema, siteIdSchema } from '../../contract/ids.ts';
import type { Database } from '../store/database.ts';
import type { LoggedMessage } from '../store/logged-message.ts';
import { eachRow } from '../store/message-body.ts';
import type { Store } from '../store/store.ts';
import { faultOf } from '../store/values.ts';

/** Messages of readings as they stand in the store's log, in the words of the contract. Ids rise without gaps. */
export class LogSource {
  readonly #store: Pick<Store, 'messages'>;
  readonly #names: Names;
  /** `site/device/point` that must not leave the site. */
  readonly #isPrivate: (site: string, point: string) => boolean;

  constructor(store: Pick<Store, 'messages' | 'db'>, isPrivate: (site: string, point: string) => boolean) {
    this.#store = store;
    this.#names = new Names(store.db);
    this.#isPrivate = isPrivate;
  }

  get last(): number {
    return this.#store.messages.last;
  }

  /** The number before the oldest message that is still there. */
  get beforeFirst(): number {
    return (this.#store.messages.first ?? this.last + 1) - 1;
  }

  read(after: number, limit: number): { readonly id: number; readonly item: CityMessage }[] {
    return this.#store.messages
      .stillHere(after, limit)
      .map((message) => ({ id: message.id, item: this.#message(message) }));
  }

  /** When a message came, epoch ms; null when it is not there. */
  receivedAt(after: number): number | null {
    return this.#store.messages.stillHere(after, 1)[0]?.receivedAt ?? null;
  }

  #message({ epoch, seq, device, at, time, receivedAt, body }: LoggedMessage): CityMessage {
    const from = this.#names.epoch(epoch);
    const points: Record<string, CityColumn> = {};
    eachRow(body, (number, late, dt, value, faultNumber) => {
      const name = this.#names.point(number);
      if (this.#isPrivate(from.site, `${this.#names.device(device)}/${name}`)) return;
      points[name] ??= late ? { dt: [], v: [], late } : { dt: [], v: [] };
      const column = points[name];
      column.dt.push(dt);
      column.v.push(value);
      const fault = faultOf(faultNumber);
      if (fault !== null && column.q === undefined) column.q = column.v.slice(1).map(() => null);
      column.q?.push(fault);
    });
    return { ...from, seq, device: this.#names.device(device), at, time, receivedAt, points };
  }
}

type EpochName = Pick<CityMessage, 'site' | 'agent' | 'epoch' | 'start'>;

/** The names behind the store's numbers, which never change. */
class Names {
  readonly #epochs = new Map<number, EpochName>();
  readonly #devices = new Map<number, CityMessage['device']>();
  readonly #points = new Map<number, string>();
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    this.#sql = statements(db);
  }

  epoch(id: number): EpochName {
    return found(this.#epochs, id, () => {
      const row = this.#sql.epoch.get(id);
      if (row === undefined) throw new Error(`the store has no epoch ${id}`);
      const { epoch, start } = row;
      return { site: siteIdSchema.parse(row.site), agent: agentIdSchema.parse(row.agent), epoch, start };
    });
  }

  device(id: number): CityMessage['device'] {
    return found(this.#devices, id, () => deviceIdSchema.parse(this.#sql.device.get(id)));
  }

  point(id: number): string {
    return found(this.#points, id, () => pointNameSchema.parse(this.#sql.point.get(id)));
  }
}

function found<T>(known: Map<number, T>, id: number, find: () => T): T {
  const had = known.get(id);
  if (had !== undefined) return had;
  const made = find();
  known.set(id, made);
  return made;
}

function statements(db: Database) {
  return {
    epoch: db.prepare<[number], { site: string; agent: string; epoch: string; start: number }>(
      `SELECT sites.name AS site, agents.name AS agent, epochs.name AS epoch, epochs.start
       FROM epochs JOIN agents ON agents.id = epochs.agent JOIN sites ON sites.id = agents.site WHERE epochs.id = ?`,
    ),
    device: db.prepare<[number], string>('SELECT name FROM devices WHERE id = ?').pluck(),
    point: db.prepare<[number], string>('SELECT name FROM points WHERE id = ?').pluck(),
  };
}
