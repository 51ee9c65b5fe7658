/** The smallest first, by `at`. */
export class Heap<T extends { readonly at: number }> {
  readonly #items: T[] = [];

  push(item: T): void {
    const items = this.#items;
    let index = items.push(item) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = items[parent];
      if (above === undefined || above.at <= item.at) break;
      items[index] = above;
      index = parent;
    }
    items[index] = item;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  pop(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first;
    this.#sink(last);
    return first;
  }

  #sink(item: T): void {
    const items = this.#items;
    let index = 0;
    for (;;) {
      const [left, right] = [items[2 * index + 1], items[2 * index + 2]];
      if (left === undefined) break;
      const [least, place] = right !== undefined && right.at < left.at ? [right, 2 * index + 2] : [left, 2 * index + 1];
      if (least.at >= item.at) break;
      items[index] = least;
      index = place;
    }
    items[index] = item;
  }
}
