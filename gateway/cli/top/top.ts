import { readFileSync } from 'node:fs';
import { InputError } from '../../../contract/input-error.ts';
import { causeOf, causeWords } from '../../../contract/words/files.ts';
import type { Language } from '../../../contract/words/language.ts';
import { TopSource } from './source.ts';
import { type Seen, topLines } from './view.ts';
import { topWords } from './words.ts';

export type TopOptions = {
  url: string;
  tokenFile?: string;
  once?: true;
  json?: true;
  language: Language;
};

/** As much of a terminal as it takes: the process's own, or one of a test. */
export type Terminal = {
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly rows: number;
  write(text: string): void;
  /** Single keys from now on; the result gives the terminal back as it was. */
  onKey(fn: (key: string) => void): () => void;
};

const pollMs = 5000;
const lostAfterMs = 8000;
const redrawMs = 250;
/** The screen of its own, without a cursor; and back. */
const enter = '\x1b[?1049h\x1b[?25l';
const leave = '\x1b[?25h\x1b[?1049l';
const ctrlC = '\x03';
const escapeKey = '\x1b';

/**
 * `jari top`: how agents, buses and devices are, live, until q. Where nobody looks (no terminal, `--once`, `--json`) it is
 * said once. @throws InputError where the gateway is not there or refuses the token
 */
export async function runTop(options: TopOptions, terminal: Terminal): Promise<void> {
  const source = new TopSource({ url: options.url, token: tokenOf(options) });
  const first = await firstLook(source, options.url);
  if (options.json === true) terminal.write(`${JSON.stringify(first)}\n`);
  else if (options.once === true || !terminal.isTerminal) sayOnce(first, options, terminal);
  else await new Live(first, { source, options, terminal }).run();
}

function sayOnce(seen: Seen, { language }: TopOptions, terminal: Terminal): void {
  const all = { columns: Number.POSITIVE_INFINITY, rows: Number.POSITIVE_INFINITY, language, now: Date.now() };
  terminal.write(`${topLines(seen, all).join('\n')}\n`);
}

async function firstLook(source: TopSource, url: string): Promise<Seen> {
  try {
    return { ...(await source.lists()), link: 'live', heardAt: Date.now() };
  } catch (error) {
    if (error instanceof InputError) throw error;
    const why = error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error);
    throw new InputError([`${url}: no gateway answers there (${why}); name it with --url`]);
  }
}

function tokenOf({ tokenFile }: TopOptions): string {
  const given = process.env.JARI_TOKEN;
  if (tokenFile === undefined && given !== undefined && given !== '') return given;
  if (tokenFile === undefined)
    throw new InputError([
      'a token is needed: --token-file FILE, or JARI_TOKEN (jari token create --name top --scope read)',
    ]);
  try {
    return readFileSync(tokenFile, 'utf8').trim();
  } catch (error) {
    throw new InputError([`${tokenFile}: cannot be read: ${causeWords(causeOf(error)).en}`]);
  }
}

/** The live screen. It is written whole in one go, line over line, so that nothing flickers. */
class Live {
  readonly #needs: Needs;
  readonly #ended = new AbortController();
  #seen: Seen;
  #isAsking = false;
  #isNews = false;
  #drawn = '';

  constructor(seen: Seen, needs: Needs) {
    this.#seen = seen;
    this.#needs = needs;
  }

  /** Until q, Escape or Ctrl-C. */
  async run(): Promise<void> {
    const { terminal } = this.#needs;
    const done = Promise.withResolvers<void>();
    terminal.write(enter);
    const giveBack = terminal.onKey((key) => {
      if (key === 'q' || key === ctrlC || key === escapeKey) done.resolve();
    });
    const ticks = [
      setInterval(() => void this.#ask(), pollMs),
      setInterval(() => {
        if (this.#isNews) void this.#ask();
        this.#draw();
      }, redrawMs),
    ];
    void this.#follow();
    this.#draw();
    await done.promise;
    for (const tick of ticks) clearInterval(tick);
    this.#ended.abort();
    giveBack();
    terminal.write(leave);
  }

  /** An event says that the lists are to be asked for, at most once a redraw. */
  async #follow(): Promise<void> {
    const { source } = this.#needs;
    while (!this.#ended.signal.aborted) {
      try {
        await source.follow(() => {
          this.#isNews = true;
        }, this.#ended.signal);
      } catch {
        // The gateway is away, which the lists find out as well, or it is over.
      }
      await new Promise((resolve) => setTimeout(resolve, this.#ended.signal.aborted ? 0 : pollMs).unref());
    }
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#isNews = false;
    try {
      this.#seen = { ...(await this.#needs.source.lists()), link: 'live', heardAt: Date.now() };
    } catch {
      if (Date.now() - this.#seen.heardAt > lostAfterMs) this.#seen = { ...this.#seen, link: 'lost' };
    } finally {
      this.#isAsking = false;
    }
  }

  #draw(): void {
    const { terminal, options } = this.#needs;
    const { columns, rows } = terminal;
    const screen = { columns, rows: rows - 1, language: options.language, now: Date.now() };
    const lines = [...topLines(this.#seen, screen), topWords.quit[options.language]];
    const text = lines.map((line) => `${line}\x1b[K`).join('\r\n');
    if (text === this.#drawn) return;
    this.#drawn = text;
    terminal.write(`\x1b[?2026h\x1b[H${text}\x1b[J\x1b[?2026l`);
  }
}

type Needs = { readonly source: TopSource; readonly options: TopOptions; readonly terminal: Terminal };

/** The terminal of this process. */
export function ownTerminal(): Terminal {
  const { stdin, stdout } = process;
  return {
    isTerminal: stdout.isTTY === true && stdin.isTTY === true,
    get columns() {
      return stdout.columns ?? 80;
    },
    get rows() {
      return stdout.rows ?? 24;
    },
    write: (text) => void stdout.write(text),
    onKey(fn) {
      const onData = (data: Buffer) => fn(data.toString());
      stdin.setRawMode(true);
      stdin.on('data', onData);
      stdin.resume();
      return () => {
        stdin.off('data', onData);
        stdin.setRawMode(false);
        stdin.pause();
      };
    },
  };
}
