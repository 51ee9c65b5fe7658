export type QoS = 0 | 1 | 2;

/**
 * The filters of one connection, and at which QoS each was granted. Where several match a topic the highest holds (MQTT-3.3.5-1);
 * the library sends by the one that it finds first, and lowers to that of a filter without wildcards only.
 */
export class GrantedFilters {
  readonly #filters = new Map<string, { levels: readonly string[]; qos: QoS }>();

  get size(): number {
    return this.#filters.size;
  }

  has(filter: string): boolean {
    return this.#filters.has(filter);
  }

  set(filter: string, qos: QoS): void {
    this.#filters.set(filter, { levels: filter.split('/'), qos });
  }

  delete(filter: string): void {
    this.#filters.delete(filter);
  }

  /** The highest that was granted for this topic; undefined where no filter matches. */
  of(topic: string): QoS | undefined {
    const names = topic.split('/');
    let most: QoS | undefined;
    for (const { levels, qos } of this.#filters.values())
      if ((most === undefined || qos > most) && matches(levels, names)) most = qos;
    return most;
  }
}

/** MQTT 3.1.1 §4.7.1: `+` is one level, `#` all that follow, and the one above them. */
function matches(levels: readonly string[], names: readonly string[]): boolean {
  for (const [nth, level] of levels.entries()) {
    if (level === '#') return true;
    if (nth >= names.length || (level !== '+' && level !== names[nth])) return false;
  }
  return levels.length === names.length;
}
