/** The wall clock of a time zone, at any moment; what the zone's rules say is kept for the days last asked about. */
export class LocalTime {
  readonly #format: Intl.DateTimeFormat;
  /** Offset of a UTC day, ms. */
  readonly #days = new Map<number, number | 'changes'>();
  /** Offset of a quarter of an hour of a day on which it changes, ms. */
  readonly #quarters = new Map<number, number>();

  constructor(timezone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' });
  }

  /** Local milliseconds since 1970, as if the zone were UTC. */
  at(tMs: number): number {
    return tMs + this.offsetMs(tMs);
  }

  /** 0 to 24. */
  hourAt(tMs: number): number {
    const local = this.at(tMs);
    return (local - Math.floor(local / dayMs) * dayMs) / hourMs;
  }

  offsetMs(tMs: number): number {
    const day = Math.floor(tMs / dayMs);
    const ofDay = kept(this.#days, day, () => {
      const [first, last] = [this.#read(day * dayMs), this.#read((day + 1) * dayMs)];
      return first === last ? first : 'changes';
    });
    if (ofDay !== 'changes') return ofDay;
    const quarter = Math.floor(tMs / quarterMs);
    return kept(this.#quarters, quarter, () => this.#read(quarter * quarterMs));
  }

  /** As the platform writes it: GMT, GMT+09:00, GMT-03:30. */
  #read(tMs: number): number {
    const name = this.#format.formatToParts(tMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d+):(\d+)/.exec(name) ?? [];
    const size = Number(hours) * hourMs + Number(minutes) * 60_000;
    return sign === '-' ? -size : size;
  }
}

function kept<T>(offsets: Map<number, T>, key: number, find: () => T): T {
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const found = find();
  if (offsets.size >= mostKept) offsets.clear();
  offsets.set(key, found);
  return found;
}

const quarterMs = 15 * 60_000;
const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
const mostKept = 1000;
