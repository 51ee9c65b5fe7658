import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { GatewayCommand } from '../../gateway/cli/run-gateway.ts';
import { root } from '../needs.ts';

type At = { host: string; port: number };
export type Listening = { mqtt: At; http: At; mqtts?: At; https?: At; pid: number };

/** `runGateway` in a process of its own, as the command runs it: problems on stderr and exit code 2. */
export class GatewayProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  #stdout = '';
  #stderr = '';
  #wake: () => void = () => {};

  constructor(options: GatewayCommand, env: Record<string, string> = {}) {
    const program = `
      import { runGateway } from ${JSON.stringify(join(root, 'gateway/cli/run-gateway.ts'))};
      try { await runGateway(${JSON.stringify(options)}); }
      catch (error) { console.error(error.problems?.join('\\n') ?? error); process.exitCode = error.problems ? 2 : 1; }`;
    const args = ['--input-type=module-typescript', '-e', program];
    const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
    const child = spawn(process.execPath, args, { stdio, env: { ...process.env, ...env } });
    this.child = child;
    child.stdout.setEncoding('utf8').on('data', (text) => {
      this.#stdout += text;
      this.#wake();
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      this.#stderr += text;
    });
    this.ended = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await this.ended;
    });
  }

  get problems(): string {
    return this.#stderr.trim();
  }

  get log(): string {
    return this.#stdout;
  }

  /** Resolves when its log holds the text. */
  async logs(text: string): Promise<void> {
    while (!this.#stdout.includes(text)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Resolves when it says where it listens. @throws when it ends before */
  async listening(dir: string): Promise<Listening> {
    const file = join(dir, 'listening.json');
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (existsSync(file)) resolve();
      };
      const watcher = watch(dir, look);
      this.ended.then(() => reject(new Error(`the gateway ended: ${this.problems}`)));
      onTestFinished(() => watcher.close());
      look();
    });
    return JSON.parse(readFileSync(file, 'utf8'));
  }
}

/**
 * What each of these commands is refused with, tried one after another in one process: a start costs two seconds of a processor.
 * @throws when that process ends by anything but itself, as one that holds a handle would not.
 */
export async function refusedInTurn(commands: readonly GatewayCommand[]): Promise<string[]> {
  const program = `
    import { runGateway } from ${JSON.stringify(join(root, 'gateway/cli/run-gateway.ts'))};
    const told = [];
    for (const command of ${JSON.stringify(commands)}) {
      try { await runGateway(command); told.push('started, and stopped'); }
      catch (error) { told.push(error.problems?.join('\\n') ?? \`no input error: \${error.stack}\`); }
    }
    console.error(JSON.stringify(told));`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [log, told] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`exit ${code}: ${told}\n${log}`);
  return JSON.parse(told);
}
