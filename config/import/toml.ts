/**
 * As much of TOML 1.0 as configurations of telegraf have: tables and tables in lists, keys, texts, numbers, yes and no, lists and
 * inline tables over several lines, comments. An inline table remembers its line as `#line`.
 */
export type TomlTable = { readonly name: string; readonly line: number; readonly values: Record<string, unknown> };

/** Undefined when it is none. */
export function parseToml(text: string): TomlTable[] | undefined {
  try {
    return new Parser(text).tables();
  } catch {
    return undefined;
  }
}

const bare = /[A-Za-z0-9_.-]+/y;
const number = /[+-]?(?:0x[0-9a-fA-F_]+|\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)/y;

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  tables(): TomlTable[] {
    const tables: TomlTable[] = [{ name: '', line: 1, values: {} }];
    for (this.#skip(true); this.#at < this.#text.length; this.#skip(true)) {
      const line = this.#line();
      const isListed = this.#take('[[');
      if (isListed || this.#take('[')) {
        const name = this.#match(bare);
        this.#need(isListed ? ']]' : ']');
        tables.push({ name, line, values: {} });
      } else {
        const key = this.#key();
        this.#skip(false);
        this.#need('=');
        this.#skip(false);
        const values = tables.at(-1)?.values;
        if (values !== undefined) values[key] = this.#value();
      }
    }
    return tables;
  }

  #value(): unknown {
    const next = this.#text[this.#at];
    if (next === '"' || next === "'") return this.#string(next);
    if (this.#take('[')) return this.#list();
    if (this.#take('{')) return this.#inline();
    if (this.#take('true')) return true;
    if (this.#take('false')) return false;
    return Number(this.#match(number).replaceAll('_', ''));
  }

  #string(quote: string): string {
    const triple = this.#text.startsWith(quote.repeat(3), this.#at);
    const end = triple ? quote.repeat(3) : quote;
    const from = this.#at + end.length;
    let to = from;
    while (to < this.#text.length && !this.#text.startsWith(end, to))
      to += this.#text[to] === '\\' && quote === '"' ? 2 : 1;
    if (to >= this.#text.length) throw new Error('a text without an end');
    this.#at = to + end.length;
    return this.#text.slice(from, to);
  }

  #list(): unknown[] {
    const items: unknown[] = [];
    for (this.#skip(true); !this.#take(']'); this.#skip(true)) {
      items.push(this.#value());
      this.#skip(true);
      this.#take(',');
    }
    return items;
  }

  #inline(): Record<string, unknown> {
    const table: Record<string, unknown> = { '#line': this.#line() };
    for (this.#skip(true); !this.#take('}'); this.#skip(true)) {
      const key = this.#key();
      this.#skip(false);
      this.#need('=');
      this.#skip(false);
      table[key] = this.#value();
      this.#skip(true);
      this.#take(',');
    }
    return table;
  }

  #key(): string {
    const next = this.#text[this.#at];
    return next === '"' || next === "'" ? this.#string(next) : this.#match(bare);
  }

  /** Blanks, and with `lines` their ends and comments too. */
  #skip(lines: boolean): void {
    const blank = lines ? /(?:\s|#[^\n]*)*/y : /[ \t]*/y;
    blank.lastIndex = this.#at;
    this.#at += blank.exec(this.#text)?.[0].length ?? 0;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #need(text: string): void {
    if (!this.#take(text)) throw new Error(`no ${text}`);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) throw new Error('nothing known');
    this.#at += found.length;
    return found;
  }

  #line(): number {
    return this.#text.slice(0, this.#at).split('\n').length;
  }
}
