/** The page's own few lines of DOM: nodes are made once and touched only where something changed. */

export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  children: readonly Node[] = [],
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttribute(node: Element, name: string, value: string): void {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

export function setHidden(node: HTMLElement, hidden: boolean): void {
  if (node.hidden !== hidden) node.hidden = hidden;
}

/** Something on the page with a node and a way to show another state of itself. */
export type Part<V> = { readonly node: HTMLElement; show(view: V): void };

/** Children of one parent by key, in the order given, after what is there; a part keeps its node as long as its key. */
export class Parts<V> {
  readonly #parent: Element;
  readonly #make: (view: V) => Part<V>;
  readonly #before: number;
  readonly #parts = new Map<string, Part<V>>();

  constructor(parent: Element, make: (view: V) => Part<V>) {
    this.#parent = parent;
    this.#before = parent.children.length;
    this.#make = make;
  }

  get(key: string): Part<V> | undefined {
    return this.#parts.get(key);
  }

  show(views: readonly V[], keyOf: (view: V) => string): void {
    const keys = new Set(views.map(keyOf));
    for (const [key, part] of this.#parts) {
      if (keys.has(key)) continue;
      part.node.remove();
      this.#parts.delete(key);
    }
    for (const [index, view] of views.entries()) {
      const part = this.#part(keyOf(view), view);
      part.show(view);
      const there = this.#parent.children[this.#before + index] ?? null;
      if (there !== part.node) this.#parent.insertBefore(part.node, there);
    }
  }

  #part(key: string, view: V): Part<V> {
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    const part = this.#make(view);
    this.#parts.set(key, part);
    return part;
  }
}

/** The element with that id. @throws when the page has none: page and script do not belong together */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const node = document.getElementById(id);
  if (node instanceof type) return node;
  throw new Error(`the page has no ${type.name} #${id}`);
}
