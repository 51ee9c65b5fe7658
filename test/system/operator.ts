import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { root } from '../needs.ts';
import { CommandLines } from './command-lines.ts';
import { type Exit, jari, type Running, start, until } from './harness.ts';
import { leaks, type Place, type Secret } from './secret-search.ts';

export type Answer = {
  readonly where: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
};

/**
 * Who runs a gateway by its command line, its pages and its sockets, and writes down all that each of them ever showed, and
 * every secret with the places that may hold it.
 */
export class Operator {
  readonly secrets: Secret[] = [];
  readonly #commandLines = new CommandLines();
  readonly #running: { where: string; process: Running }[] = [];
  readonly #places: Place[] = [];

  /** A secret that may be in these places and nowhere else. */
  keep(name: string, text: string, ...keptIn: string[]): string {
    if (text.length < 8) throw new Error(`${name} is no secret: ${text}`);
    this.secrets.push({ name, text, keptIn });
    return text;
  }

  /** What any process that is ours, or was started for us, prints belongs to the run. */
  watch<P extends Running>(what: string, process: P): P & { where: string } {
    const where = `the output of ${this.#running.length}: ${what}`;
    this.#running.push({ where, process });
    this.#commandLines.look();
    return { ...process, where };
  }

  /** Runs a command that ends by itself, with this exit code. */
  async jari(args: readonly string[], code = 0): Promise<Exit & { where: string }> {
    const running = this.watch(`jari ${args.join(' ')}`, jari(args));
    const exit = await running.exited;
    if (exit.code !== code) throw new Error(`jari ${args.join(' ')}: exit ${exit.code}: ${exit.output}`);
    return { ...exit, where: running.where };
  }

  /** A command that prints its answer as JSON; the value of `key` is a secret that its output alone may hold. */
  async jariMaking(key: string, name: string, args: readonly string[]): Promise<string> {
    const { output, where } = await this.jari([...args, '--json']);
    const text: unknown = JSON.parse(output)[key];
    if (typeof text !== 'string') throw new Error(`jari ${args.join(' ')}: no ${key} in ${output}`);
    return this.keep(name, text, where);
  }

  /** A command on a terminal, at which a person types this at each of the prompts. */
  async jariTyping(args: readonly string[], typed: string, prompts: readonly string[]): Promise<void> {
    const command = [process.execPath, join(root, 'jari.ts'), ...args].join(' ');
    const terminal = start('script', ['-qefc', command, '/dev/null'], { stdin: 'pipe' });
    const running = this.watch(`jari ${args.join(' ')} on a terminal`, terminal);
    for (const prompt of prompts) {
      await until(prompt, () => (running.output().includes(prompt) ? true : undefined));
      terminal.child.stdin?.write(`${typed}\r`);
    }
    const { code, output } = await running.exited;
    if (code !== 0) throw new Error(`jari ${args.join(' ')}: exit ${code}: ${output}`);
  }

  async http(
    base: string,
    route: string,
    options: { body?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Answer> {
    const [method = 'GET', path = '/'] = route.split(' ');
    const { body } = options;
    const headers = new Headers(options.headers);
    if (body !== undefined) headers.set('content-type', 'application/json');
    const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await fetch(`${base}${path}`, { method, headers, ...sent });
    const text = await response.text();
    const where = `answer ${this.#places.length} to ${route}`;
    const head = [...response.headers].map(([name, value]) => `${name}: ${value}`);
    this.show(where, `${response.status} ${response.statusText}\n${head.join('\n')}\n\n${text}`);
    return { where, status: response.status, headers: response.headers, text };
  }

  /** One line to control.sock, and all that comes back. */
  async control(dir: string, line: string): Promise<void> {
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect({ path: join(dir, 'control.sock') }, () => socket.end(`${line}\n`));
      socket.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text)).on('error', reject);
    });
    if (!answer.includes('"ok":false')) throw new Error(`control.sock took ${line}: ${answer}`);
    this.show('an answer of control.sock', answer);
  }

  show(where: string, content: string | Buffer): void {
    this.#places.push({ where, bytes: Buffer.from(content) });
  }

  /** Every secret that is in a place where it should not be, in these files and in all that was shown so far. */
  leaks(files: readonly Place[]): string[] {
    const printed = this.#running.map(({ where, process }) => ({ where, bytes: Buffer.from(process.output()) }));
    return leaks(this.secrets, [...printed, ...this.#places, ...this.#commandLines.places(), ...files]);
  }

  /** Whether everything printed is still there: only so much of it is kept. */
  get hasAllOutput(): boolean {
    return this.#running.every(({ process }) => process.output().length < 200_000);
  }

  commandLines(): string[] {
    return this.#commandLines.places().map(({ where }) => where);
  }
}

export function textOf(file: string): string {
  return readFileSync(file, 'utf8').trim();
}
